-- name: AccountInsert :one
insert into account (kind, email_index, wrapped_key, wrapped_by, sealed, password_hash, state, lang, created_at, changed_at, password_set_at)
values (@kind, @email_index, @wrapped_key, @wrapped_by, @sealed, sqlc.narg('password_hash'), @state, @lang, @now, @now, @now)
returning id;

-- name: AccountByEmail :one
select * from account where kind = @kind and email_index = @email_index;

-- name: AccountByID :one
select * from account where id = @id;

-- name: AccountForUpdate :one
select * from account where id = @id for update;

-- The row that sign-in attempts queue on, so that parallel guesses are counted one by one.
-- name: AccountByEmailForUpdate :one
select * from account where kind = @kind and email_index = @email_index for update;

-- name: AccountSetFailed :exec
update account set failed = @failed, failed_at = sqlc.narg('failed_at') where id = @id;

-- name: AccountSeen :exec
update account set failed = 0, failed_at = null, seen_at = @now, lang = @lang where id = @id;

-- name: AccountSetPassword :exec
update account set password_hash = @password_hash, state = @state, failed = 0, failed_at = null, password_set_at = sqlc.narg('now'), password_warned_at = null, changed_at = @now
where id = @id;

-- The same password, hashed as today; not one that was chosen meanwhile.
-- name: AccountRehash :exec
update account set password_hash = @next where id = @id and password_hash = @was;

-- name: AccountSetWarned :exec
update account set password_warned_at = @now where id = @id;

-- name: AccountSetState :exec
update account set state = @state, changed_at = @now where id = @id;

-- name: AccountSetLang :exec
update account set lang = @lang where id = @id;

-- name: AccountSetSealed :exec
update account set sealed = @sealed, changed_at = @now where id = @id;

-- name: AccountAgents :many
select * from account where kind = 'agent' and state <> 'erased' order by id;

-- Agents whose accounts were closed before, and who are still in them.
-- name: AccountsClosed :many
select id from account where kind = 'agent' and state = 'disabled' and changed_at <= @before order by id;

-- name: AccountErase :exec
update account set email_index = @email_index, wrapped_key = @wrapped_key, wrapped_by = @wrapped_by, sealed = @sealed,
  password_hash = null, state = 'erased', seen_at = null, changed_at = @now where id = @id;

-- What an agent's erasure takes beside: a restored database must not bring them back.
-- name: AccountErasedInsert :exec
insert into purge_certificate (rule, account_id, category, count, whole, at) values ('agent_closed', @account_id, 'account', 1, false, @at);

-- name: AccountClosedAgain :exec
update account set state = 'disabled', changed_at = created_at
where id = @id and kind = 'agent' and state <> 'erased' and created_at <= @at::timestamptz;

-- name: AccountsByID :many
select * from account where id = any(@ids::bigint[]);

-- name: AccountActor :one
select id, kind, state from account where id = @id;

-- name: TokenInsert :exec
insert into account_token (hash, account_id, purpose, expires_at) values (@hash, @account_id, @purpose, @expires_at);

-- name: TokenPeek :one
select account_id from account_token where hash = @hash and purpose = @purpose and used_at is null and expires_at > @now;

-- Who took up an invitation and chose a password by it, has chosen no other since, and has no second proof yet.
-- name: InviteTakenUp :one
select a.* from account_token t join account a on a.id = t.account_id
where t.hash = @hash and t.purpose = 'invite' and t.used_at is not null and t.expires_at > @now
  and a.state = 'active' and a.password_set_at = t.used_at and not exists (select 1 from factor f where f.account_id = a.id);

-- name: TokenUse :one
update account_token set used_at = @now
where hash = @hash and purpose = @purpose and used_at is null and expires_at > @now
returning account_id;

-- name: TokenDropOthers :exec
delete from account_token where account_id = @account_id and purpose = @purpose;

-- name: TokenDropExpired :exec
delete from account_token where expires_at < @before;

-- name: GrantInsert :one
insert into agent_grant (account_id, procedure, role, team, granted_by, granted_at, begins, until, reason)
values (@account_id, @procedure, @role, @team, sqlc.narg('granted_by'), @now, sqlc.narg('begins'), sqlc.narg('until'), @reason)
returning id;

-- The same right, as long as it has not ended.
-- name: GrantsAlike :many
select * from agent_grant
where account_id = @account_id and procedure = @procedure and role = @role and team = @team and (until is null or until > @now)
for update;

-- One that has not ended.
-- name: GrantStanding :one
select * from agent_grant where id = @id and account_id = @account_id and (until is null or until > @now) for update;

-- name: GrantEnd :exec
update agent_grant set until = @at, ended_by = sqlc.narg('ended_by') where id = @id;

-- name: GrantsAll :many
select * from agent_grant order by account_id, id;

-- name: RightActInsert :exec
insert into right_act (at, actor_id, account_id, grant_id, act, before, after)
values (@at, sqlc.narg('actor_id'), @account_id, @grant_id, @act, @before, @after);

-- name: RightActs :many
select * from right_act where id < @before order by id desc limit @least::int;

-- name: AdministratorCount :one
select count(*) from agent_grant g join account a on a.id = g.account_id
where g.procedure = '*' and (g.begins is null or g.begins <= @now) and (g.until is null or g.until > @now) and a.state in ('active', 'invited');

-- name: NoticeTextKeep :exec
insert into notice_text (hash, text) values (@hash, @text) on conflict do nothing;

-- name: AccountConsentInsert :exec
insert into consent (account_id, notice, text_hash, lang, at) values (@account_id::bigint, @notice, @text_hash, @lang, @now);

-- name: ConnectionInsert :exec
insert into connection_log (account_id, kind, act, at, address) values (sqlc.narg('account_id'), @kind, @act, @now, sqlc.narg('address'));

-- name: ConnectionsOf :many
select act, at from connection_log where account_id = @account_id order by id desc limit nullif(@most::int, 0);

-- name: AccountNothing :one
select @id::bigint as id;

-- Who hands out a right of which there are few waits here for whoever hands out the same.
-- name: GrantHoldersLock :exec
select pg_advisory_xact_lock(hashtextextended('holders ' || @procedure::text || ' ' || @role::text, 0));

-- How many others hold a right, or will.
-- name: GrantHolders :one
select count(distinct g.account_id)::int as n from agent_grant g join account a on a.id = g.account_id
where g.procedure = @procedure and g.role = @role and g.account_id <> @account_id and (g.until is null or g.until > @now);

-- Of who holds or held a right of a procedure in the time.
-- name: ConnectionsOfHolders :many
select account_id, act, at, address from connection_log c
where c.kind = 'agent' and c.at >= @since and c.at < @until and exists (
  select 1 from agent_grant g where g.account_id = c.account_id and g.procedure = @procedure::text and g.granted_at < @until and (g.until is null or g.until > @since))
order by c.id desc limit @most::int;

-- name: TokenDropAll :exec
delete from account_token where account_id = @account_id;

-- name: GrantsEndAll :many
update agent_grant set until = @now where account_id = @account_id and (until is null or until > @now) returning *;
