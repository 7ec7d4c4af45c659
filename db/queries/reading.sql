-- Why an agent reads a dossier, as long as that holds; '' who had it before them a moment ago, as theirs or in their queue.
-- name: ReadingPurposeOf :one
select purpose from (
  select p.id, p.purpose from reading_purpose p
  where p.dossier_id = @dossier_id and p.account_id = @account_id and p.until > @at
  union all
  select 0, '' from journal_read r
  where r.dossier_id = @dossier_id and r.actor_id = @account_id and r.at > @recent and r.basis in ('own', 'queue')
) x order by id desc limit 1;

-- name: ReadingPurposeInsert :exec
insert into reading_purpose (dossier_id, account_id, purpose, sealed, at, until)
values (@dossier_id, @account_id, @purpose, @sealed, @at, @until);

-- When the administration opened a dossier, by day and role: the newest first. Names are not read.
-- name: ReadingDays :many
select (r.at at time zone 'Europe/Monaco')::date as day, r.role, bool_or(r.basis like 'glass:%')::bool as glass
from journal_read r where r.dossier_id = @dossier_id and r.role <> '' group by 1, 2 order by 1 desc, 2 limit 30;

-- Readings of a time, with what the watch looks at; one procedure's dossiers. A register is read whole, by whose work it is.
-- name: ReadingsBetween :many
select r.dossier_id, r.actor_id::bigint as actor_id, r.at, r.basis, d.state_kind, d.closed_at, d.public_id
from journal_read r join dossier d on d.id = r.dossier_id
where r.at >= @since and r.at < @before and r.actor_id is not null and d.procedure = @procedure and r.basis <> 'register'
order by r.at, r.id;

-- Which of the dossiers have a word of this token: a first sieve, before answers are opened.
-- name: ReadingAlike :many
select distinct dossier_id from search_token where dossier_id = any(@ids::bigint[]) and token = any(@tokens::bytea[]);

-- name: WatchInsert :one
insert into watch_alert (procedure, account_id, kind, key, first_at, last_at, dossiers, found_at)
values (@procedure, @account_id, @kind, @key, @first_at, @last_at, @dossiers, @found_at)
on conflict (procedure, account_id, kind, key) do update
set last_at = greatest(watch_alert.last_at, excluded.last_at), dossiers = excluded.dossiers
where watch_alert.settled_at is null
returning id;

-- name: WatchList :many
select * from watch_alert where procedure = any(@procedures::text[]) and (settled_at is null) = @waiting::boolean order by id desc limit 200;

-- name: WatchOne :one
select * from watch_alert where id = @id;

-- name: WatchReferences :many
select id, public_id, reference from dossier where id = any(@ids::bigint[]) order by reference;

-- name: WatchSettle :one
update watch_alert set settled_by = @settled_by, settled_at = @at, word = @word
where id = @id and settled_at is null returning id;

-- name: WatchSweep :exec
delete from watch_alert where found_at < @before;
