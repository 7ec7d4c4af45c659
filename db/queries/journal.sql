-- name: JournalInsert :exec
with entry as (
  insert into journal_entry (dossier_id, seq, at, role, act, commitment, prev, hash)
  values (@dossier_id, @seq, @at, @role, @act, @commitment, @prev, @hash) returning dossier_id, seq)
insert into journal_detail (dossier_id, seq, actor_id, salt, sealed)
select dossier_id, seq, sqlc.narg('actor_id')::bigint, @salt::bytea, @sealed::bytea from entry;

-- name: JournalReadInsert :exec
insert into journal_read (dossier_id, actor_id, role, what, at)
values (@dossier_id, @actor_id, @role, @what, @at);

-- name: JournalByDossier :many
select e.seq, e.at, e.role, e.act, e.commitment, e.prev, e.hash, d.actor_id, d.salt, d.sealed
from journal_entry e left join journal_detail d using (dossier_id, seq)
where e.dossier_id = @dossier_id order by e.seq;

-- name: JournalReadsByDossier :many
select id, actor_id, role, what, at from journal_read where dossier_id = @dossier_id order by id;

-- name: JournalDetailErase :exec
delete from journal_detail where dossier_id = @dossier_id;

-- name: JournalReadErase :exec
update journal_read set actor_id = null where dossier_id = @dossier_id;
