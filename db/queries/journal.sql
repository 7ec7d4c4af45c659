-- name: JournalInsert :exec
insert into journal_entry (dossier_id, seq, at, role, act, commitment, prev, hash, actor_id, salt, sealed)
values (@dossier_id, @seq, @at, @role, @act, @commitment, @prev, @hash, sqlc.narg('actor_id'), @salt, @sealed);

-- name: JournalReadInsert :exec
insert into journal_read (dossier_id, actor_id, role, what, at, basis)
values (@dossier_id, @actor_id, @role, @what, @at, @basis);

-- name: JournalByDossier :many
select seq, at, role, act, commitment, prev, hash, actor_id, salt, sealed
from journal_entry where dossier_id = @dossier_id order by seq;

-- What names a person goes; the line stays, and with it the chain.
-- name: JournalDetailErase :exec
update journal_entry set actor_id = null, salt = null, sealed = null where dossier_id = @dossier_id;

-- name: JournalReadErase :exec
update journal_read set actor_id = null where dossier_id = @dossier_id;

-- A reading is noted with the list of those before it, in one statement.
-- name: JournalReadNoted :many
with noted as (
  insert into journal_read (dossier_id, actor_id, role, what, at, basis) values (@dossier_id, @actor_id, @role, @what, @at, @basis))
select r.actor_id, r.role, r.what, r.at, r.basis from journal_read r where r.dossier_id = @dossier_id order by r.id;
