-- The desk: whose team, who is reading, views that were kept, acts on many.
alter table dossier add team text not null default '';
create index dossier_team_idx on dossier (procedure, team, submitted_at, id) where state_kind in ('open', 'waiting');

-- What is at work is a small part of all there is: its lists read nothing else, whoever they are of.
create index dossier_work_idx on dossier (procedure, submitted_at, id) where state_kind in ('open', 'waiting');
create index dossier_nobody_idx on dossier (procedure, submitted_at, id) where state_kind in ('open', 'waiting') and assignee_id is null;
create index dossier_held_idx on dossier (assignee_id, submitted_at, id) where state_kind in ('open', 'waiting');

-- Who has a dossier open to decide it; a name others see, gone by itself.
create table reading (
  dossier_id bigint      constraint reading_pk primary key constraint reading_dossier references dossier on delete cascade,
  account_id bigint      not null constraint reading_account references account on delete cascade,
  until      timestamptz not null
);

-- A queue as an agent keeps it: the address says all of it.
create table saved_view (
  id         bigint generated always as identity primary key,
  account_id bigint      not null constraint saved_view_account references account on delete cascade,
  name       text        not null,
  query      text        not null,
  at         timestamptz not null,
  constraint saved_view_name unique (account_id, name)
);

-- An act on many dossiers: what was asked, how far it is, what was refused and why.
create table bulk_act (
  id         bigint generated always as identity primary key,
  public_id  text        not null constraint bulk_act_public_id unique,
  procedure  text        not null,
  move       text        not null,
  account_id bigint      not null constraint bulk_act_account references account,
  sealed     bytea, -- what the form gave: to whom, the reason, the agent's words
  state      text        not null constraint bulk_act_state check (state in ('prepared', 'queued', 'done')),
  at         timestamptz not null,
  done_at    timestamptz
);
create index bulk_act_account_idx on bulk_act (account_id, id);
create table bulk_item (
  bulk_id    bigint not null constraint bulk_item_bulk references bulk_act on delete cascade,
  dossier_id bigint not null constraint bulk_item_dossier references dossier on delete cascade,
  state      text   not null, -- in which it was chosen: one that has moved on since is left alone
  result     text   not null default '', -- '' not yet, done, or the key of the refusal
  constraint bulk_item_pk primary key (bulk_id, dossier_id)
);
create index bulk_item_dossier_idx on bulk_item (dossier_id);

-- What a dossier would be recognised by, under a keyed index: two with the same token are alike for that reason.
create table likeness (
  rule       text   not null,
  token      bytea  not null,
  dossier_id bigint not null constraint likeness_dossier references dossier on delete cascade,
  constraint likeness_pk primary key (rule, token, dossier_id)
);
create index likeness_dossier_idx on likeness (dossier_id);

-- The team's figures read the acts of some weeks.
create index journal_entry_at_idx on journal_entry using brin (at);

---- create above / drop below ----
