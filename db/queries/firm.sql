-- name: FirmInsert :one
insert into firm (wrapped_key, wrapped_by, sealed, created_at) values (@wrapped_key, @wrapped_by, '', @at) returning id;

-- name: FirmSeal :exec
update firm set sealed = @sealed where id = @id;

-- Whoever changes who is in a firm takes its row first.
-- name: FirmLock :one
select * from firm where id = @id for update;

-- name: FirmsByID :many
select * from firm where id = any(@ids::bigint[]);

-- The firm an account is in now, and as what.
-- name: FirmOf :one
select f.id, f.wrapped_key, f.wrapped_by, f.sealed, m.id as member_id, m.role from firm_member m join firm f on f.id = m.firm_id
where m.account_id = @account_id and m.since is not null and m.until is null;

-- Those who are in a firm, and those who were invited and have not said yet.
-- name: FirmMembers :many
select * from firm_member where firm_id = @firm_id and until is null order by since nulls last, id;

-- name: FirmMemberInsert :one
insert into firm_member (firm_id, account_id, email_index, sealed, role, invited_at, since, invited_by)
values (@firm_id, sqlc.narg('account_id'), @email_index, @sealed, @role, @at, sqlc.narg('since'), @by) returning id;

-- name: FirmMemberByID :one
select * from firm_member where id = @id and until is null;

-- What an account is invited to.
-- name: FirmInvitations :many
select m.id, m.invited_at, f.id as firm_id, f.wrapped_key, f.wrapped_by, f.sealed from firm_member m join firm f on f.id = m.firm_id
join account a on a.email_index = m.email_index and a.kind = 'person' and a.state = 'active'
where a.id = @account_id and m.since is null and m.until is null and m.invited_at > @after order by m.invited_at desc limit 20;

-- Of any number of answers at once, one is the first.
-- name: FirmMemberJoin :one
update firm_member m set since = @at, account_id = @account_id
where m.id = @id and m.since is null and m.until is null and m.invited_at > @after
  and m.email_index = (select a.email_index from account a where a.id = @account_id and a.kind = 'person' and a.state = 'active')
returning m.firm_id;

-- name: FirmMemberDecline :one
update firm_member m set until = @at, ended_by = @account_id, sealed = '', email_index = ''
where m.id = @id and m.since is null and m.until is null
  and m.email_index = (select a.email_index from account a where a.id = @account_id and a.kind = 'person' and a.state = 'active')
returning m.firm_id;

-- Whoever is out is known by their account alone.
-- name: FirmMemberEnd :one
update firm_member set until = @at, ended_by = @by, sealed = '', email_index = '' where id = @id and until is null returning id;

-- name: FirmMemberHead :one
update firm_member set role = 'head' where id = @id and firm_id = @firm_id and since is not null and until is null returning id;

-- How many came to be invited lately.
-- name: FirmInvitedLately :one
select count(*)::int from firm_member where firm_id = @firm_id and invited_at > @since;

-- The last of a firm keeps the people they themself began to act for.
-- name: MandatesToHolder :exec
update mandate set firm_id = null where firm_id = @firm_id and holder_id = @holder_id;

-- Invitations that nobody took up.
-- name: FirmInvitationsSweep :exec
update firm_member set until = @at, sealed = '', email_index = '' where since is null and until is null and invited_at <= @after;
