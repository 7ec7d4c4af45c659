-- What is asked, for the person of a dossier, of those who answer for other processings (DS-018, DS-096).
create table search_order (
  id          bigint generated always as identity primary key,
  public_id   text        not null constraint search_order_public_id unique,
  dossier_id  bigint      not null constraint search_order_dossier references dossier on delete cascade,
  procedure   text        not null,
  processing  text        not null, -- whose holders answer: an id of the definition
  state       text        not null constraint search_order_state check (state in ('asked', 'answered', 'withdrawn')),
  due_on      date        not null,
  asked_by    bigint      not null,
  asked_at    timestamptz not null,
  sealed      bytea       not null, -- the words, and whom to look for
  outcome     text        not null default '' constraint search_order_outcome check (outcome in ('', 'found', 'nothing')),
  answered_by bigint,
  answered_at timestamptz,
  answer      bytea, -- sealed: the words of the answer
  reminded    text[]      not null default '{}'
);
create index search_order_dossier_idx on search_order (dossier_id, id);
create unique index search_order_open_idx on search_order (dossier_id, processing) where state = 'asked';
create index search_order_holder_idx on search_order (procedure, processing, id);
create index search_order_due_idx on search_order (due_on) where state = 'asked';

---- create above / drop below ----
