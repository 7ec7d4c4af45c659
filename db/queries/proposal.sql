-- name: ProposalInsert :one
insert into proposal (public_id, dossier_id, move, proposed_by, proposed_at, sealed)
values (@public_id, @dossier_id, @move, @proposed_by, @at, @sealed)
on conflict (dossier_id) where state = 'waiting' do nothing
returning id;

-- The one that waits, or the last.
-- name: ProposalOf :one
select * from proposal where dossier_id = @dossier_id order by id desc limit 1;

-- name: ProposalEnd :one
update proposal set state = @state, decided_by = @decided_by, decided_at = @at, word = @word
where id = @id and state = 'waiting' returning id;

-- Who has proposed what waits; -1 when nothing waits any more, 0 when there was never anything.
-- name: DossierBeyondDraft :one
select coalesce((select case p.state when 'waiting' then p.proposed_by else -1 end from proposal p where p.dossier_id = @dossier_id order by p.id desc limit 1), 0)::bigint as proposer,
  array(select distinct a.path from asked_item a where a.dossier_id = @dossier_id and a.kind = 'document')::text[] as requested;