-- The session and its person, by two primary keys; an agent's grants are read after it.
-- name: SessionFind :one
select s.data, s.created_at, s.seen_at, s.expires_at, s.account_id,
       a.kind, a.state, a.lang, a.wrapped_key, a.wrapped_by, a.sealed, a.email_index
from session s left join account a on a.id = s.account_id
where s.token_hash = @token_hash;

-- Procedure, role and team, joined by tabs.
-- name: GrantsInForce :one
select coalesce(array_agg(procedure || e'\t' || role || e'\t' || team order by id), '{}')::text[]
from agent_grant where account_id = @account_id and (until is null or until > @now);

-- name: SessionSave :exec
insert into session (token_hash, account_id, data, created_at, seen_at, expires_at)
values (@token_hash, sqlc.narg('account_id'), @data, @created_at, @seen_at, @expires_at)
on conflict (token_hash) do update
set data = excluded.data, seen_at = excluded.seen_at, expires_at = excluded.expires_at;

-- name: SessionTouch :exec
update session set seen_at = @seen_at, expires_at = @expires_at where token_hash = @token_hash;

-- name: SessionDrop :exec
delete from session where token_hash = @token_hash;

-- name: SessionDropAll :exec
delete from session where account_id = @account_id;

-- name: SessionDropExpired :exec
delete from session where expires_at < @before;
