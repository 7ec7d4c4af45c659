-- name: GlassInsert :exec
insert into glass (public_id, procedure, role, asker_id, asked_at, sealed, paper, state)
values (@public_id, @procedure, @role, @asker_id, @at, @sealed, @paper, 'asked');

-- name: GlassLock :one
select id, public_id, procedure, role, asker_id, asked_at, sealed, state, decided_by, decided_at, word, until, ended_by, ended_at
from glass where public_id = @public_id for update;

-- name: GlassByPublicID :one
select id, public_id, procedure, role, asker_id, asked_at, sealed, state, decided_by, decided_at, word, until, ended_by, ended_at
from glass where public_id = @public_id;

-- Those one asked, and those of procedures one decides for or audits: what waits, then the newest first.
-- name: GlassList :many
select id, public_id, procedure, role, asker_id, asked_at, sealed, state, decided_by, decided_at, word, until, ended_by, ended_at
from glass where asker_id = @asker_id or procedure = any(@procedures::text[]) order by state = 'asked' desc, id desc limit 100;

-- name: GlassWaiting :one
select count(*)::int from glass where asker_id = @asker_id and state = 'asked';

-- name: GlassPaper :one
select paper from glass where id = @id;

-- name: GlassDossiers :many
select d.id, d.public_id, d.reference from glass_dossier n join dossier d on d.id = n.dossier_id where n.glass_id = @glass_id order by d.reference;

-- What references name, of one procedure and filed.
-- name: GlassSought :many
select id, public_id, reference from dossier
where reference = any(@refs::text[]) and procedure = @procedure and state_kind <> 'draft' order by public_id;

-- name: GlassDossierInsert :exec
insert into glass_dossier (glass_id, dossier_id) values (@glass_id, @dossier_id);

-- name: GlassOpen :exec
update glass set state = 'open', decided_by = @decided_by, decided_at = @at, until = @until where id = @id;

-- name: GlassRefuse :exec
update glass set state = 'refused', decided_by = @decided_by, decided_at = @at, word = @word where id = @id;

-- name: GlassEnd :exec
update glass set state = 'ended', ended_by = @ended_by, ended_at = @at where id = @id;

-- name: GlassSweep :exec
delete from glass where asked_at < @before and (until is null or until < @before);
