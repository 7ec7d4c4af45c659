-- What proves, beside a password, who somebody is: an app that shows codes, or a passkey. What is secret of it, and the name
-- its owner gave it, is sealed under the account's own key.
create table factor (
  id           bigint generated always as identity primary key,
  account_id   bigint      not null constraint factor_account references account on delete cascade,
  kind         text        not null constraint factor_kind check (kind in ('totp', 'passkey')),
  sealed       bytea       not null,
  credential   bytea       constraint factor_credential unique, -- keyed index of a passkey's own id
  step         bigint      not null default 0,                  -- of an app: the latest time step that was accepted; none before it counts
  made_at      timestamptz not null,
  confirmed_at timestamptz,                                     -- null: its owner has not shown yet that it works
  used_at      timestamptz
);
create index factor_account_idx on factor (account_id);
create unique index factor_totp on factor (account_id) where kind = 'totp' and confirmed_at is not null;

-- Codes for who has lost the rest: a keyed index of each, never the code. A code that was used stays, so that its owner sees
-- how many are left of how many.
create table recovery_code (
  hash       bytea       constraint recovery_code_pk primary key,
  account_id bigint      not null constraint recovery_code_account references account on delete cascade,
  used_at    timestamptz
);
create index recovery_code_account_idx on recovery_code (account_id);

-- Codes are guessed apart from passwords.
alter table account
  add column factor_failed int not null default 0,
  add column factor_failed_at timestamptz;

-- Who took somebody's second proofs away stands in the journal of rights, under no right.
alter table right_act drop constraint right_act_act;
alter table right_act add constraint right_act_act check (act in ('give', 'withdraw', 'reset_factors'));
