-- Dossiers on which a timer's clock has run out, a page at a time; the clock is the instant the state, or the last edit, left
-- behind. Those whose person was written to since, where that is what the timer does, are none.
-- name: TimerDue :many
select d.id, d.public_id, d.updated_at as clock from dossier d
where d.procedure = @procedure and d.state = any(@states::text[]) and d.updated_at <= @before
  and (d.updated_at, d.id) > (@after_clock::timestamptz, @after_id::bigint)
  and (@template::text = '' or not exists (
    select 1 from message m where m.dossier_id = d.id and m.template = @template and m.at >= d.updated_at))
order by d.updated_at, d.id limit @lim;

-- name: ClosedDue :many
select d.id, d.public_id, d.closed_at as clock from dossier d
where d.procedure = @procedure and d.state = any(@states::text[]) and d.closed_at <= @before and d.purge_on > @day
  and (d.closed_at, d.id) > (@after_clock::timestamptz, @after_id::bigint)
  and (@template::text = '' or not exists (
    select 1 from message m where m.dossier_id = d.id and m.template = @template and m.at >= d.closed_at))
order by d.closed_at, d.id limit @lim;

-- Closed dossiers of which nothing is left on a day that is near, and whose person was not told since the notice of that day began.
-- name: DossiersGoing :many
select d.id, d.public_id, d.purge_on as day from dossier d
where d.procedure = @procedure and d.state = any(@states::text[]) and d.purge_on > @today and d.purge_on <= @until
  and (d.purge_on, d.id) > (@after_day::date, @after_id::bigint)
  and not exists (select 1 from message m where m.dossier_id = d.id and m.template = @template
    and m.at >= ((d.purge_on::timestamp - cast(@notice::text as interval)) at time zone 'Europe/Monaco'))
order by d.purge_on, d.id limit @lim;

-- What a rule keeps no longer: closed dossiers alone, the longest due first.
-- name: EndingsDue :many
select e.dossier_id, d.public_id, e.due from ending e join dossier d on d.id = e.dossier_id
where e.due <= @day and e.rule = @rule and d.procedure = @procedure and d.state_kind = 'closed' and (e.due, e.dossier_id) > (@after_day::date, @after_id::bigint)
order by e.due, e.dossier_id limit @lim;

-- What is due under a rule that nothing in force knows any more, by its name or by its procedure: who was closed under it is held
-- back by no change of ours. known are procedure/rule.
-- name: EndingsStray :many
select e.dossier_id, d.public_id, e.due from ending e join dossier d on d.id = e.dossier_id
where e.due <= @day and not (d.procedure || '/' || e.rule = any(@known::text[])) and d.state_kind = 'closed' and (e.due, e.dossier_id) > (@after_day::date, @after_id::bigint)
order by e.due, e.dossier_id limit @lim;

-- name: EndingsStrayListed :many
select d.procedure, e.rule, e.dossier_id, d.reference, e.since, e.keep, e.due from ending e join dossier d on d.id = e.dossier_id
where e.due <= @until and not (d.procedure || '/' || e.rule = any(@known::text[])) and d.state_kind = 'closed' order by d.procedure, e.rule, e.due, e.dossier_id;

-- name: EndingsOf :many
select rule, since, keep, due from ending where dossier_id = @dossier_id order by due, rule;

-- name: EndingUpsert :exec
insert into ending (dossier_id, rule, since, keep, due) values (@dossier_id, @rule, @since, @keep, @due)
on conflict (dossier_id, rule) do update set keep = excluded.keep, due = excluded.due;

-- name: EndingDelete :exec
delete from ending where dossier_id = @dossier_id and rule = @rule;

-- Closed dossiers to which another duration was applied than the one now in force.
-- name: EndingsStale :many
select e.dossier_id, d.public_id from ending e join dossier d on d.id = e.dossier_id
where e.rule = @rule and (e.keep < @keep or e.keep > @keep) and d.procedure = @procedure and e.dossier_id > @after_id
order by e.dossier_id limit @lim;

-- name: DossierPurgeOn :exec
update dossier set purge_on = @purge_on where id = @id;

-- name: DataKeyDelete :exec
delete from data_key where dossier_id = @dossier_id and rule = @rule;

-- Which of these keys of the keyring still wrap something.
-- name: KeysNeeded :many
select distinct wrapped_by from data_key where wrapped_by = any(@names::text[]);

-- Of what goes in part: its documents, whoever may see them, with where they lie.
-- name: DocumentsAll :many
select public_id, path, blob, state, rule from document where dossier_id = @dossier_id and path <> '@message' order by id;

-- name: DocumentsDelete :exec
delete from document where dossier_id = @dossier_id and public_id = any(@ids::text[]);

-- name: MessageBlobs :many
select blob from document where dossier_id = @dossier_id and path = '@message' and state <> 'removed';

-- name: MessagesErase :many
with files as (delete from document where document.dossier_id = @dossier_id and path = '@message')
delete from message where message.dossier_id = @dossier_id returning id;

-- name: GeneratedErase :many
delete from generated where dossier_id = @dossier_id returning id;

-- name: ConsentsErase :many
delete from consent where dossier_id = @dossier_id returning id;

-- name: LikenessErase :exec
delete from likeness where dossier_id = @dossier_id;

-- name: AnonymisedInsert :exec
insert into anonymised (procedure, rule, state, channel, month, answers, register, day) values (@procedure, @rule, @state, @channel, @month, @answers, sqlc.narg('register'), @day);

