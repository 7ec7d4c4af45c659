-- The desk: whose team, who is reading, views that were kept, acts on many.
alter table dossier add team text not null default '';
create index dossier_team_idx on dossier (procedure, team, submitted_at, id) where state_kind in ('open', 'waiting');

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
  detail     jsonb       not null, -- what the form gave: an assignee, a reason; no answer of a person
  state      text        not null constraint bulk_act_state check (state in ('queued', 'running', 'done')),
  at         timestamptz not null,
  done_at    timestamptz
);
create table bulk_item (
  bulk_id    bigint not null constraint bulk_item_bulk references bulk_act on delete cascade,
  dossier_id bigint not null constraint bulk_item_dossier references dossier on delete cascade,
  result     text   not null default '', -- '' not yet, done, or the key of the refusal
  constraint bulk_item_pk primary key (bulk_id, dossier_id)
);

---- create above / drop below ----
