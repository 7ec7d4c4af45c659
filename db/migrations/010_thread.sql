-- The thread of a dossier and its timeline: what the person writes, with files; what is owed to them; colleagues named in a note.
alter table dossier add owed_since timestamptz; -- since when the person waits for an answer to what they wrote
create index dossier_owed_idx on dossier (procedure, submitted_at, id) where owed_since is not null;

-- A file of a message; until it is sent, it belongs to none.
alter table document add message_id bigint constraint document_message references message on delete cascade;
create index document_message_idx on document (message_id) where message_id is not null;

-- An agent named in a note of the internal thread.
create table mention (
  id         bigint generated always as identity primary key,
  dossier_id bigint      not null constraint mention_dossier references dossier on delete cascade,
  account_id bigint      not null constraint mention_account references account on delete cascade,
  by_id      bigint      not null,
  at         timestamptz not null,
  seen_at    timestamptz
);
create index mention_unseen_idx on mention (account_id, id) where seen_at is null;
create index mention_dossier_idx on mention (dossier_id);

---- create above / drop below ----
