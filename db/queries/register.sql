-- One at a time: of two that are filed at once by one person, one is the first.
-- name: RegisterLock :one
select pg_advisory_xact_lock(hashtext('register ' || @procedure::text))::text;

-- A line is the first when nothing alike was received before.
-- name: RegisterInscribe :exec
insert into register_line (dossier_id, procedure, requested_on, received_on, first)
values (@dossier_id, @procedure, @requested_on, @received_on, not exists (
  select 1 from likeness l join likeness o on o.rule = l.rule and o.token = l.token and o.dossier_id <> l.dossier_id
  join register_line e on e.dossier_id = o.dossier_id
  where l.dossier_id = @dossier_id and (e.received_on, e.dossier_id) < (@received_on::date, @dossier_id::bigint)))
on conflict (dossier_id) do update set first = excluded.first;

-- What came in later and is alike is the first no more: a letter may be entered after the message that followed it.
-- name: RegisterLater :exec
update register_line r set first = false
where r.first and (r.received_on, r.dossier_id) > (@received_on::date, @dossier_id::bigint) and r.dossier_id in (
  select o.dossier_id from likeness l join likeness o on o.rule = l.rule and o.token = l.token and o.dossier_id <> l.dossier_id
  where l.dossier_id = @dossier_id);

-- name: RegisterLineOf :one
select requested_on, received_on, first from register_line where dossier_id = @dossier_id;

-- name: RegisterLineDelete :exec
delete from register_line where dossier_id = @dossier_id;

-- name: RegisterLines :many
select r.dossier_id, d.public_id, r.requested_on, r.received_on, r.first from register_line r join dossier d on d.id = r.dossier_id
where r.procedure = @procedure and (r.received_on, r.dossier_id) < (@before_day::date, @before_id::bigint)
order by r.received_on desc, r.dossier_id desc limit @lim;

-- name: RegisterPast :many
select id, state, register, day from anonymised
where procedure = @procedure and register is not null and id < @before_id order by id desc limit @lim;

-- name: RegisterTaken :many
select r.actor_id, r.at, count(*)::int as n from journal_read r join dossier d on d.id = r.dossier_id
where r.what = 'register_file' and r.at >= @since and d.procedure = @procedure
group by r.actor_id, r.at order by r.at desc limit @lim;