-- name: AnonymisedOf :many
select id, rule, state, channel, month, answers, day from anonymised where procedure = @procedure order by id;

-- name: CertificatesSince :many
select id, rule, procedure, dossier_id, account_id, category, count, whole, at from purge_certificate
where at >= @since and id > @after order by id limit @lim;

-- name: CertificatesLast :many
select id, rule, procedure, dossier_id, account_id, category, count, whole, at from purge_certificate order by at desc, id desc limit @lim;

-- A number may be given again after a restore: what began after the certificate is somebody else's.
-- name: CertifiedStanding :many
select id, public_id, state_kind from dossier where id = any(@ids::bigint[]) and created_at <= @at;

-- What a rule should have taken already, and stands still.
-- name: EndingsLate :one
select count(*)::int as n, coalesce(min(e.due), @today::date)::date as since from ending e join dossier d on d.id = e.dossier_id
where e.rule = @rule and d.procedure = @procedure and d.state_kind = 'closed' and e.due <= @today::date;

-- Dossiers at work that have been there for long: what they were received with is kept as long as they are.
-- name: DossiersLongAtWork :many
select d.id, d.created_at, d.submitted_at, d.received_on from dossier d
where d.procedure = @procedure and d.state_kind in ('open', 'waiting') and d.created_at <= @created
order by d.id;

-- name: EndingsListed :many
select e.dossier_id, d.reference, e.since, e.keep, e.due from ending e join dossier d on d.id = e.dossier_id
where e.rule = @rule and d.procedure = @procedure and d.state_kind = 'closed' and e.due <= @until order by e.due, e.dossier_id;

-- name: DraftsUntouched :many
select d.id, d.updated_at from dossier d where d.procedure = @procedure and d.state = any(@states::text[]) and d.updated_at <= @before order by d.updated_at, d.id;

-- name: ConnectionLogErase :exec
delete from connection_log where at < case kind when 'agent' then @agents::timestamptz else @people::timestamptz end;

-- name: MailErase :exec
delete from mail where queued_at < @before;

-- name: SessionsErase :exec
delete from session where expires_at < @at;

-- name: TokensErase :exec
delete from account_token where expires_at < @before;

-- Accounts that go are certified like all that goes: a restored database must not bring them back.
-- name: AccountsGone :exec
with gone as (
delete from account a where a.state = 'left' and a.seen_at < @before
  and not exists (select 1 from dossier d where d.owner_id = a.id)
  and not exists (select 1 from consent c where c.account_id = a.id and c.dossier_id is not null)
  and not exists (select 1 from mail m where m.account_id = a.id and m.state = 'queued') returning a.id)
insert into purge_certificate (rule, account_id, category, count, at) select 'account_left', id, 'account', 1, @at from gone;

-- name: AccountsNeverConfirmed :exec
with gone as (delete from account a where a.state = 'unconfirmed' and a.created_at < @before returning a.id)
insert into purge_certificate (rule, account_id, category, count, at) select 'account_unconfirmed', id, 'account', 1, @at from gone;

-- An account that was left is certified at once, while its row stays for the sake of what it owns.
-- name: AccountLeftInsert :exec
insert into purge_certificate (rule, account_id, category, count, whole, at) values ('account_left', @account_id, 'account', 1, false, @at);

-- What leaving takes of an account, in a database from before: none that somebody has signed in to since.
-- name: AccountLeftAgain :exec
with closed as (
  update account a set state = 'left', password_hash = null
  where a.id = @id and a.kind = 'person' and a.state <> 'left' and a.created_at <= @at::timestamptz and coalesce(a.seen_at, a.created_at) <= @at::timestamptz returning a.id),
  s as (delete from session where session.account_id in (select id from closed)),
  r as (delete from account_reach where account_reach.account_id in (select id from closed)),
  i as (delete from identity where identity.account_id in (select id from closed)),
  t as (delete from account_token where account_token.account_id in (select id from closed)),
  c as (delete from recovery_code where recovery_code.account_id in (select id from closed))
delete from factor where factor.account_id in (select id from closed);

-- name: AccountCertified :exec
delete from account a where a.id = @id and a.created_at <= @at
  and not exists (select 1 from dossier d where d.owner_id = a.id) and not exists (select 1 from agent_grant g where g.account_id = a.id);

-- name: AccountCount :one
select count(*) from (select 1 from account limit 1) x;

-- name: AnswersAll :many
select stage, step, round, version, sealed from answer where dossier_id = @dossier_id order by stage, step, round;

-- How much of what no form asks for a dossier holds, for its certificate.
-- name: DossierHolds :one
select (select count(*) from message m where m.dossier_id = @dossier_id)::int as messages,
  (select count(*) from generated g where g.dossier_id = @dossier_id)::int as generated,
  (select count(*) from consent c where c.dossier_id = @dossier_id)::int as consents;

-- name: MailInErase :exec
delete from mail_in where id = @id;

-- One message of the thread, with the files that came with it.
-- name: MessageErase :many
with gone as (delete from message m where m.dossier_id = @dossier_id and m.id = @id),
files as (delete from document x where x.dossier_id = @dossier_id and x.path = '@message' and x.message_id = @id returning x.blob, x.state)
select blob from files where state <> 'removed';

-- name: OrdersErase :many
delete from search_order where dossier_id = @dossier_id returning id;

-- name: AnswerErase :exec
delete from answer_package where dossier_id = @dossier_id;
