-- Who has no account comes back to a dossier by its reference and a code: askings without a hash, codes by their hash alone.
create table way_back (
  id         bigint generated always as identity primary key,
  dossier_id bigint      not null constraint way_back_dossier references dossier on delete cascade,
  asked_at   timestamptz not null,
  hash       bytea       constraint way_back_hash unique,
  used_at    timestamptz
);
create index way_back_dossier_idx on way_back (dossier_id, asked_at);

-- The day on which it was received, and the one by which it is to be answered; warnings that have gone off, and since when it is over.
alter table dossier add column received_on date, add column due_on date,
  add column due_warned text[] not null default '{}', add column due_over_at timestamptz;
create index dossier_due_idx on dossier (procedure, due_on) where due_on is not null and closed_at is null;

-- A document of agents that a move has used is no proof for the next one.
alter table document add column used_at timestamptz;

---- create above / drop below ----
