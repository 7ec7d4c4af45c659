-- What comes in on paper.

-- name: PaperFilingInsert :exec
insert into paper_filing (dossier_id, sealed, entered_by, at) values (@dossier_id, @sealed, @entered_by, @at);

-- name: PaperFilingOf :one
select sealed, entered_by, at from paper_filing where dossier_id = @dossier_id;

-- What is being entered from paper, the newest first, with the answers that name it.
-- name: DossiersEntering :many
select d.id, d.public_id, d.reference, d.procedure, d.state, d.state_kind, d.created_at, d.updated_at, d.submitted_at, d.closed_at, d.purge_on, d.answer_by, null::timestamptz as mandate_ends, ''::text as mandate, false as acting,
  0::int as asked,
  k.wrapped, coalesce(k.wrapped_by, '')::text as wrapped_by, coalesce(a.stage, '')::text as head_stage, coalesce(a.step, '')::text as head_step, coalesce(a.round, 0)::int as head_round,
  coalesce(a.version, 0)::int as head_version, a.sealed as head_sealed
from dossier d
left join data_key k on k.dossier_id = d.id and k.rule = 'dossier'
left join answer a on a.dossier_id = d.id and a.stage = 'draft' and d.procedure || ' ' || a.step = any(@heads::text[])
where d.state_kind = 'draft' and d.owner_id is null and d.channel <> 'online' and d.procedure = any(@procedures::text[])
order by d.id desc
limit @lim;
