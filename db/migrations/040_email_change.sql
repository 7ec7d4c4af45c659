-- The address that a person wants their account to have, until they prove it; then the one it had, for as long as its owner can
-- take it back. Sealed under the account's key.
create table email_change (
  account_id bigint      constraint email_change_pk primary key constraint email_change_account references account on delete cascade,
  sealed     bytea       not null,
  asked_at   timestamptz not null,
  done_at    timestamptz
);

---- create above / drop below ----
