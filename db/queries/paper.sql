-- What its person tells of a document that was not sent yet.
-- name: DocumentDescribe :one
update document set sealed = @sealed
where public_id = @public_id and dossier_id = @dossier_id and round = @round and state = 'received' returning id;

-- What an agent thinks of a document that stands; what the agent has read on it goes with it.
-- name: DocumentJudge :one
update document set judgement = @judgement, reason = @reason, judged_by = @judged_by, judged_at = @at, sealed = @sealed
where public_id = @public_id and dossier_id = @dossier_id and state = 'received' returning id;
