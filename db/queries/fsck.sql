-- Every document whose content must be kept, in order; those whose day has come are about to be erased, and their keys gone.
-- name: DocumentsKept :many
select x.id, x.public_id, x.blob, x.size, x.sealed, coalesce(d.reference, '')::text as reference, d.public_id as dossier,
  coalesce(k.wrapped, '')::bytea as wrapped, coalesce(k.wrapped_by, '')::text as wrapped_by,
  coalesce(m.wrapped, '')::bytea as main_wrapped, coalesce(m.wrapped_by, '')::text as main_by
from document x join dossier d on d.id = x.dossier_id
left join data_key k on k.dossier_id = d.id and k.rule = x.rule
left join data_key m on m.dossier_id = d.id and m.rule = 'dossier'
where x.id > @after and x.state <> 'removed' and (d.purge_on is null or d.purge_on > @today)
order by x.id limit @lim;

-- name: DocumentsKeptCount :one
select count(*)::int as files, coalesce(max(uploaded_at), 'epoch')::timestamptz as newest from document where state <> 'removed';

-- Which of these names a row still speaks of, as a document or as a piece of one on its way.
-- name: BlobsKnown :many
select blob from document where blob = any(@names::text[])
union all
select piece::text from upload, unnest(blobs) as piece where piece = any(@names::text[]);
