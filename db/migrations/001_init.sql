-- Everything that names a person is sealed before it reaches this database (design, decision 6):
-- the columns called sealed hold AES-256-GCM, the columns called *_index a keyed blind index.

create table account (
  id            bigint generated always as identity primary key,
  kind          text        not null constraint account_kind check (kind in ('person', 'agent')),
  email_index   bytea       not null,
  wrapped_key   bytea       not null,
  wrapped_by    text        not null,
  sealed        bytea       not null,
  password_hash text,
  state         text        not null constraint account_state check (state in ('invited', 'unconfirmed', 'active', 'disabled', 'left')),
  lang          text        not null default 'fr',
  failed        int         not null default 0,
  failed_at     timestamptz,
  created_at    timestamptz not null,
  seen_at       timestamptz,
  constraint account_email unique (kind, email_index)
);

-- One-time links (confirm, reset, invite): only the hash is kept.
create table account_token (
  hash       bytea       constraint account_token_pk primary key,
  account_id bigint      not null constraint account_token_account references account on delete cascade,
  purpose    text        not null,
  expires_at timestamptz not null,
  used_at    timestamptz
);
create index account_token_account_idx on account_token (account_id);

-- A session bears its person, so that all sessions of one person can be ended at once.
create table session (
  token_hash bytea       constraint session_pk primary key,
  account_id bigint      constraint session_account references account on delete cascade,
  data       bytea       not null,
  created_at timestamptz not null,
  seen_at    timestamptz not null,
  expires_at timestamptz not null
);
create index session_account_idx on session (account_id);
create index session_expires_idx on session (expires_at);

-- What an agent may do: a role of a procedure's workflow, for a team, between two instants.
create table agent_grant (
  id         bigint generated always as identity primary key,
  account_id bigint      not null constraint agent_grant_account references account on delete cascade,
  procedure  text        not null, -- '*' for the administrator of the installation
  role       text        not null,
  team       text        not null default '',
  granted_by bigint      constraint agent_grant_by references account,
  granted_at timestamptz not null,
  until      timestamptz,
  constraint agent_grant_once unique (account_id, procedure, role, team)
);

-- The definitions that dossiers were started with, by content hash (design, decision 3).
create table definition (
  hash       bytea       constraint definition_pk primary key,
  procedure  text        not null,
  content    bytea       not null,
  first_used timestamptz not null
);

create table dossier (
  id           bigint generated always as identity primary key,
  public_id    text        not null constraint dossier_public_id unique, -- 128 random bits, in addresses
  reference    text        constraint dossier_reference unique,          -- given at submission, for people
  procedure    text        not null,
  definition   bytea       not null constraint dossier_definition references definition,
  owner_id     bigint      constraint dossier_owner references account,
  channel      text        not null default 'online',
  lang         text        not null default 'fr',
  state        text        not null,
  state_kind   text        not null constraint dossier_state_kind check (state_kind in ('draft', 'open', 'waiting', 'closed')),
  assignee_id  bigint      constraint dossier_assignee references account,
  round        int         not null default 0, -- times it was filed: 0 a draft, 1 submitted, 2 completed once…
  created_at   timestamptz not null,
  updated_at   timestamptz not null,
  submitted_at timestamptz,
  closed_at    timestamptz, -- end of processing (RP-033)
  purge_on     date,
  judged_at    timestamptz, -- a release judges a dossier once
  journal_seq  int         not null default 0,
  journal_head bytea       not null default ''
) with (fillfactor = 70); -- room for each save beside the row it replaces
create index dossier_owner_idx on dossier (owner_id, id);
create index dossier_queue_idx on dossier (procedure, state, submitted_at, id) where state_kind <> 'draft';
create index dossier_all_idx on dossier (procedure, submitted_at, id) where state_kind <> 'draft';
create index dossier_assignee_idx on dossier (assignee_id, submitted_at, id) where assignee_id is not null;
create index dossier_closed_idx on dossier (procedure, closed_at) where closed_at is not null;
create index dossier_purge_idx on dossier (purge_on) where purge_on is not null;
create index dossier_draft_idx on dossier (id) where state_kind = 'draft'; -- not by updated_at: every save would rewrite every index

-- A data key for each dossier and retention rule, wrapped by the keyring that lives elsewhere.
create table data_key (
  dossier_id bigint not null constraint data_key_dossier references dossier on delete cascade,
  rule       text   not null,
  wrapped    bytea  not null,
  wrapped_by text   not null,
  constraint data_key_pk primary key (dossier_id, rule)
);
create index data_key_wrapped_by_idx on data_key (wrapped_by);

-- Answers: draft, filed, correction and agent answers are kept apart, a row for each step (design, decision 4).
create table answer (
  dossier_id bigint      not null constraint answer_dossier references dossier on delete cascade,
  stage      text        not null constraint answer_stage check (stage in ('draft', 'filed', 'correction', 'agent')),
  step       text        not null,
  round      int         not null default 0,
  version    int         not null,
  sealed     bytea       not null,
  updated_at timestamptz not null,
  constraint answer_pk primary key (dossier_id, stage, step, round)
) with (fillfactor = 70);

create table document (
  id          bigint generated always as identity primary key,
  public_id   text        not null constraint document_public_id unique,
  dossier_id  bigint      not null constraint document_dossier references dossier on delete cascade,
  path        text        not null, -- field, and row of the group it belongs to
  rule        text        not null, -- retention rule whose key seals it
  round       int         not null, -- round it was handed in for
  state       text        not null constraint document_state check (state in ('received', 'superseded', 'removed')),
  kind        text        not null, -- recognised from the content
  size        bigint      not null,
  pages       int         not null,
  blob        text        not null constraint document_blob unique,
  sealed      bytea       not null, -- name as given, SHA-256 of the content
  uploaded_by bigint,
  uploaded_at timestamptz not null
);
create index document_dossier_idx on document (dossier_id, id);

