-- An item of a request that was taken back, asked again in the same round, is a row of its own: what was asked first stays.
alter table asked_item
  drop constraint asked_item_once,
  add constraint asked_item_once unique (dossier_id, round, path, asked_at);

-- The filters of the queue, in the order of its pages.
drop index dossier_overdue_idx;
drop index dossier_unreachable_idx;
create index dossier_overdue_idx on dossier (procedure, submitted_at, id) where overdue_at is not null;
create index dossier_unreachable_idx on dossier (procedure, submitted_at, id) where unreachable_at is not null;

---- create above / drop below ----
