-- Who was told of a document for the staff of a procedure, in which wording, and when (DS-017).
create table staff_told (
  procedure  text        not null,
  notice     text        not null,
  text_hash  bytea       not null constraint staff_told_text references notice_text,
  account_id bigint      not null constraint staff_told_account references account on delete cascade,
  at         timestamptz not null,
  constraint staff_told_pk primary key (procedure, notice, text_hash, account_id)
);
-- When an account was last changed (DS-034), and from where an agent signed in, sealed, for procedures that say so (DS-029).
alter table account add column changed_at timestamptz;
update account set changed_at = created_at;
alter table account alter column changed_at set not null;
alter table connection_log add column address bytea;
alter table account alter column changed_at set default now();