-- What an agent asked for: one row an item (RP-014).
create table asked_item (
  id          bigint generated always as identity primary key,
  dossier_id  bigint      not null constraint asked_item_dossier references dossier on delete cascade,
  round       int         not null, -- round in which it was asked
  path        text        not null,
  kind        text        not null constraint asked_item_kind check (kind in ('field', 'document')),
  sealed      bytea       not null, -- the agent's words
  asked_by    bigint,
  asked_at    timestamptz not null,
  answered_at timestamptz,
  constraint asked_item_once unique (dossier_id, round, path)
);

-- Words on a dossier: the internal thread (RP-027), and what was sent to the person (RP-124).
create table message (
  id         bigint generated always as identity primary key,
  dossier_id bigint      not null constraint message_dossier references dossier on delete cascade,
  thread     text        not null constraint message_thread check (thread in ('internal', 'person')),
  template   text        not null default '',
  author_id  bigint,
  at         timestamptz not null,
  sealed     bytea       not null
);
create index message_dossier_idx on message (dossier_id, id);

-- Documents the system makes: internal summary (RP-026), receipt.
create table generated (
  id         bigint generated always as identity primary key,
  dossier_id bigint      not null constraint generated_dossier references dossier on delete cascade,
  template   text        not null,
  round      int         not null,
  at         timestamptz not null,
  sealed     bytea       not null,
  constraint generated_once unique (dossier_id, template, round)
);

-- The text accepted, by its hash: a consent proves what was agreed to (RP-034).
create table notice_text (
  hash bytea constraint notice_text_pk primary key,
  text text  not null
);
create table consent (
  id         bigint generated always as identity primary key,
  account_id bigint      not null constraint consent_account references account on delete cascade,
  dossier_id bigint      constraint consent_dossier references dossier on delete cascade,
  notice     text        not null,
  scope      text        not null default '', -- the step where it was ticked
  text_hash  bytea       not null constraint consent_text references notice_text,
  lang       text        not null,
  at         timestamptz not null,
  withdrawn  timestamptz
);
create unique index consent_dossier_once on consent (dossier_id, notice, scope) where dossier_id is not null and withdrawn is null;
create index consent_account_idx on consent (account_id);

-- The journal: acts chain under the dossier's lock, a line holds a salted commitment, what names a person can be erased.
create table journal_entry (
  id         bigint generated always as identity primary key,
  dossier_id bigint      not null, -- outlives the dossier
  seq        int         not null,
  at         timestamptz not null,
  role       text        not null,
  act        text        not null,
  commitment bytea       not null,
  prev       bytea       not null,
  hash       bytea       not null,
  constraint journal_entry_chain unique (dossier_id, seq)
);
create table journal_detail (
  dossier_id bigint not null,
  seq        int    not null,
  actor_id   bigint,
  salt       bytea  not null,
  sealed     bytea  not null,
  constraint journal_detail_pk primary key (dossier_id, seq)
);
create table journal_read (
  id         bigint generated always as identity primary key,
  dossier_id bigint      not null,
  actor_id   bigint,
  role       text        not null,
  what       text        not null,
  at         timestamptz not null
);
create index journal_read_dossier_idx on journal_read (dossier_id, id);

-- Connection log: kept one rolling year (RP-123, RP-125, RP-185).
create table connection_log (
  id         bigint generated always as identity primary key,
  account_id bigint,
  kind       text        not null,
  act        text        not null,
  at         timestamptz not null
);
create index connection_log_at_idx on connection_log (at);

-- Blind index of names for the agents' search.
create table search_token (
  token      bytea  not null,
  dossier_id bigint not null constraint search_token_dossier references dossier on delete cascade,
  constraint search_token_pk primary key (token, dossier_id)
);
create index search_token_dossier_idx on search_token (dossier_id);

-- Mail to people: the address is sealed under the account's key; body carries no answer.
create table mail (
  id         bigint generated always as identity primary key,
  account_id bigint      not null constraint mail_account references account on delete cascade,
  dossier_id bigint      constraint mail_dossier references dossier on delete set null,
  template   text        not null,
  state      text        not null constraint mail_state check (state in ('queued', 'sent', 'failed')),
  fault      text        not null default '',
  queued_at  timestamptz not null,
  sent_at    timestamptz
);
create index mail_dossier_idx on mail (dossier_id);

-- Releases: frozen rows name nobody, so they stand in the clear; the ledger counts released records only.
create table release_cohort (
  id        bigint generated always as identity primary key,
  procedure text        not null,
  schema    bytea       not null,
  month     date        not null,
  frozen_at timestamptz not null,
  released  int         not null,
  rows      jsonb       not null,
  constraint release_cohort_once unique (procedure, schema, month)
);
create table release_file (
  id        bigint generated always as identity primary key,
  procedure text        not null,
  schema    bytea       not null,
  through   date        not null,
  lang      text        not null,
  made_by   bigint,
  made_at   timestamptz not null,
  sha256    bytea       not null,
  rows      int         not null
);

-- A line for each erasure: rule, opaque number, category, count, instant.
create table purge_certificate (
  id         bigint generated always as identity primary key,
  rule       text        not null,
  dossier_id bigint      not null,
  category   text        not null,
  count      int         not null,
  at         timestamptz not null
);

create table setting (
  key   text        constraint setting_pk primary key,
  value jsonb       not null,
  by_id bigint,
  at    timestamptz not null
);

---- create above / drop below ----
