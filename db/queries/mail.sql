-- One row for each way the message goes: by e-mail unless the person has a proven number and chose otherwise, on the account
-- page or, as long as nothing is chosen there, in the dossier.
-- name: MailInsert :many
insert into mail (account_id, dossier_id, template, channel, state, queued_at, counts, reached)
select sqlc.narg('account_id'), sqlc.narg('dossier_id'), @template, unnest(case
    when @via::text = 'sms' then array['sms']
    when @via::text = 'email' then array['email']
    else coalesce((
      select case when @via::text = 'both' and how <> 'email' or how = 'both' then array['email', 'sms'] else array[how] end
      from (select coalesce(r.channel, nullif(@wish::text, ''), 'email') as how from account_reach r
            where r.account_id = sqlc.narg('account_id') and r.proven_at is not null) r), array['email'])
  end), 'queued', @now, sqlc.narg('counts'), @reached
returning id;

-- name: MailByID :one
select * from mail where id = @id;

-- name: MailSent :exec
update mail set state = @state, fault = '', sent_at = @now, fate_at = @now, carrier = @carrier, reached = null where id = @id;

-- name: MailFailed :exec
update mail set state = case when @final::boolean then 'refused' else 'queued' end, fault = @fault,
  fate_at = case when @final::boolean then @now::timestamptz end, reached = case when @final::boolean then null else reached end
where id = @id;

-- What came back of a mail that had left, by its token; a later word never overrules a loss.
-- name: MailFateByToken :one
update mail set state = @state, fault = @fault, fate_at = @now
where token = @token and state in ('sent', 'accepted') and state <> @state
returning id;

-- What became of an SMS, by the carrier's own number of it. Carriers use their numbers again: the newest counts.
-- name: MailFateByCarrier :one
update mail set state = @state, fault = @fault, fate_at = @now
where id = (select m.id from mail m where m.channel = 'sms' and m.carrier = @carrier and m.carrier <> '' and m.sent_at > @since
    order by m.sent_at desc, m.id desc limit 1)
  and state in ('sent', 'accepted') and state <> @state
returning id;

-- name: MailByToken :one
select state from mail where token = @token;

-- name: MailByCarrier :one
select id from mail where channel = 'sms' and carrier = @carrier and carrier <> '' and sent_at > @since limit 1;

-- Takes those whose fate was asked for the longest ago.
-- name: MailsCarried :many
update mail set asked_at = @now
where id in (select m.id from mail m where m.channel = 'sms' and m.state = 'sent' and m.carrier <> '' and m.sent_at > @since
  order by m.asked_at nulls first, m.sent_at, m.id limit @lim for update skip locked)
returning carrier;

-- A message that went by SMS alone goes by e-mail when the SMS is lost.
-- name: MailInstead :many
insert into mail (account_id, dossier_id, template, channel, state, queued_at)
select m.account_id, m.dossier_id, m.template, 'email', 'queued', @now from mail m
where m.id = @id and m.channel = 'sms' and m.template <> 'account.number_code' and m.template <> 'mandate.code' and not exists (
  select 1 from mail o where o.account_id is not distinct from m.account_id and o.template = m.template and o.channel = 'email'
    and o.dossier_id is not distinct from m.dossier_id and o.queued_at >= m.queued_at)
returning id;

-- Nobody is reached when a message to the dossier's person is lost and no other of the same moment or since stands. While who acts
-- for the applicant has the dossier, the person is the applicant, who is written to without an account.
-- name: MailLost :exec
update dossier d set unreachable_at = @now from mail m
where m.id = @id and d.id = m.dossier_id and m.account_id is not distinct from (case when exists (select 1 from mandate w where w.dossier_id = d.id and w.stands and not w.same_address and w.holder_id = d.owner_id) then null else d.owner_id end)
  and d.unreachable_at is null and not exists (
  select 1 from mail o where o.dossier_id = m.dossier_id and o.account_id is not distinct from m.account_id and o.id <> m.id
    and o.queued_at >= m.queued_at and o.state in ('queued', 'sent', 'accepted'));

-- name: MailReached :exec
update dossier d set unreachable_at = null from mail m
where m.id = @id and d.id = m.dossier_id and m.account_id is not distinct from (case when exists (select 1 from mandate w where w.dossier_id = d.id and w.stands and not w.same_address and w.holder_id = d.owner_id) then null else d.owner_id end)
  and d.unreachable_at <= m.queued_at;

-- Who was written to, and from whom nothing has come back for so long, is reached.
-- name: MailsArrived :exec
update dossier d set unreachable_at = null where d.unreachable_at is not null and exists (
  select 1 from mail m where m.dossier_id = d.id and m.account_id is not distinct from (case when exists (select 1 from mandate w where w.dossier_id = d.id and w.stands and not w.same_address and w.holder_id = d.owner_id) then null else d.owner_id end)
    and m.state = 'sent' and m.queued_at >= d.unreachable_at and m.sent_at < @before);

-- name: MailCount :one
select count(*)::int as n from mail where account_id = @account_id and template = @template and queued_at > @since;

-- name: NewsInsert :exec
insert into desk_news (procedure, team, account_id, news, at, due_at) values (@procedure, @team, sqlc.narg('account_id'), @news, @now, @due_at);

-- Takes what is due, with all else that waits for the same people: they get one mail.
-- name: NewsTake :many
delete from desk_news n using (select distinct procedure, team, account_id from desk_news w where w.due_at <= @now) due
where n.procedure = due.procedure and n.team = due.team and n.account_id is not distinct from due.account_id
returning n.procedure, n.team, n.account_id, n.news;

-- name: ReachOf :one
select a.id, a.kind, a.lang, a.email_index, a.wrapped_key, a.wrapped_by, r.channel, r.sealed, r.proven_at, r.claimed, r.code, r.code_until, coalesce(r.tries, 0)::int as tries
from account a left join account_reach r on r.account_id = a.id where a.id = @id;

-- name: ReachClaim :exec
insert into account_reach (account_id, claimed, claimed_at) values (@account_id, @claimed, @now)
on conflict (account_id) do update set claimed = excluded.claimed, claimed_at = excluded.claimed_at, code = null, code_until = null, tries = 0;

-- name: ReachCode :exec
update account_reach set code = @code, code_until = @until, tries = 0 where account_id = @account_id;

-- Counts a try before its code is looked at, so that tries made at once are all counted.
-- name: ReachTry :one
update account_reach set tries = tries + 1 where account_id = @account_id and code is not null and code_until > @now and tries < @most::int
returning code, claimed;

-- name: ReachProve :exec
update account_reach set sealed = claimed, proven_at = @now, claimed = null, claimed_at = null, code = null, code_until = null, tries = 0
where account_id = @account_id;

-- A number that nobody has proven in time is forgotten.
-- name: ReachUnclaim :exec
update account_reach set claimed = null, claimed_at = null, code = null, code_until = null, tries = 0 where claimed_at < @before;

-- name: ReachSweep :exec
delete from account_reach where claimed is null and proven_at is null;

-- name: ReachChannel :one
update account_reach set channel = @channel where account_id = @account_id and proven_at is not null returning account_id;

-- name: ReachForget :exec
delete from account_reach where account_id = @account_id;

-- The accounts of the agents with one of the roles: of a team, or all.
-- name: MailboxesOf :many
select distinct g.account_id from agent_grant g join account a on a.id = g.account_id
where a.kind = 'agent' and a.state = 'active' and g.procedure = @procedure and g.role = any(@roles::text[])
  and (g.begins is null or g.begins <= @at) and (g.until is null or g.until > @at) and (@team::text = '' or g.team = @team)
order by g.account_id;
