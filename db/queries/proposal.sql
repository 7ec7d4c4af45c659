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

-- name: ProposalBy :one
select coalesce((select proposed_by from proposal where dossier_id = @dossier_id and state = 'waiting'), 0)::bigint as proposer;
