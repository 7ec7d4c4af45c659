-- Agents who hold one of the roles, once for each team, with how many dossiers at work each has.
-- name: DeskAgents :many
select g.account_id, g.team, (
  select count(*) from dossier d where d.assignee_id = g.account_id and d.state_kind in ('open', 'waiting') and d.procedure = @procedure)::int as load
from agent_grant g join account a on a.id = g.account_id
where g.procedure = @procedure and g.role = any(@roles::text[]) and (g.begins is null or g.begins <= @at) and (g.until is null or g.until > @at)
  and a.kind = 'agent' and a.state = 'active'
order by load, g.account_id;

-- What stands beside every page of a queue, in one round trip: the same agents, each with a team ("id team"); how many dossiers an
-- answer is owed on, how many wait for a second person who has not proposed it, and how many notes name the agent, none counted
-- beyond a cap; and the agent's views, each behind its id.
-- name: QueueBeside :one
select
  array(select distinct g.account_id || ' ' || g.team from agent_grant g join account a on a.id = g.account_id
    where g.procedure = @procedure::text and g.role = any(@roles::text[]) and (g.begins is null or g.begins <= @at::timestamptz) and (g.until is null or g.until > @at::timestamptz)
      and a.kind = 'agent' and a.state = 'active')::text[] as staff,
  (select count(*) from (select 1 from dossier d
    where @with_owed::boolean and d.procedure = @procedure::text and d.owed_since is not null and d.state_kind <> 'draft' limit @cap::int) x)::int as owed,
  (select count(*) from (select 1 from proposal p join dossier d on d.id = p.dossier_id
    where @with_seconds::boolean and p.state = 'waiting' and d.procedure = @procedure::text and d.state_kind in ('open', 'waiting') and p.proposed_by <> @account_id::bigint
      and p.move <> all(@second_not::text[]) and (cardinality(@second_teams::text[]) = 0 or d.team = '' or d.team = any(@second_teams::text[])) limit @cap::int) x)::int as seconds,
  (select count(*) from (select 1 from mention m join dossier d on d.id = m.dossier_id
    where m.account_id = @account_id::bigint and m.seen_at is null and d.procedure = any(@noted::text[]) limit @most_mentions::int) x)::int as mentions,
  array(select textsend(v.id || ' ') || v.sealed from saved_view v where v.account_id = @account_id::bigint order by v.id limit @most_views::int)::bytea[] as views;

-- name: DeskTeams :many
select distinct team from agent_grant
where procedure = @procedure and role = any(@roles::text[]) and team <> '' and (begins is null or begins <= @at) and (until is null or until > @at) order by team;

-- name: DossierTeam :exec
update dossier set team = @team where id = @id and team <> @team;

-- Takes or prolongs the lock; no row when somebody else has it.
-- name: ReadingTake :one
insert into reading (dossier_id, account_id, until) values (@dossier_id, @account_id, @until)
on conflict (dossier_id) do update set account_id = excluded.account_id, until = excluded.until
where reading.account_id = excluded.account_id or reading.until <= @at
returning until;

-- name: ReadingOf :one
select account_id, until from reading where dossier_id = @dossier_id and until > @at;

-- name: ReadingEnd :exec
delete from reading where dossier_id = @dossier_id and account_id = @account_id;

-- name: ViewSave :exec
insert into saved_view (account_id, called, sealed, at) values (@account_id, @called, @sealed, @at)
on conflict (account_id, called) do update set sealed = excluded.sealed, at = excluded.at;

-- name: ViewDelete :exec
delete from saved_view where account_id = @account_id and id = @id;

-- name: ViewCount :one
select count(*)::int as n from saved_view where account_id = @account_id and called <> @called;

-- name: BulkInsert :one
insert into bulk_act (public_id, procedure, move, account_id, state, at) values (@public_id, @procedure, @move, @account_id, 'prepared', @at)
returning id;

-- What was prepared and never begun goes.
-- name: BulkSweep :exec
delete from bulk_act where state = 'prepared' and at < @before;

-- What was done goes with the other traces of agents' work.
-- name: BulkErase :exec
delete from bulk_act where state = 'done' and done_at < @before;

-- name: BulkItemsInsert :exec
insert into bulk_item (bulk_id, dossier_id, state)
select @bulk_id, d.id, d.state from dossier d where d.public_id = any(@public_ids::text[]) and d.procedure = @procedure and d.state_kind <> 'draft'
on conflict do nothing;

-- name: BulkByPublicID :one
select id, public_id, procedure, move, account_id, sealed, state, at, done_at from bulk_act where public_id = @public_id;

-- name: BulkByID :one
select id, public_id, procedure, move, account_id, sealed, state, at, done_at from bulk_act where id = @id;

-- name: BulkMine :many
select public_id, procedure, move, state, at from bulk_act where account_id = @account_id and procedure = any(@procedures::text[]) and state <> 'prepared'
order by id desc limit @lim;

