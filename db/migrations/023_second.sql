-- What one agent proposes and another one decides. All that was typed is sealed under the dossier's key; one proposal waits at a
-- time.
create table proposal (
  id          bigint generated always as identity primary key,
  public_id   text        not null constraint proposal_public_id unique,
  dossier_id  bigint      not null constraint proposal_dossier references dossier on delete cascade,
  move        text        not null,
  state       text        not null default 'waiting' constraint proposal_state check (state in ('waiting', 'made', 'back', 'withdrawn', 'void')),
  proposed_by bigint      not null constraint proposal_proposer references account,
  proposed_at timestamptz not null,
  sealed      bytea       not null,
  decided_by  bigint      constraint proposal_decider references account,
  decided_at  timestamptz,
  word        bytea,                -- why it was sent back
  constraint proposal_second check (state not in ('made', 'back') or coalesce(decided_by <> proposed_by, false))
);
create unique index proposal_waiting_idx on proposal (dossier_id) where state = 'waiting';
create index proposal_dossier_idx on proposal (dossier_id);
