-- name: ReleaseTabulationInsert :exec
insert into release_tabulation (procedure, question, month, counted_at, cells)
values (@procedure, @question, @month, @at, @cells)
on conflict do nothing;

-- name: ReleaseTabulationMonths :many
select month from release_tabulation where procedure = @procedure and question = @question order by month;

-- name: ReleaseTabulations :many
select month, cells from release_tabulation
where procedure = @procedure and question = @question and month between @first and @last order by month;

-- name: DossiersClosedIn :many
select public_id from dossier
where procedure = @procedure and closed_at >= @after and closed_at < @before and reference is not null order by id;

-- The oldest closing that still stands; one that was never filed is not counted.
-- name: DossierFirstClosed :one
select closed_at::timestamptz from dossier
where procedure = @procedure and closed_at is not null and reference is not null order by closed_at limit 1;
