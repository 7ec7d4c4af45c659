-- When a password was chosen, and when its owner was last told that it grows old: passwords are renewed (RP-174). Those
-- chosen before count from today.
alter table account
  add column password_set_at timestamptz,
  add column password_warned_at timestamptz;
update account set password_set_at = now() where password_hash is not null;
