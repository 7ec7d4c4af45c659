-- name: KeyringKeys :many
select name, made_at, used_at, retired_at, destroyed_at from keyring_key order by name;

-- name: KeyringKeyNote :exec
insert into keyring_key (name, made_at) values (@name, @at) on conflict do nothing;

-- name: KeyringKeyUse :exec
update keyring_key set used_at = coalesce(used_at, @at) where name = @name;

-- name: KeyringKeyRetire :exec
update keyring_key set retired_at = coalesce(retired_at, @at) where name = @name;

-- name: KeyringKeyDestroyed :exec
update keyring_key set destroyed_at = coalesce(destroyed_at, @at) where name = @name;

-- The master key that wraps; none before the first rotation.
-- name: KeyringKeyInUse :one
select coalesce(max(name), '')::text from keyring_key where name like 'master/%' and used_at is not null and retired_at is null;

-- name: KeyringServerBeat :exec
insert into keyring_server (id, seen_at, knows, wraps) values (@id, clock_timestamp(), @knows::text[], @wraps)
on conflict (id) do update set seen_at = excluded.seen_at, knows = excluded.knows, wraps = excluded.wraps;

-- name: KeyringServerGone :exec
delete from keyring_server where id = @id or seen_at < clock_timestamp() - interval '1 day';

-- Servers that were seen lately: one that was not is no more, or will be refused when it wraps by a retired key.
-- name: KeyringServers :many
select id, knows, wraps from keyring_server where seen_at > clock_timestamp() - interval '30 seconds' order by id;

-- Alone until the end of the transaction: who has just wrapped a key has committed, and nobody begins.
-- name: KeyringAlone :exec
select pg_advisory_xact_lock(7141893);

-- name: WrappedStill :one
select ((select count(*) from data_key d where d.wrapped_by = @by) + (select count(*) from account a where a.wrapped_by = @by)
  + (select count(*) from firm f where f.wrapped_by = @by))::bigint;

-- How many rows of each kind a key wraps; the days' keys are counted together.
-- name: WrappedCounts :many
select w.kind, w.by_key::text as by_key, count(*) as n from (
  select 'dossier' as kind, case when d.wrapped_by like 'day/%' then 'day' else d.wrapped_by end as by_key from data_key d
  union all select 'account', a.wrapped_by from account a
  union all select 'firm', f.wrapped_by from firm f
) w group by w.kind, w.by_key order by w.by_key, w.kind;

-- Rows that somebody works on are passed over, and found when the table is gone through again.
-- name: DataKeysWrappedBy :many
select k.dossier_id, k.rule, k.wrapped, d.public_id from data_key k join dossier d on d.id = k.dossier_id
where k.wrapped_by = @by and (k.dossier_id, k.rule) > (@after, @after_rule::text)
order by k.dossier_id, k.rule limit @lim for update of k skip locked;

-- name: DataKeysRewrapped :exec
update data_key k set wrapped = n.wrapped, wrapped_by = @to_key
from (select unnest(@ids::bigint[]) as id, unnest(@rules::text[]) as rule, unnest(@wrapped::bytea[]) as wrapped) n
where k.dossier_id = n.id and k.rule = n.rule and k.wrapped_by = @from_key;

-- name: AccountsWrappedBy :many
select id, wrapped_key from account where wrapped_by = @by and id > @after order by id limit @lim for update skip locked;

-- name: AccountsRewrapped :exec
update account a set wrapped_key = n.wrapped, wrapped_by = @to_key
from (select unnest(@ids::bigint[]) as id, unnest(@wrapped::bytea[]) as wrapped) n where a.id = n.id and a.wrapped_by = @from_key;

-- name: FirmsWrappedBy :many
select id, wrapped_key from firm where wrapped_by = @by and id > @after order by id limit @lim for update skip locked;

-- name: FirmsRewrapped :exec
update firm f set wrapped_key = n.wrapped, wrapped_by = @to_key
from (select unnest(@ids::bigint[]) as id, unnest(@wrapped::bytea[]) as wrapped) n where f.id = n.id and f.wrapped_by = @from_key;

-- Dossiers that cannot be found yet under the newest search key.
-- name: DossiersNotIndexed :many
select id, public_id from dossier where id > @after and search_key <> @key and submitted_at is not null order by id limit @lim;

-- One page of dossiers loses the tokens under other search keys; 0 is the end.
-- name: SearchTokensSweep :one
with page as (select id from dossier where id > @after order by id limit @lim),
tokens as (delete from search_token t using page p where t.dossier_id = p.id and t.key <> @key),
alike as (delete from likeness l using page p where l.dossier_id = p.id and l.key <> @key)
select coalesce(max(id), 0)::bigint from page;
