-- Whose last day is near: they are told of it first.
create index dossier_going_idx on dossier (procedure, purge_on, id) where purge_on is not null;

---- create above / drop below ----
