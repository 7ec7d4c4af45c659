-- Dossiers on which a timer's clock has run out; the clock is the instant the state, or the last edit, left behind.
-- name: TimerDue :many
select id, public_id from dossier
where procedure = @procedure and state = any(@states::text[]) and updated_at <= @before
order by updated_at limit @lim;

-- name: ClosedDue :many
select id, public_id from dossier
where procedure = @procedure and closed_at <= @before and purge_on > @day order by closed_at limit @lim;

-- name: ConnectionLogErase :exec
delete from connection_log where at < @before;

-- name: MailErase :exec
delete from mail where queued_at < @before;

-- name: JournalErase :exec
delete from journal_entry e where e.at < @before and not exists (select 1 from dossier d where d.id = e.dossier_id);

-- name: JournalReadsErase :exec
delete from journal_read r where r.at < @before and not exists (select 1 from dossier d where d.id = r.dossier_id);

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
