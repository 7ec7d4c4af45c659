-- Whom a provider of identities knows an account's person as: by a keyed index of who says so and the name it uses, never
-- that name. An identity that is not proven opens nothing: it waits for its person to follow the link of a mail.
create table identity (
  id         bigint generated always as identity primary key,
  account_id bigint      not null constraint identity_account references account on delete cascade,
  subject    bytea       not null constraint identity_subject unique,
  issuer     text        not null,
  proven     boolean     not null,
  linked_at  timestamptz not null,
  seen_at    timestamptz
);
create index identity_account_idx on identity (account_id);

-- A session that a provider opened ends when the provider says so: it, or all of its person.
alter table session
  add column identity_id bigint constraint session_identity references identity on delete cascade,
  add column provider_session bytea;
create index session_identity_idx on session (identity_id) where identity_id is not null;
create index session_provider_idx on session (provider_session) where provider_session is not null;

-- A right that a group of the provider gives lasts as long as its person is in the group.
alter table agent_grant add column by_group text;

-- What was used once and must not be again: tokens that end sessions, answers to a sign-in.
create table used_once (
  hash       bytea       constraint used_once_pk primary key,
  expires_at timestamptz not null
);
create index used_once_expires_idx on used_once (expires_at);
