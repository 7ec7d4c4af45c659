-- name: ProposalInsert :one
insert into proposal (public_id, dossier_id, move, proposed_by, proposed_at, seq, sealed)
values (@public_id, @dossier_id, @move, @proposed_by, @at, @seq, @sealed)
on conflict (dossier_id) where state = 'waiting' do nothing
returning id;

-- The one that waits, or the last.
-- name: ProposalOf :one
select * from proposal where dossier_id = @dossier_id order by id desc limit 1;

-- name: ProposalEnd :one
update proposal set state = @state, decided_by = @decided_by, decided_at = @at, word = @word
where id = @id and state = 'waiting' returning id;

-- How many dossiers wait for a second person, as far as they are counted; not those the agent proposed.
-- name: ProposalsWaiting :one
select count(*)::int from (
  select 1 from proposal p join dossier d on d.id = p.dossier_id
  where p.state = 'waiting' and d.procedure = @procedure and p.proposed_by <> @account_id limit @cap::int) x;

-- name: ProposalBy :one
select coalesce((select proposed_by from proposal where dossier_id = @dossier_id and state = 'waiting'), 0)::bigint as proposer;
