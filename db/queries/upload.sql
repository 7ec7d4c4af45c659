-- name: UploadInsert :exec
insert into upload (public_id, dossier_id, path, size, sealed, account_id, started_at, seen_at)
values (@public_id, @dossier_id, @path, @size, @sealed, @account_id, @at, @at);

-- What somebody has on its way to a dossier, the longest unseen first; a visitor without an account is nobody, and has one dossier.
-- name: UploadsOf :many
select public_id, path, size, arrived, sealed from upload
where dossier_id = @dossier_id and account_id is not distinct from sqlc.narg('account_id')::bigint order by seen_at, public_id;

-- name: UploadOne :one
select public_id, path, size, arrived, blobs, sealed from upload
where public_id = @public_id and dossier_id = @dossier_id and account_id is not distinct from sqlc.narg('account_id')::bigint;

-- A piece is added only where the one before it ended.
-- name: UploadGrow :one
update upload set arrived = arrived + @more, blobs = array_append(blobs, @blob::text), seen_at = @at
where public_id = @public_id and arrived = @offset_ returning arrived;

-- name: UploadDelete :one
delete from upload where public_id = @public_id returning blobs;

-- name: UploadBlobs :many
select piece::text from upload, unnest(blobs) as piece where dossier_id = @dossier_id;

-- name: UploadsAll :many
select public_id, path, blobs from upload where dossier_id = @dossier_id;

-- name: UploadsLapsed :many
select public_id from upload where seen_at <= @before order by seen_at, public_id limit @lim;

-- Files on their way, for the comparison of database and store.
-- name: UploadsStanding :many
select u.public_id, u.path, u.blobs, u.arrived, d.public_id as dossier, coalesce(d.reference, '')::text as reference
from upload u join dossier d on d.id = u.dossier_id
where u.public_id > @after and (d.purge_on is null or d.purge_on > @today)
order by u.public_id limit @lim;

-- name: UploadBlobsOf :many
select piece::text from upload, unnest(blobs) as piece where public_id = @public_id;
