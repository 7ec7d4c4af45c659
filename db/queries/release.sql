-- name: ReleaseUsed :one
select exists (select 1 from release_cohort where procedure = @procedure and schema = @schema);

-- The last month that was frozen; none yet is no row.
-- name: ReleaseLastMonth :one
select month from release_cohort where procedure = @procedure order by month desc limit 1;

-- name: ReleaseFrozen :one
select exists (select 1 from release_cohort where procedure = @procedure and month = @month);

-- name: ReleaseCohorts :many
select month, schema, rows from release_cohort
where procedure = @procedure and schema = any(@schemas::bytea[]) and month <= @through order by month;

-- name: ReleaseCohortInsert :exec
insert into release_cohort (procedure, schema, month, frozen_at, released, rows)
values (@procedure, @schema, @month, @at, @released, @rows);

-- name: ReleaseMissInsert :exec
insert into release_miss (procedure, schema, month, col, count) values (@procedure, @schema, @month, @col, @count);

-- name: ReleaseMisses :many
select m.col, m.count from release_miss m
where m.procedure = @procedure and m.month = (select max(c.month) from release_cohort c where c.procedure = @procedure)
order by m.col;

-- name: DossiersJudge :many
update dossier set judged_at = @at where id = any(@ids::bigint[]) and judged_at is null returning id;

-- name: DossiersToFreeze :many
select public_id, (judged_at is not null)::bool as judged from dossier
where procedure = @procedure and closed_at < @before and reference is not null order by id;

-- name: ReleaseSchemaInsert :one
insert into release_schema (public_id, procedure, name, version, fingerprint, sha256, content, origin, state, floor_share, author, at)
values (@public_id, @procedure, @name, @version, @fingerprint, @sha256, @content, @origin, @state, @floor_share, sqlc.narg('author'), @at)
returning id;

-- name: ReleaseSchemas :many
select * from release_schema where procedure = @procedure order by id;

-- name: ReleaseSchemaBySum :one
select * from release_schema where procedure = @procedure and sha256 = @sha256;

-- name: ReleaseSchemaByPublicID :one
select * from release_schema where public_id = @public_id;

-- The row that files of one schema queue on.
-- name: ReleaseSchemaForUpdate :one
select id from release_schema where id = @id for update;

-- name: ReleaseSchemaDecide :one
update release_schema set state = @state, decided_by = @decided_by::bigint, decided_at = @at::timestamptz, word = @word
where id = @id and state = 'proposed' returning id;

-- name: ReleaseRequestInsert :one
insert into release_request (public_id, procedure, schema_id, through, lang, state, reason, asked_by, asked_at)
values (@public_id, @procedure, @schema_id, @through, @lang, 'asked', @reason, @asked_by, @at)
returning id;

-- name: ReleaseRequestByPublicID :one
select * from release_request where public_id = @public_id;

-- name: ReleaseRequestForUpdate :one
select * from release_request where id = @id for update;

-- name: ReleaseRequests :many
select sqlc.embed(r), sqlc.embed(s) from release_request r join release_schema s on s.id = r.schema_id
where r.procedure = @procedure order by r.id desc limit 50;

-- name: ReleaseRequestWithSchema :one
select sqlc.embed(r), sqlc.embed(s) from release_request r join release_schema s on s.id = r.schema_id where r.id = @id;

-- name: ReleaseRequestDecide :one
update release_request set state = @state, decided_by = @decided_by::bigint, decided_at = @at::timestamptz, word = @word
where id = @id and state = 'asked' returning id;

-- name: ReleaseRequestWithdraw :one
update release_request set state = 'withdrawn' where id = @id and state = 'asked' returning id;

-- name: ReleaseRequestState :exec
update release_request set state = @state, fault = @fault where id = @id;

-- name: ReleaseFileInsert :exec
insert into release_file (procedure, schema, through, lang, made_by, made_at, sha256, rows, request_id, name, content, certificate)
values (@procedure, @schema, @through, @lang, @made_by, @at, @sha256, @rows, @request_id::bigint, @name, @content::bytea, @certificate::bytea);

-- name: ReleaseFileOf :one
select name, sha256, rows, octet_length(content)::int as bytes from release_file where request_id = @request_id::bigint;

-- name: ReleaseFileContent :one
select name, content, certificate from release_file where request_id = @request_id::bigint and content is not null;

-- One file of each last month, whatever its language: the rows are the same.
-- name: ReleaseFilesKept :many
select distinct on (through) name, content, certificate from release_file
where procedure = @procedure and schema = @schema and through <> @through and content is not null
order by through, id;

-- name: ReleaseLatestReady :one
select r.* from release_request r
where r.procedure = @procedure and r.state = 'ready' and r.lang = @lang order by r.id desc limit 1;

-- name: ReleaseCounts :many
select cell, count from release_count where procedure = @procedure and schema = @schema;

-- A counter never falls: a file of fewer months made later hands over nothing new.
-- name: ReleaseCountAdd :exec
insert into release_count (procedure, schema, cell, count)
select @procedure::text, @schema::bytea, unnest(@cells::text[]), unnest(@counts::int[])
on conflict (procedure, schema, cell) do update set count = greatest(release_count.count, excluded.count);
