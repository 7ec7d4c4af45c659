-- A person's list: their own, those a mandate opens to them, and those somebody else fills in for them, as access.Scope says
-- (a test holds the two equal). By keyset, newest first, with the page of answers that names each dossier: of the draft, or of the last filing.
-- name: DossiersMine :many
with mine as (select o.id from dossier o where o.owner_id = @person::bigint
  union select h.dossier_id from mandate h where h.stands and h.holder_id = @person
  union select h.dossier_id from mandate h join firm_member f on f.firm_id = h.firm_id where h.stands and f.account_id = @person and f.since is not null and f.until is null
  union select h.dossier_id from mandate h where h.stands and h.principal_id = @person)
select d.id, d.public_id, d.reference, d.procedure, d.state, d.state_kind, d.created_at, d.updated_at, d.submitted_at, d.closed_at, d.purge_on, d.answer_by, m.ends_at as mandate_ends, coalesce(m.state, '')::text as mandate, (m.id is not null and (m.holder_id is not distinct from @person or own.firm))::boolean as acting,
  (select count(*) from asked_item i where i.dossier_id = d.id and i.round = d.round and i.answered_at is null
    and i.asked_at = (select max(x.asked_at) from asked_item x where x.dossier_id = d.id and x.round = d.round))::int as asked,
  k.wrapped, coalesce(k.wrapped_by, '')::text as wrapped_by, coalesce(a.stage, '')::text as head_stage, coalesce(a.step, '')::text as head_step, coalesce(a.round, 0)::int as head_round,
  coalesce(a.version, 0)::int as head_version, a.sealed as head_sealed
from dossier d
left join mandate m on m.dossier_id = d.id and m.stands
left join lateral (select
    exists (select 1 from firm_member f where f.firm_id = m.firm_id and f.account_id = @person and f.since is not null and f.until is null) as firm,
    coalesce(m.principal_id = @person, false) as principal
  ) own on m.id is not null
left join data_key k on k.dossier_id = d.id and k.rule = 'dossier'
left join lateral (
  select x.stage, x.step, x.round, x.version, x.sealed from answer x
  where x.dossier_id = d.id and x.stage in ('draft', 'filed') and d.procedure || ' ' || x.step = any(@heads::text[])
  order by x.round desc limit 1) a on true
where d.id in (select id from mine)
  and case
    when m.id is null then d.owner_id = @person
    when m.holder_id = @person or own.firm then m.state in ('proposed', 'confirmed', 'verified') and m.starts_at <= @at and m.ends_at > @at
      and (m.firm_id is null or own.firm)
      and ('receive' = any(m.scope) or d.state_kind <> 'closed' and m.scope && array['fill', 'submit'])
    when d.owner_id = @person then true
    else own.principal and m.known_at is not null
  end
  and (not @firms::boolean or own.firm)
  and (@after::text = '' or d.id < (select y.id from dossier y where y.public_id = @after and y.id in (select id from mine)))
order by d.id desc
limit @lim;

-- How many dossiers of a person's list are in each state.
-- name: DossiersMineStanding :many
with mine as (select o.id from dossier o where o.owner_id = @person::bigint
  union select h.dossier_id from mandate h where h.stands and h.holder_id = @person
  union select h.dossier_id from mandate h join firm_member f on f.firm_id = h.firm_id where h.stands and f.account_id = @person and f.since is not null and f.until is null
  union select h.dossier_id from mandate h where h.stands and h.principal_id = @person)
select d.procedure, d.state, d.state_kind, count(*)::int as n from dossier d
left join mandate m on m.dossier_id = d.id and m.stands
left join lateral (select
    exists (select 1 from firm_member f where f.firm_id = m.firm_id and f.account_id = @person and f.since is not null and f.until is null) as firm,
    coalesce(m.principal_id = @person, false) as principal
  ) own on m.id is not null
where d.id in (select id from mine)
  and case
    when m.id is null then d.owner_id = @person
    when m.holder_id = @person or own.firm then m.state in ('proposed', 'confirmed', 'verified') and m.starts_at <= @at and m.ends_at > @at
      and (m.firm_id is null or own.firm)
      and ('receive' = any(m.scope) or d.state_kind <> 'closed' and m.scope && array['fill', 'submit'])
    when d.owner_id = @person then true
    else own.principal and m.known_at is not null
  end
group by d.procedure, d.state, d.state_kind order by d.procedure, d.state;
