-- That somebody was looked for lives as long as the dossier: lines of the journal go after a year.
create table person_search (
  dossier_id bigint      constraint person_search_pk primary key constraint person_search_dossier references dossier on delete cascade,
  at         timestamptz not null -- the last one
);
insert into person_search select dossier_id, max(at) from journal_entry where act = 'person_searched' and dossier_id in (select id from dossier) group by dossier_id;

-- What was found in another procedure is handed over once a second person has said that it is the same one's.
alter table inquiry_found add column approved_by bigint, add column approved_at timestamptz;

---- create above / drop below ----
