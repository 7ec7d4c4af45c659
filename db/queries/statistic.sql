-- A month of a clock is begun once; who comes second gets no row.
-- name: StatisticMonthInsert :one
insert into statistic_month (procedure, counts, month, counted_at) values (@procedure, @counts, @month, @at)
on conflict do nothing returning month;

-- name: StatisticInsert :exec
insert into statistic (procedure, counts, month, figure, cells) values (@procedure, @counts, @month, @figure, @cells);

-- name: StatisticCounted :many
select month from statistic_month where procedure = @procedure and counts = @counts;

-- name: StatisticMonths :many
select month from statistic where procedure = @procedure and counts = @counts and figure = @figure order by month;

-- name: Statistics :many
select month, cells from statistic
where procedure = @procedure and counts = @counts and figure = @figure and month between @first and @last order by month;

-- name: DossiersSubmittedIn :many
select public_id from dossier
where procedure = @procedure and submitted_at >= @after and submitted_at < @before and state_kind <> 'draft' order by id;

-- name: DossierFirstSubmitted :one
select submitted_at::timestamptz from dossier
where procedure = @procedure and submitted_at is not null and state_kind <> 'draft' order by submitted_at limit 1;

-- Whether a rule has taken anything of a procedure's dossiers since an instant.
-- name: PurgedSince :one
select exists (select from purge_certificate where procedure = @procedure and rule = any(@rules::text[]) and at >= @since);
