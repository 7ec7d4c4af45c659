-- A document's life: received, looked at by the scanner, judged by an agent.
alter table document
  add verdict    text        not null default 'unscanned' constraint document_verdict check (verdict in ('unscanned', 'waiting', 'clean', 'infected')), -- the scanner's; unscanned: none is configured
  add scanned_at timestamptz,
  add judgement  text        not null default '' constraint document_judgement check (judgement in ('', 'accepted', 'rejected')),
  add reason     text        not null default '', -- of a rejection: a name of the definition's list
  add judged_by  bigint,
  add judged_at  timestamptz;
create index document_waiting_idx on document (id) where verdict = 'waiting';

-- A file on its way: what has arrived is sealed piece by piece, so that a cut loses nothing.
create table upload (
  public_id  text        constraint upload_pk primary key,
  dossier_id bigint      not null constraint upload_dossier references dossier on delete cascade,
  path       text        not null,
  size       bigint      not null, -- as announced
  arrived    bigint      not null default 0,
  blobs      text[]      not null default '{}', -- the pieces, in order
  sealed     bytea       not null, -- name as given
  account_id bigint,
  started_at timestamptz not null,
  seen_at    timestamptz not null
);
create index upload_dossier_idx on upload (dossier_id);
create index upload_seen_idx on upload (seen_at);

---- create above / drop below ----