-- name: BulkItems :many
select d.id, d.public_id, d.reference, i.state as chosen_state, d.state, d.state_kind, d.assignee_id, d.owner_id, i.result
from bulk_item i join dossier d on d.id = i.dossier_id where i.bulk_id = @bulk_id order by d.submitted_at, d.id;

-- name: BulkStart :one
update bulk_act set state = 'queued', sealed = @sealed, at = @at where id = @id and state = 'prepared' returning id;

-- name: BulkNext :many
select d.public_id, i.dossier_id, i.state from bulk_item i join dossier d on d.id = i.dossier_id
where i.bulk_id = @bulk_id and i.result = '' order by d.submitted_at, d.id limit @lim;

-- The item is claimed in the transaction of its move: who comes second finds it done, and does nothing.
-- name: BulkItemClaim :one
select result from bulk_item where bulk_id = @bulk_id and dossier_id = @dossier_id for update;

-- name: BulkItemEnd :exec
update bulk_item set result = @result where bulk_id = @bulk_id and dossier_id = @dossier_id and result = '';

-- name: BulkDone :exec
update bulk_act set state = 'done', done_at = @at, sealed = null where id = @id and state = 'queued';

-- name: BulkQueued :many
select id from bulk_act where state = 'queued' order by id;

-- name: LikenessDelete :exec
delete from likeness where dossier_id = @dossier_id;

-- name: LikenessInsert :exec
insert into likeness (rule, token, key, dossier_id)
select unnest(@rules::text[]), unnest(@tokens::bytea[]), unnest(@keys::smallint[]), @dossier_id on conflict do nothing;

-- Dossiers alike to one, each with every reason.
-- name: Alike :many
select d.id, d.public_id, d.reference, d.procedure, d.state, d.state_kind, d.owner_id, d.submitted_at, array_agg(distinct o.rule order by o.rule)::text[] as rules
from likeness l join likeness o on o.rule = l.rule and o.token = l.token and o.dossier_id <> l.dossier_id
join dossier d on d.id = o.dossier_id
where l.dossier_id = @dossier_id
group by d.id order by d.submitted_at desc, d.id desc limit @lim;

-- The dossiers at work that are alike to one, kept as they are until the end; those that somebody is changing are left out, and
-- those that an agent has entered from paper do not speak for that agent.
-- name: AlikeAtWork :many
select d.id from dossier d
where d.state_kind in ('open', 'waiting') and d.id in (
  select o.dossier_id from likeness l join likeness o on o.rule = l.rule and o.token = l.token and o.dossier_id <> l.dossier_id
  where l.dossier_id = @dossier_id)
  and not exists (select 1 from paper_filing f where f.dossier_id = d.id and f.entered_by = @agent)
order by d.id for share skip locked;

-- The reasons for which others are alike to one.
-- name: AlikeRules :many
select distinct l.rule from likeness l join likeness o on o.rule = l.rule and o.token = l.token and o.dossier_id <> l.dossier_id
where l.dossier_id = @dossier_id order by l.rule;

-- How many dossiers stand in each state, none counted beyond the cap; in the order of the index that knows the state, so that it
-- is the one that is read, however few stand in one.
-- name: QueueCounts :many
select s.state::text as state, (
  select count(*) from (
    select 1 from dossier d where d.procedure = @procedure and d.state = s.state and d.state_kind <> 'draft'
    order by d.submitted_at, d.id limit @cap) x)::int as n
from unnest(@states::text[]) as s(state);

-- How many dossiers at work were filed in each of the ranges between some instants; 0 = before the first.
-- name: FiguresAge :many
select width_bucket(d.submitted_at, @starts::timestamptz[])::int as bucket, d.team, count(*)::int as n
from dossier d where d.procedure = @procedure and d.state_kind in ('open', 'waiting')
group by bucket, d.team order by bucket, d.team;

-- How long dossiers stood in a state, of those that left it since, for all and for each team; moves and states are those that
-- lead to another state.
-- name: FiguresStays :many
with moved as (
  select m.state, d.team, e.at, lead(e.at) over (partition by e.dossier_id order by e.seq) as left_at
  from journal_entry e
  join (select unnest(@moves::text[]) as act, unnest(@states::text[]) as state) m on m.act = e.act
  join dossier d on d.id = e.dossier_id
  where d.procedure = @procedure and d.updated_at >= @since)
select state::text as state, coalesce(team, '')::text as team, (grouping(team) = 1)::boolean as every, count(*)::int as n,
  (percentile_cont(0.5) within group (order by extract(epoch from (left_at - at))) / 86400)::float8 as median,
  (percentile_cont(0.9) within group (order by extract(epoch from (left_at - at))) / 86400)::float8 as ninetieth
from moved where moved.left_at >= @since::timestamptz group by grouping sets ((state), (state, team));

-- name: FiguresDecisions :many
select date_trunc('week', e.at at time zone @zone::text)::date as week, d.team, count(*)::int as n
from journal_entry e join dossier d on d.id = e.dossier_id
where e.act = any(@moves::text[]) and e.at >= @since and d.procedure = @procedure
group by week, d.team order by week, d.team;
