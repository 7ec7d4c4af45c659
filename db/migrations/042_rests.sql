-- What an answer rests on is told by the lines of its dossier's journal, whose numbers are given under its lock, and no more by
-- times: a search that waited for the lock bears the earlier one.
alter table person_search add column seq int;
update person_search p set seq = coalesce((select max(e.seq) from journal_entry e where e.dossier_id = p.dossier_id and e.act = 'person_searched'), 0);
alter table person_search alter column seq set not null, drop column at;

alter table search_order add column seq int;
update search_order s set seq = coalesce((select max(e.seq) from journal_entry e where e.dossier_id = s.dossier_id and e.at <= s.asked_at), 0);
alter table search_order alter column seq set not null;

alter table answer_package add column rests int;
update answer_package p set rests = coalesce((select max(e.seq) from journal_entry e where e.dossier_id = p.dossier_id and e.at < p.made_at), 0);
alter table answer_package alter column rests set not null;

---- create above / drop below ----
