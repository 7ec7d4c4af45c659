-- name: HandoverInsert :one
insert into handover (public_id, dossier_id, procedure, connector, event, state, at, sealed, sha256, next_at)
values (@public_id, @dossier_id, @procedure, @connector, @event, 'waiting', @at, @sealed, @sha256, sqlc.narg('next_at'))
returning id;

-- What was handed over before and has not arrived is overtaken by a newer message of the same dossier.
-- name: HandoverOvertake :many
update handover set state = 'overtaken', next_at = null, settled_at = @at
where dossier_id = @dossier_id and connector = @connector and state in ('waiting', 'refused')
returning attempts;

-- Whoever takes it has it alone until again.
-- name: HandoverClaim :one
update handover set attempts = attempts + 1, next_at = @again
where id = @id and state = 'waiting' and next_at <= @now
returning id, public_id, dossier_id, procedure, connector, event, at, sealed, sha256, attempts;

-- name: HandoverSettle :one
update handover set state = @state, next_at = sqlc.narg('next_at'), fault = @fault, status = @status, receipt = sqlc.narg('receipt'), settled_at = sqlc.narg('settled_at')
where id = @id and state in ('waiting', 'refused')
returning id;

-- One that was not tried: it waits as if nobody had taken it.
-- name: HandoverLater :one
update handover set attempts = attempts - 1, next_at = sqlc.narg('next_at')
where id = @id and state = 'waiting'
returning id;

-- name: HandoverDue :many
select id from handover where state = 'waiting' and next_at <= @now order by next_at limit 500;

-- Those that nobody was to be sent to, now that there is an address.
-- name: HandoverRouted :exec
update handover set next_at = @now
where state = 'waiting' and next_at is null and procedure || '/' || connector = any(@routes::text[]);

-- name: HandoverAgain :one
update handover set state = 'waiting', attempts = 0, next_at = sqlc.narg('next_at'), fault = '', status = 0, settled_at = null, again_by = sqlc.narg('again_by')
where public_id = @public_id and state = 'refused'
returning id;

-- All that was refused on one way, once more.
-- name: HandoverAllAgain :many
update handover set state = 'waiting', attempts = 0, next_at = sqlc.narg('next_at'), fault = '', status = 0, settled_at = null, again_by = sqlc.narg('again_by')
where procedure = @procedure and connector = @connector and state = 'refused'
returning id;

-- name: HandoverCounts :many
select procedure, connector, state, count(*)::int as n from handover group by 1, 2, 3 order by 1, 2, 3;

-- What has not arrived, what was refused first.
-- name: HandoverOpen :many
select h.public_id, h.procedure, h.connector, h.state, h.at, h.attempts, h.next_at, h.fault, h.status, h.settled_at, d.reference
from handover h join dossier d on d.id = h.dossier_id
where h.state in ('waiting', 'refused') order by h.state, h.id limit @most::int;

-- name: HandoverRefusedCount :one
select count(*)::int from handover where state = 'refused';

-- name: HandoverLast :many
select h.public_id, h.procedure, h.connector, h.state, h.at, h.attempts, h.next_at, h.fault, h.status, h.settled_at, d.reference
from handover h join dossier d on d.id = h.dossier_id
where h.state in ('sent', 'overtaken') order by h.id desc limit @most::int;

-- A page of what there is for another system, oldest first: after the last one seen.
-- name: HandoverList :many
select h.id, h.public_id, h.event, h.at, h.state, h.sha256, h.settled_at, d.reference
from handover h join dossier d on d.id = h.dossier_id
where h.procedure = @procedure and h.connector = @connector and h.id > @after
  and d.state = any(@states::text[])
  and (h.state in ('waiting', 'refused') or @everything::bool and h.state = 'sent')
order by h.id limit @most::int;

-- name: HandoverOne :one
select h.id, h.public_id, h.dossier_id, h.procedure, h.connector, h.event, h.at, h.state, h.sealed, h.sha256, h.receipt, h.settled_at
from handover h where h.public_id = @public_id and h.procedure = @procedure and h.connector = @connector;

-- name: ExchangeTokenInsert :one
insert into exchange_token (public_id, procedure, connector, name, hash, verbs, per_minute, created_by, at, ends_at, follows, overlap_s)
values (@public_id, @procedure, @connector, @name, @hash, @verbs, @per_minute, @created_by, @at, @ends_at, sqlc.narg('follows'), @overlap_s)
returning id;

-- Whoever makes, confirms or ends a token of a way does it alone: the name and the successor stay one.
-- name: ExchangeTokenLock :exec
select pg_advisory_xact_lock(hashtextextended('exchange_token', 0));

-- The tokens alive on a way under a name.
-- name: ExchangeTokenNamed :one
select count(*)::int from exchange_token where procedure = @procedure and connector = @connector and lower(name) = lower(@name) and ends_at > @now;

-- The tokens alive that take a token's place.
-- name: ExchangeTokenFollowers :one
select count(*)::int from exchange_token where follows = @id::bigint and ends_at > @now;

-- name: ExchangeTokenByPublicID :one
select * from exchange_token where public_id = @public_id;

-- name: ExchangeTokens :many
select * from exchange_token where ends_at > @since order by procedure, connector, name, id;

-- name: ExchangeTokenConfirm :exec
update exchange_token set confirmed_by = @by_id, confirmed_at = @now where id = @id;

-- name: ExchangeTokenEnds :exec
update exchange_token set ends_at = least(ends_at, @ends_at::timestamptz) where id = @id;

-- name: ExchangeTokenWithdraw :exec
update exchange_token set ends_at = @now, ended_by = @by_id where id = @id;

-- name: ExchangeTokenUsed :exec
update exchange_token set used_at = @now where id = @id and (used_at is null or used_at < @before::timestamptz);
