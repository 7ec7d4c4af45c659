-- A request in the making: one item for each answer or document.
-- name: PreparedUpsert :exec
insert into prepared_item (dossier_id, path, why, sealed, by_id, at) values (@dossier_id, @path, @why, @sealed, @by_id, @at)
on conflict (dossier_id, path) do update set why = excluded.why, sealed = excluded.sealed, by_id = excluded.by_id, at = excluded.at;

-- name: PreparedDelete :exec
delete from prepared_item where dossier_id = @dossier_id and path = any(@paths::text[]);

-- What an agent thinks of what came back.
-- name: AskedItemJudge :one
update asked_item set judgement = @judgement, judged_by = @judged_by, judged_at = @at
where dossier_id = @dossier_id and round = @round and path = @path and answered_at is not null returning id;

-- name: DocumentsJudge :exec
update document set judgement = @judgement, reason = @reason, judged_by = @judged_by, judged_at = @at
where dossier_id = @dossier_id and path = @path and state = 'received' and round = @round;

-- Files that were handed in and never sent, because their request was taken back; what is gone is told by its old blob.
-- name: DocumentsDrop :many
with gone as (
  select g.id, g.blob from document g where g.dossier_id = @dossier_id and g.round = @round and g.state = 'received'),
dropped as (
  update document x set state = 'removed', sealed = '', blob = 'removed/' || x.public_id from gone where x.id = gone.id)
select gone.blob from gone;

-- Dossiers whose day to answer calls for a timer that has not gone off for it, a page at a time.
-- name: AnswerDue :many
select id, public_id, answer_by as clock from dossier
where procedure = @procedure and state = any(@states::text[]) and answer_by <= @until and answer_by >= @since
  and not (@timer::text = any(reminded)) and (answer_by, id) > (@after_clock::date, @after_id::bigint)
order by answer_by, id limit @lim;

-- name: DossierReminded :exec
update dossier set reminded = @reminded, journal_seq = @journal_seq, journal_head = @journal_head where id = @id;

-- An agent's correction is a filing of its own.
-- name: DossierRound :exec
update dossier set round = @round, corrected = corrected + 1 where id = @id;
