-- name: MailInKnown :one
select m.id, m.public_id, d.public_id as dossier from mail_in m join dossier d on d.id = m.dossier_id where m.digest = @digest;

-- name: MailInInsert :one
insert into mail_in (public_id, digest, dossier_id, message_id, copy, sender, sealed, continues, answered, at)
values (@public_id, @digest, @dossier_id, @message_id, @copy, @sender, @sealed, @continues, @answered, @at) returning id;

-- name: MailInAnswered :one
select count(*)::int as n from mail_in where sender = @sender and answered and at > @since;

-- name: MailInByID :one
select m.*, d.public_id as dossier from mail_in m join dossier d on d.id = m.dossier_id where m.id = @id;

-- name: MailInByPublicID :one
select m.*, d.public_id as dossier from mail_in m join dossier d on d.id = m.dossier_id where m.public_id = @public_id;

-- name: MailInOf :many
select * from mail_in where dossier_id = @dossier_id order by id;

-- Of several that look at the files of one message, one does.
-- name: MailInFilesTaken :one
update mail_in set files_at = @at where id = @id and files_at is null returning id;

-- Messages whose files nobody has looked at for a while: their job has given up.
-- name: MailInWaiting :many
select id from mail_in where files_at is null and at < @before and id > @after order by id limit @lim;

-- name: MessageOne :one
insert into message (dossier_id, thread, template, author_id, at, sealed)
values (@dossier_id, @thread, @template, null, @at, @sealed) returning id;

-- name: AttachmentOfMessage :exec
update document set message_id = @message_id where public_id = @public_id and path = '@message' and message_id is null;
