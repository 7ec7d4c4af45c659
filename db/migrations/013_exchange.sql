-- What is handed to the core business system, and its receipts. The message is fixed, sealed, at the event that hands it over:
-- whoever asks twice gets the same bytes, and the purge of the dossier takes them along.
create table handover (
  id         bigint generated always as identity primary key,
  public_id  text        not null constraint handover_public_id unique, -- also the idempotency key
  dossier_id bigint      not null constraint handover_dossier references dossier on delete cascade,
  procedure  text        not null,
  connector  text        not null,
  event      text        not null, -- move that handed it over
  state      text        not null constraint handover_state check (state in ('waiting', 'sent', 'refused', 'overtaken')), -- sent: the other side has it
  at         timestamptz not null,
  sealed     bytea       not null,
  sha256     bytea       not null, -- of the message
  attempts   int         not null default 0,
  next_at    timestamptz, -- null: it waits to be fetched
  fault      text        not null default '', -- key of the text that says why it did not arrive
  status     int         not null default 0, -- of the other side's last answer
  receipt    bytea, -- sealed: what the other side answered
  settled_at timestamptz,
  again_by   bigint -- the administrator who had it sent once more
);
create index handover_list_idx on handover (procedure, connector, id);
create index handover_dossier_idx on handover (dossier_id);
create index handover_due_idx on handover (next_at) where state = 'waiting';
create index handover_open_idx on handover (id) where state in ('waiting', 'refused');

-- Keys of the other systems: the secret itself is shown once and kept nowhere.
create table exchange_token (
  id         bigint generated always as identity primary key,
  public_id  text        not null constraint exchange_token_public_id unique,
  procedure  text        not null,
  connector  text        not null,
  name       text        not null,
  hash       bytea       not null, -- SHA-256 of the secret, which is 256 random bits
  verbs      text[]      not null,
  per_minute int         not null constraint exchange_token_pace check (per_minute between 1 and 6000),
  created_by bigint      not null,
  at         timestamptz not null,
  ends_at    timestamptz not null, -- a rotation brings it forward, a withdrawal to the moment
  ended_by   bigint, -- who withdrew it
  used_at    timestamptz,
  follows    bigint, -- the token whose place it takes
  overlap_s  bigint not null default 0, -- how long that one goes on once this one is confirmed, in seconds
  confirmed_by bigint, -- another administrator; until then it opens nothing
  confirmed_at timestamptz,
  constraint exchange_token_four_eyes check (confirmed_by <> created_by)
);

---- create above / drop below ----
