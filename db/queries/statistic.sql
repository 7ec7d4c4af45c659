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

-- Whether a rule has taken anything, since a month began, of dossiers with which something happened in that month: their journal
-- outlives them, and is asked as long as no line of the month can have been let go. What the clock itself writes says nothing.
-- name: PurgedSince :one
select exists (select from purge_certificate c where c.procedure = @procedure and c.rule = any(@rules::text[]) and c.at >= @since
  and (not @lines_stand::boolean or exists (select from journal_entry e
    where e.dossier_id = c.dossier_id and e.at >= @since and e.at < @until::timestamptz and e.act not in ('reminded', 'ended'))));
