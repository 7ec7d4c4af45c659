-- What the scanner did not find. A file that was taken back meanwhile, or has its verdict, is left alone.
-- name: DocumentClean :one
update document set verdict = 'clean', scanned_at = @at
where public_id = @public_id and verdict = 'waiting' and state <> 'removed' returning id;

-- A file in which something was found stands no more; its label stays, so that its person can be told which it was.
-- name: DocumentInfected :one
update document set verdict = 'infected', scanned_at = @at, state = 'removed', blob = 'removed/' || public_id
where public_id = @public_id and verdict = 'waiting' and state <> 'removed' returning id;

-- name: DocumentsWaiting :many
select id, public_id from document
where verdict = 'waiting' and state <> 'removed' and id > @after and uploaded_at <= @until order by id limit @lim;

-- How many files wait for their verdict, no more than a few being counted, and since when.
-- name: DocumentsWaitingCount :one
select count(*)::int as files, coalesce(min(uploaded_at), 'epoch')::timestamptz as since
from (select uploaded_at from document where verdict = 'waiting' and state <> 'removed' order by id limit @lim) x;

-- What was kept while no scanner was there waits for the one that is now, and the other way round.
-- name: DocumentsAdopt :exec
update document set verdict = @verdict where verdict = @former and state <> 'removed';
