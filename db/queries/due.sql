-- Days by which the administration owes an answer.

-- name: DossierDue :exec
update dossier set received_on = @received_on, due_on = @due_on, due_warned = @due_warned, due_over_at = @due_over_at where id = @id;

-- Dossiers at work whose day is not after a given one, and of which the desk was not told so yet; over is that the day is past.
-- name: DueDossiers :many
select id, public_id, due_on from dossier
where procedure = @procedure and closed_at is null and state_kind in ('open', 'waiting') and due_on is not null and due_on <= @until
  and (case when @warning::text = '' then due_over_at is null else not (@warning::text = any(due_warned)) and due_over_at is null end)
  and (due_on, id) > (@after_day::date, @after_id::bigint)
order by due_on, id limit @lim;

-- name: DocumentsUse :exec
update document set used_at = @at where dossier_id = @dossier_id and path = any(@paths::text[]) and used_at is null and state = 'received';

-- name: DocumentUnused :one
update document set state = 'removed' where dossier_id = @dossier_id and public_id = @public_id and used_at is null and state = 'received' and path = any(@paths::text[]) returning blob;
