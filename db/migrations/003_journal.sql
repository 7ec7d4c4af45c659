-- A line of the journal and its personal part are one row: an act writes one table and one index instead of two and three.
-- Erasing empties the personal part alone; the chain never covered it (design, decision 12).
alter table journal_entry
  add actor_id bigint,
  add salt bytea,
  add sealed bytea;
update journal_entry e set actor_id = d.actor_id, salt = d.salt, sealed = d.sealed
from journal_detail d where d.dossier_id = e.dossier_id and d.seq = e.seq;
drop table journal_detail;

-- A line is known by its dossier and its number: it needs no other key.
alter table journal_entry
  drop column id,
  drop constraint journal_entry_chain,
  add constraint journal_entry_pk primary key (dossier_id, seq),
  add constraint journal_entry_detail check ((salt is null) = (sealed is null));

---- create above / drop below ----
