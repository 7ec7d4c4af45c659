-- The thread of a dossier and its timeline.
select 1;

---- create above / drop below ----
