-- One round trip brings the session, its person and the person's grants in force.
-- name: SessionFind :one
select s.data, s.created_at, s.seen_at, s.expires_at, s.account_id,
       a.kind, a.state, a.lang, a.wrapped_key, a.wrapped_by, a.sealed, a.email_index,
       coalesce(case when a.kind = 'agent' then (select array_agg(g.procedure || e'\t' || g.role || e'\t' || g.team order by g.id)
                 from agent_grant g where g.account_id = a.id and (g.until is null or g.until > @now)) end, '{}')::text[] as grants
from session s left join account a on a.id = s.account_id
where s.token_hash = @token_hash;

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

-- name: SessionCount :one
select count(*) from session where account_id = @account_id and expires_at > @now;

-- name: SessionDropExpired :exec
delete from session where expires_at < @before;
