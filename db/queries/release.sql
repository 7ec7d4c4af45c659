-- name: ReleaseFrozen :one
select exists (select 1 from release_cohort where procedure = @procedure and schema = @schema and month = @month);

-- name: ReleaseCohorts :many
select month, released, rows from release_cohort where procedure = @procedure and schema = @schema order by month;

-- name: ReleaseThrough :one
select coalesce(max(month), '0001-01-01')::date from release_cohort where procedure = @procedure and schema = @schema;

-- name: ReleaseCohortInsert :exec
insert into release_cohort (procedure, schema, month, frozen_at, released, rows)
values (@procedure, @schema, @month, @at, @released, @rows);

-- name: DossiersJudge :many
update dossier set judged_at = @at where id = any(@ids::bigint[]) and judged_at is null returning id;

-- name: DossiersUnjudged :many
select public_id from dossier
where procedure = @procedure and closed_at < @before and judged_at is null and reference is not null order by id;

-- name: ReleaseFileInsert :exec
insert into release_file (procedure, schema, through, lang, made_by, made_at, sha256, rows)
values (@procedure, @schema, @through, @lang, @made_by, @at, @sha256, @rows);

-- name: ReleaseFiles :many
select through, lang, made_by, made_at, sha256, rows from release_file where procedure = @procedure order by id desc limit 50;
