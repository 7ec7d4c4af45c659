-- name: DutyConfirm :exec
insert into duty_confirmed (duty, by_id, at) values (@duty, @by_id, @now);

-- The last word on each duty.
-- name: DutiesConfirmed :many
select distinct on (duty) duty, by_id, at from duty_confirmed order by duty, at desc, id desc;

-- Nothing where it was raised already.
-- name: IncidentRaise :many
insert into incident (place, what, by_id, alarm, once, at) values (@place, @what, sqlc.narg('by_id'), @alarm, @once, @now)
on conflict (once) do nothing returning id;

-- name: Incidents :many
select * from incident order by id desc limit @most::int;

-- name: IncidentByID :one
select * from incident where id = @id;

-- name: IncidentNumber :many
update incident set number = @number, noted_by = @noted_by, noted_at = @now where id = @id returning id;

-- name: IncidentsErase :exec
delete from incident where at < @before;

-- What was tried as often as it may since, and is tried no more.
-- name: JobsGivenUp :one
select count(*)::int from jobs.river_job where state = 'discarded' and finalized_at > @since::timestamptz;

-- What should have gone, and stands.
-- name: EndingsOverdue :one
select count(*)::int from ending where due < @day::date;
