-- What is kept of a closed dossier under each retention rule, and until when. A dossier goes with the last of its rows.
create table ending (
  dossier_id bigint      not null constraint ending_dossier references dossier on delete cascade,
  rule       text        not null,
  since      timestamptz not null, -- what the rule's clock showed at the closing
  keep       text        not null, -- ISO 8601, as applied: a definition that says otherwise is applied anew
  due        date        not null, -- first day on which nothing of it may be left
  constraint ending_pk primary key (dossier_id, rule)
);
create index ending_due_idx on ending (due, dossier_id);
create index ending_keep_idx on ending (rule, keep);
insert into ending select d.id, k.rule, d.closed_at, '', d.purge_on
from dossier d join data_key k on k.dossier_id = d.id where d.purge_on is not null and d.closed_at is not null;
drop index dossier_purge_idx;

-- A certificate says more: of which procedure, whether the whole dossier went, or the account that it is about. It is never
-- changed, and never taken back.
alter table purge_certificate
  alter column dossier_id drop not null,
  add procedure  text    not null default '',
  add whole      boolean not null default true,
  add account_id bigint,
  add constraint purge_certificate_subject check ((dossier_id is null) <> (account_id is null));
create index purge_certificate_at_idx on purge_certificate (at, id);
create function purge_certificate_stays() returns trigger language plpgsql as $$
begin
  raise exception 'purge_certificate is append-only';
end
$$;
create trigger purge_certificate_stays before update or delete on purge_certificate for each row execute function purge_certificate_stays();

-- What is left of a dossier whose rule says anonymise: no number, no name, no words of anybody, no day.
create table anonymised (
  id        bigint generated always as identity primary key,
  procedure text  not null,
  rule      text  not null,
  state     text  not null, -- in which it was closed
  channel   text  not null,
  month     date  not null, -- of its closing
  answers   jsonb not null, -- by path: answers that name nobody
  day       date  not null  -- on which it was made anonymous
);
create index anonymised_procedure_idx on anonymised (procedure, id);
