-- What is set on the configuration screens, with where the chain ends: one look, one state.
-- name: SettingsInForce :many
select c.seq as last, coalesce(s.key, '')::text as key, coalesce(s.value, '{}')::jsonb as value, coalesce(s.seq, 0)::bigint as seq
from setting_chain c left join setting s on s.seq > 0 order by s.key;

-- name: SettingChainLock :one
select seq, head from setting_chain for update;

-- The last change of a key, for who holds the chain.
-- name: SettingChangeLast :many
select seq, value from setting_change where key = @key order by seq desc limit 1;

-- name: SettingChangeInsert :exec
with moved as (update setting_chain set seq = @seq, head = @hash)
insert into setting_change (seq, key, value, was, by_id, at, takes_back, prev, hash)
values (@seq, @key, sqlc.narg('value'), sqlc.narg('was'), @by_id, @at, sqlc.narg('takes_back'), @prev, @hash);

-- name: SettingPut :exec
insert into setting (key, value, by_id, at, seq) values (@key, @value, @by_id, @at, @seq)
on conflict (key) do update set value = excluded.value, by_id = excluded.by_id, at = excluded.at, seq = excluded.seq;

-- name: SettingDrop :exec
delete from setting where key = @key and seq > 0;

-- Heard by every server as soon as the change is committed.
-- name: SettingTell :exec
select pg_notify('setting', @seq::text);

-- Changes, the newest first: of one key, or of all when it is empty.
-- name: SettingChanges :many
select * from setting_change where (@key::text = '' or key = @key::text) and seq < @before order by seq desc limit @least::int;

-- name: SettingChangeBySeq :one
select * from setting_change where seq = @seq;

-- name: SettingChangesAll :many
select * from setting_change order by seq;

-- Teams of every procedure, from rights in force or still to begin: a team is named before its first day.
-- name: SettingTeams :many
select distinct procedure, team from agent_grant where team <> '' and (until is null or until > @at) order by procedure, team;
