-- Those who hold a right of a procedure and were not told yet of this wording. Two servers at once tell each of them once.
-- name: StaffTell :many
insert into staff_told (procedure, notice, text_hash, account_id, at)
select @procedure::text, @notice::text, @text_hash::bytea, a.id, @at::timestamptz from account a
where a.kind = 'agent' and a.state = 'active' and exists (
  select 1 from agent_grant g where g.account_id = a.id and g.procedure = @procedure and g.role = any(@roles::text[])
    and (g.begins is null or g.begins <= @at) and (g.until is null or g.until > @at))
order by a.id
on conflict do nothing
returning account_id;

-- Who holds a right of a procedure, when they were told of this wording, and when they said they had read it.
-- name: StaffOf :many
select a.id, t.at as told_at, coalesce((
    select min(c.at) from consent c
    where c.account_id = a.id and c.notice = @notice::text and c.scope = @procedure::text and c.text_hash = @text_hash::bytea and c.dossier_id is null and c.withdrawn is null
  ), '0001-01-01 00:00:00+00')::timestamptz as read_at
from account a left join staff_told t on t.account_id = a.id and t.procedure = @procedure and t.notice = @notice and t.text_hash = @text_hash
where a.kind = 'agent' and a.state = 'active' and exists (
  select 1 from agent_grant g where g.account_id = a.id and g.procedure = @procedure and g.role = any(@roles::text[])
    and (g.begins is null or g.begins <= @at::timestamptz) and (g.until is null or g.until > @at))
order by a.id;
