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
where d.procedure = @procedure and d.closed_at <= @before and d.purge_on > @day
  and (d.closed_at, d.id) > (@after_clock::timestamptz, @after_id::bigint)
  and (@template::text = '' or not exists (
    select 1 from message m where m.dossier_id = d.id and m.template = @template and m.at >= d.closed_at))
order by d.closed_at, d.id limit @lim;

-- name: DossiersToPurge :many
select id, public_id, purge_on from dossier
where purge_on <= @day and state_kind = 'closed' and (purge_on, id) > (@after_day::date, @after_id::bigint) order by purge_on, id limit @lim;

-- name: ConnectionLogErase :exec
delete from connection_log where at < case kind when 'agent' then @agents::timestamptz else @people::timestamptz end;

-- name: MailErase :exec
delete from mail where queued_at < @before;

-- name: SessionsErase :exec
delete from session where expires_at < @at;

-- name: TokensErase :exec
delete from account_token where expires_at < @before;

-- name: AccountsGone :exec
delete from account a where a.state = 'left' and a.seen_at < @before
  and not exists (select 1 from dossier d where d.owner_id = a.id)
  and not exists (select 1 from consent c where c.account_id = a.id and c.dossier_id is not null)
  and not exists (select 1 from mail m where m.account_id = a.id and m.state = 'queued');

-- name: AccountsNeverConfirmed :exec
delete from account a where a.state = 'unconfirmed' and a.created_at < @before;

-- name: AccountCount :one
select count(*) from (select 1 from account limit 1) x;
