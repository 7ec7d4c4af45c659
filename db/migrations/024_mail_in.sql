-- What came in by e-mail. The copy of a message is a file of its dossier, at "@mail"; here is that it was taken in, once.
create table mail_in (
  id         bigint generated always as identity primary key,
  public_id  text        not null constraint mail_in_public_id unique,
  digest     bytea       not null constraint mail_in_digest unique, -- keyed: of the message as it names itself
  dossier_id bigint      not null constraint mail_in_dossier references dossier on delete cascade,
  message_id bigint      not null, -- its words on the thread
  copy       text        not null, -- its file
  sender     bytea       not null, -- keyed index of the address, so that nobody is answered too often
  sealed     bytea       not null, -- address, name and subject, as the message has them
  continues  boolean     not null,
  answered   boolean     not null, -- its sender is told that it came
  at         timestamptz not null,
  files_at   timestamptz -- when the files that came with it were looked at
);
create index mail_in_dossier_idx on mail_in (dossier_id, id);
create index mail_in_sender_idx on mail_in (sender, at) where answered;

---- create above / drop below ----
