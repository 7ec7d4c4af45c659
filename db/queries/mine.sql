-- An owner's list by keyset, newest first, with the page of answers that names each dossier: of the draft, or of the last filing.
-- name: DossiersMine :many
select d.id, d.public_id, d.reference, d.procedure, d.state, d.state_kind, d.created_at, d.updated_at, d.submitted_at, d.closed_at, d.purge_on,
  (select count(*) from asked_item i where i.dossier_id = d.id and i.round = d.round and i.answered_at is null
    and i.asked_at = (select max(x.asked_at) from asked_item x where x.dossier_id = d.id and x.round = d.round))::int as asked,
  k.wrapped, coalesce(k.wrapped_by, '')::text as wrapped_by, coalesce(a.stage, '')::text as head_stage, coalesce(a.step, '')::text as head_step, coalesce(a.round, 0)::int as head_round,
  coalesce(a.version, 0)::int as head_version, a.sealed as head_sealed
from dossier d
left join data_key k on k.dossier_id = d.id and k.rule = 'dossier'
left join lateral (
  select x.stage, x.step, x.round, x.version, x.sealed from answer x
  where x.dossier_id = d.id and x.stage in ('draft', 'filed') and d.procedure || ' ' || x.step = any(@heads::text[])
  order by x.round desc limit 1) a on true
where d.owner_id = @owner_id
  and (@after::text = '' or d.id < (select y.id from dossier y where y.public_id = @after and y.owner_id = @owner_id))
order by d.id desc
limit @lim;

-- How many dossiers an owner has in each state.
-- name: DossiersMineStanding :many
select procedure, state, state_kind, count(*)::int as n from dossier where owner_id = @owner_id
group by procedure, state, state_kind order by procedure, state;
