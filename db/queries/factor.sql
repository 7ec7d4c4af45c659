-- name: FactorInsert :one
insert into factor (account_id, kind, sealed, credential, made_at, confirmed_at)
values (@account_id, @kind, @sealed, @credential, @now, sqlc.narg('confirmed_at'))
returning id;

-- Those that work.
-- name: FactorsOf :many
select * from factor where account_id = @account_id and confirmed_at is not null order by id;

-- name: FactorCount :one
select count(*) from factor where account_id = @account_id and confirmed_at is not null;

-- Who of these accounts has one that works.
-- name: FactorHolders :many
select distinct account_id from factor where account_id = any(@ids::bigint[]) and confirmed_at is not null;

-- The app that was begun and not confirmed yet.
-- name: FactorPending :one
select * from factor where id = @id and account_id = @account_id and confirmed_at is null and made_at > @since order by id desc limit 1;

-- name: FactorDropPending :exec
delete from factor where account_id = @account_id and confirmed_at is null;

-- name: FactorDropTOTP :exec
delete from factor where account_id = @account_id and kind = 'totp' and confirmed_at is not null;

-- name: FactorConfirm :exec
update factor set confirmed_at = @now::timestamptz, step = @step where id = @id;

-- name: FactorAccept :exec
update factor set used_at = @now::timestamptz, step = @step, sealed = @sealed where id = @id;

-- name: FactorByCredential :one
select * from factor where credential = @credential and confirmed_at is not null;

-- name: FactorDrop :one
delete from factor where id = @id and account_id = @account_id and confirmed_at is not null returning kind;

-- name: FactorDropAll :exec
delete from factor where account_id = @account_id;

-- Those added since then, and those begun.
-- name: FactorDropSince :exec
delete from factor where account_id = @account_id and (confirmed_at is null or confirmed_at > @since::timestamptz);

-- name: RecoveryInsert :exec
insert into recovery_code (hash, account_id) select unnest(@hashes::bytea[]), @account_id::bigint;

-- name: RecoveryUse :one
update recovery_code set used_at = @now::timestamptz where hash = @hash and account_id = @account_id and used_at is null returning true;

-- name: RecoveryLeft :one
select count(*) from recovery_code where account_id = @account_id and used_at is null;

-- name: RecoveryDropAll :exec
delete from recovery_code where account_id = @account_id;

-- name: AccountSetFactorFailed :exec
update account set factor_failed = @failed, factor_failed_at = sqlc.narg('failed_at') where id = @id;

-- Apps that nobody went on with.
-- name: FactorSweep :exec
delete from factor where confirmed_at is null and made_at < @before;
