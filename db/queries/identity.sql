-- name: IdentityBySubject :one
select i.id, i.account_id, i.proven, a.kind, a.state, a.lang
from identity i join account a on a.id = i.account_id where i.subject = @subject;

-- The row that sign-ins of one identity queue on.
-- name: IdentityForUpdate :one
select * from identity where subject = @subject for update;

-- name: IdentityPut :one
insert into identity (account_id, subject, issuer, proven, linked_at)
values (@account_id, @subject, @issuer, @proven, @now)
on conflict (subject) do update
set account_id = excluded.account_id, proven = excluded.proven, linked_at = excluded.linked_at
where not identity.proven
returning id;

-- name: IdentitySeen :exec
update identity set seen_at = @now where id = @id;

-- name: IdentitiesOf :many
select * from identity where account_id = @account_id and proven order by id;

-- name: IdentityCount :one
select count(*) from identity where account_id = @account_id and proven;

-- name: IdentityDrop :one
delete from identity where id = @id and account_id = @account_id returning id;

-- name: IdentityDropAll :exec
delete from identity where account_id = @account_id;

-- name: IdentityDropOthers :exec
delete from identity where account_id = @account_id and id <> @id;

-- name: IdentityDropUnproven :exec
delete from identity where account_id = @account_id and not proven;

-- name: IdentityDropSince :exec
delete from identity where account_id = @account_id and linked_at > @since;

-- name: SessionDropIdentity :exec
delete from session where identity_id = @identity_id;

-- name: SessionDropProvider :many
delete from session where provider_session = @provider_session returning account_id;

-- name: UseOnce :one
insert into used_once (hash, expires_at) values (@hash, @expires_at) on conflict do nothing returning true;

-- name: UsedOnceSweep :exec
delete from used_once where expires_at < @before;

-- A right that stands already, given by hand or by a group, stays as it is.
-- name: GrantByGroup :many
insert into agent_grant (account_id, procedure, role, team, granted_at, until, by_group)
select @account_id, @procedure, @role, @team, @now::timestamptz, @until::timestamptz, @by_group::text
where not exists (select 1 from agent_grant g where g.account_id = @account_id and g.procedure = @procedure and g.role = @role and g.team = @team
  and (g.begins is null or g.begins <= @now::timestamptz) and (g.until is null or g.until > @now::timestamptz))
returning *;

-- name: GrantsOfGroupsEnd :many
update agent_grant set until = @now
where account_id = @account_id and by_group is not null and (until is null or until > @now)
  and procedure || e'\t' || role || e'\t' || team <> all(@kept::text[])
returning *;

-- name: GrantsOfGroupsRenew :exec
update agent_grant set until = @until where account_id = @account_id and by_group is not null and (until is null or until > @now);

-- Rights of groups that give them no more, whoever has them.
-- name: GrantsOfGroupsUnmapped :many
update agent_grant set until = @now
where by_group is not null and (until is null or until > @now)
  and by_group || e'\t' || procedure || e'\t' || role || e'\t' || team <> all(@kept::text[])
returning *;
