-- name: MailInsert :one
insert into mail (account_id, dossier_id, template, state, queued_at)
values (@account_id, sqlc.narg('dossier_id'), @template, 'queued', @now)
returning id;

-- name: MailByID :one
select * from mail where id = @id;

-- name: MailSent :exec
update mail set state = 'sent', fault = '', sent_at = @now where id = @id;

-- name: MailFailed :exec
update mail set state = case when @final::boolean then 'failed' else 'queued' end, fault = @fault where id = @id;
