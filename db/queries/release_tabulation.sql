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
