-- What comes in on paper, and receipts anybody may verify.
create table paper_filing (
  dossier_id bigint      constraint paper_filing_pk primary key constraint paper_filing_dossier references dossier on delete cascade,
  sealed     bytea       not null, -- the day it was signed, where the original is
  entered_by bigint      not null,
  at         timestamptz not null
);

-- What is being entered from paper is nobody's account: agents find it again here.
create index dossier_entering_idx on dossier (procedure, id) where state_kind = 'draft' and owner_id is null;

-- Who signs on paper has no account.
alter table consent alter column account_id drop not null;

---- create above / drop below ----
