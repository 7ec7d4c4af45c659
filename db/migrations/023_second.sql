-- What one agent proposes and another one decides. All that was typed is sealed under the dossier's key; one proposal waits at a
-- time.
create table proposal (
  id          bigint generated always as identity primary key,
  public_id   text        not null constraint proposal_public_id unique,
  dossier_id  bigint      not null constraint proposal_dossier references dossier on delete cascade,
  move        text        not null,
  state       text        not null default 'waiting' constraint proposal_state check (state in ('waiting', 'made', 'back', 'withdrawn', 'void')),
  proposed_by bigint      not null,
  proposed_at timestamptz not null,
  seq         int         not null, -- line of the journal that says so
  sealed      bytea       not null,
  decided_by  bigint,
  decided_at  timestamptz,
  word        bytea                 -- why it was sent back
);
create unique index proposal_waiting_idx on proposal (dossier_id) where state = 'waiting';
create index proposal_dossier_idx on proposal (dossier_id);
