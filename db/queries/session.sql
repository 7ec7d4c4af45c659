-- The session and its person, by two primary keys; an agent's grants are read after it.
-- name: SessionFind :one
select s.data, s.created_at, s.seen_at, s.expires_at, s.account_id,
       s.identity_id, s.provider_session,
       a.kind, a.state, a.lang, a.wrapped_key, a.wrapped_by, a.sealed, a.email_index
from session s left join account a on a.id = s.account_id
where s.token_hash = @token_hash;

-- Procedure, role and team, joined by tabs; behind an open break-glass its id and the dossiers it names. That one counts as
-- long as the role it was asked in does.
-- What groups of a provider gave counts for who came from there.
-- name: GrantsInForce :one
select coalesce(array_agg(x.line order by x.rank, x.id), '{}')::text[]
from (
  select 0 as rank, g.id, g.procedure || e'\t' || g.role || e'\t' || g.team as line
  from agent_grant g where g.account_id = @account_id and (g.begins is null or g.begins <= @now) and (g.until is null or g.until > @now)
    and (g.by_group is null or @by_provider::boolean)
  union all
  select 1, b.id, b.procedure || e'\t' || b.role || e'\t\t' || b.public_id || e'\t' ||
    coalesce((select string_agg(n.dossier_id::text, ' ') from glass_dossier n where n.glass_id = b.id), '')
  from glass b
  where b.asker_id = @account_id and b.state = 'open' and b.until > @now
    and exists (select 1 from agent_grant g where g.account_id = b.asker_id and g.procedure = b.procedure and g.role = b.role
      and (g.begins is null or g.begins <= @now) and (g.until is null or g.until > @now) and (g.by_group is null or @by_provider::boolean))
) x;

-- One that a password opens is made while that password still stands: who signs in as it is changed waits for that, and is out.
-- name: SessionSave :one
with proven as (
  select a.id from account a where a.id = sqlc.narg('account_id')::bigint and @mark::text <> ''
    and left(encode(sha256(convert_to(a.password_hash, 'UTF8')), 'hex'), 16) = @mark::text for share)
insert into session (token_hash, account_id, data, created_at, seen_at, expires_at, identity_id, provider_session)
select @token_hash::bytea, sqlc.narg('account_id')::bigint, @data::bytea, @created_at::timestamptz, @seen_at::timestamptz, @expires_at::timestamptz, sqlc.narg('identity_id')::bigint, sqlc.narg('provider_session')::bytea
where @mark::text = '' or exists (select from proven)
on conflict (token_hash) do update
set data = excluded.data, seen_at = excluded.seen_at, expires_at = excluded.expires_at
returning true;

-- One that has ended meanwhile stays ended.
-- name: SessionUpdate :exec
update session set data = @data, seen_at = @seen_at, expires_at = @expires_at where token_hash = @token_hash;

-- It goes on under another token, unless it has ended meanwhile.
-- name: SessionRenew :one
update session set token_hash = @next, data = @data, seen_at = @seen_at, expires_at = @expires_at where token_hash = @token_hash returning true;

-- name: SessionTouch :exec
update session set seen_at = @seen_at, expires_at = @expires_at where token_hash = @token_hash;

-- name: SessionDrop :exec
delete from session where token_hash = @token_hash;

-- name: SessionDropAll :exec
delete from session where account_id = @account_id;

-- name: SessionDropExpired :exec
delete from session where expires_at < @before;

-- name: SessionsOf :many
select token_hash, created_at, seen_at, identity_id from session where account_id = @account_id::bigint and expires_at > @now order by seen_at desc, created_at desc limit 50;

-- name: SessionEnd :one
delete from session where token_hash = @token_hash and account_id = @account_id::bigint returning true;

-- name: SessionDropEverybody :exec
delete from session;
