-- Where a scanner is known, on whichever server, nothing comes in that does not wait for it.
-- name: DocumentInsert :exec
insert into document (public_id, dossier_id, path, rule, round, state, kind, size, pages, blob, sealed, uploaded_by, uploaded_at, verdict)
values (@public_id, @dossier_id, @path, @rule, @round, 'received', @kind, @size, @pages, @blob, @sealed, @uploaded_by, @at, case when @verdict::text = 'unscanned' and exists (select 1 from setting where key = 'scanner') then 'waiting' else @verdict::text end);

-- name: DocumentsOf :many
select public_id, path, rule, round, state, kind, size, pages, blob, sealed, uploaded_at, judgement, reason, judged_by, judged_at, verdict
from document where dossier_id = @dossier_id and path not like '@%' and (state <> 'removed' or verdict = 'infected') order by id;

-- name: DocumentByPublicID :one
select x.public_id, x.path, x.rule, x.round, x.state, x.kind, x.size, x.pages, x.blob, x.sealed, x.uploaded_at, x.verdict, x.message_id,
  sqlc.embed(d), k.wrapped, k.wrapped_by
from document x join dossier d on d.id = x.dossier_id
join data_key k on k.dossier_id = d.id and k.rule = x.rule
where x.public_id = @public_id and x.state <> 'removed';

-- name: DocumentRemove :one
update document set state = 'removed', sealed = '', blob = 'removed/' || public_id
where public_id = @public_id and dossier_id = @dossier_id and round = @round and state = 'received' returning id;

-- name: DocumentSupersede :exec
update document set state = 'superseded'
where dossier_id = @dossier_id and path = any(@paths::text[]) and round < @round and state = 'received';

-- What a dossier holds, with what is on its way to it other than the upload that asks; files of messages have a share of their own.
-- name: DocumentUsage :one
select count(*)::int as files,
  (coalesce(sum(size), 0) + (select coalesce(sum(u.size), 0) from upload u where u.dossier_id = @dossier_id and u.public_id <> @but::text and u.path not like '@%'))::bigint as bytes
from document where document.dossier_id = @dossier_id and state <> 'removed' and path not like '@%';
