-- Up to where events were sent; the first time nothing older than now is.
-- name: ForwardedUntil :one
insert into forwarded (name, until) values (@name, @now)
on conflict (name) do update set name = excluded.name
returning until;

-- name: Forwarded :exec
update forwarded set until = @until where name = @name and until < @until;

-- name: EventsOfDossiers :many
select e.at, e.seq, e.role, e.act, e.actor_id, d.public_id, d.procedure from journal_entry e join dossier d on d.id = e.dossier_id
where e.at > @since and e.at <= @until and d.procedure = any(@procedures::text[])
order by e.at, e.dossier_id, e.seq;

-- Of agents who hold or held a right of a procedure.
-- name: EventsOfConnections :many
select c.at, c.act, c.account_id from connection_log c
where c.kind = 'agent' and c.at > @since and c.at <= @until and exists (
  select 1 from agent_grant g where g.account_id = c.account_id and g.procedure = any(@procedures::text[]))
order by c.at, c.id;
