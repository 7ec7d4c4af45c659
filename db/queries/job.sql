-- name: JobsDue :many
select id, kind, args from jobs.river_job
where state = 'available' or (state in ('scheduled', 'retryable') and scheduled_at <= @now) order by id limit 100;

-- name: JobDone :exec
delete from jobs.river_job where id = @id;
