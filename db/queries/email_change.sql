-- name: EmailChangeAsk :exec
insert into email_change (account_id, sealed, asked_at) values (@account_id, @sealed, @now)
on conflict (account_id) do update set sealed = excluded.sealed, asked_at = excluded.asked_at, done_at = null;

-- name: EmailChangeOf :one
select * from email_change where account_id = @account_id;

-- name: EmailChangeDone :exec
update email_change set sealed = @sealed, done_at = @now where account_id = @account_id;

-- name: EmailChangeDrop :exec
delete from email_change where account_id = @account_id;

-- What nobody has proven in time, and what can be taken back no more.
-- name: EmailChangeSweep :exec
delete from email_change where done_at is null and asked_at < @asked::timestamptz or done_at < @done::timestamptz;

-- name: AccountMove :exec
update account set email_index = @email_index, sealed = @sealed, changed_at = @now where id = @id;

-- name: FactorSeal :exec
update factor set sealed = @sealed where id = @id;

-- name: ReachSeal :exec
update account_reach set sealed = sqlc.narg('sealed'), claimed = sqlc.narg('claimed') where account_id = @account_id;

-- Who acts for somebody goes on to act for them under their new address. Whoever acts is not the one acted for because both
-- have an address by now.
-- name: MandatesMove :exec
update mandate set principal_index = case when principal_index = @was then @next else principal_index end,
  same_address = same_address or holder_id = @account_id and principal_index = @next
where principal_index = @was or holder_id = @account_id and principal_index = @next;

-- What became of the last message of a kind to an account.
-- name: MailLast :one
select state from mail where account_id = @account_id and template = @template order by id desc limit 1;

-- One that waits to be proven is given up.
-- name: EmailChangeForgo :exec
delete from email_change where account_id = @account_id and done_at is null;
