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

-- How many files wait for their verdict, no more than a few being counted.
-- name: DocumentsWaitingCount :one
select count(*)::int from (select 1 from document where verdict = 'waiting' and state <> 'removed' limit @lim) x;

-- What was kept while no scanner was there waits for the one that is now: so many at a time, and how many it were.
-- name: DocumentsAwait :one
with few as (select id from document where verdict = 'unscanned' and state <> 'removed' order by id limit @lim),
adopted as (update document x set verdict = 'waiting' from few where x.id = few.id and x.verdict = 'unscanned' returning x.id)
select count(*)::int from adopted;

-- A scanner is known from when a server that has one looks for what waits, until an administrator says that there is none any more.
-- name: ScannerKnow :exec
insert into setting (key, value, at) values ('scanner', '{}', @at) on conflict (key) do nothing;

-- name: ScannerForget :exec
delete from setting where key = 'scanner';

-- What waited for a scanner that is no more waits no longer.
-- name: DocumentsAwaitNothing :one
with few as (select id from document where verdict = 'waiting' and state <> 'removed' order by id limit @lim),
freed as (update document x set verdict = 'unscanned' from few where x.id = few.id and x.verdict = 'waiting' returning x.id)
select count(*)::int from freed;
