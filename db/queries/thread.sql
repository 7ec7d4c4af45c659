-- name: MessageInsert :exec
insert into message (dossier_id, thread, template, author_id, at, sealed)
values (@dossier_id, @thread, @template, @author_id, @at, @sealed);

-- A message of the person takes the files that wait for it.
-- name: MessageWithFiles :exec
with said as (
  insert into message (dossier_id, thread, template, author_id, at, sealed)
  values (@dossier_id, 'person', '', @author_id, @at, @sealed) returning id)
update document set message_id = said.id from said
where document.dossier_id = @dossier_id and document.path = '@message' and document.message_id is null and document.state = 'received';

-- All that is kept beside the answers, in one statement: what was agreed to, what the service has made, the words on the
-- dossier with their files (each as "id kind size pages verdict " before its sealed label), and the fate of the mails.
-- name: Recorded :many
select 'consent' as what, c.id, c.notice as name, c.scope as more, t.text as words, 0 as round, 0::bigint as by_id, c.at, ''::bytea as sealed, '{}'::bytea[] as files
from consent c join notice_text t on t.hash = c.text_hash where c.dossier_id = @dossier_id::bigint and c.withdrawn is null
union all
select 'made', g.id, g.template, '', '', g.round, 0, g.at, '', '{}' from generated g where g.dossier_id = @dossier_id::bigint
union all
select 'message', m.id, m.template, m.thread, '', 0, coalesce(m.author_id, 0), m.at, m.sealed,
  array(select convert_to(concat_ws(' ', x.public_id, x.kind, x.size, x.pages, x.verdict, ''), 'UTF8') || x.sealed from document x
    where x.message_id = m.id and (x.state <> 'removed' or x.verdict = 'infected') order by x.id)
from message m where m.dossier_id = @dossier_id::bigint and m.thread = any(@threads::text[])
union all
select 'mail', l.id, l.template, l.state, l.fault, 0, coalesce(l.account_id, 0), l.queued_at, '', '{}'
from mail l where l.dossier_id = @dossier_id::bigint and @mails::boolean
order by what, id;

-- One page of all that has happened, the latest first, without what the person has done since they last sent. An act is ranked before the message it made, and that before its mail.
-- name: Timeline :many
select rank, id, at, name, more, words, by_id, sealed, files from (
  (select 3 as rank, e.seq::bigint as id, e.at, e.act as name, e.role as more, '' as words, coalesce(e.actor_id, 0)::bigint as by_id, coalesce(e.sealed, '')::bytea as sealed, '{}'::bytea[] as files
   from journal_entry e
   where e.dossier_id = @dossier_id and @acts::boolean
     and (cardinality(@these::text[]) = 0 or e.act = any(@these::text[])) and e.act <> all(@others::text[])
     and not (e.role = any(@sides::text[]) and e.act = any(@unsent::text[]) and e.seq > coalesce((
       select max(s.seq) from journal_entry s where s.dossier_id = @dossier_id and s.role = any(@sides::text[]) and s.act = any(@sendings::text[])), 0))
     and (@role::text = '' or e.role = @role::text) and (@not_role::text = '' or e.role <> @not_role::text)
     and (e.at, 3, e.seq::bigint) < (@before::timestamptz, @before_rank::int, @before_id::bigint)
   order by e.at desc, e.seq desc limit @lim)
  union all
  (select 2, m.id, m.at, m.template, m.thread, '', coalesce(m.author_id, 0), m.sealed,
     array(select convert_to(concat_ws(' ', x.public_id, x.kind, x.size, x.pages, x.verdict, ''), 'UTF8') || x.sealed from document x
       where x.message_id = m.id and (x.state <> 'removed' or x.verdict = 'infected') order by x.id)
   from message m
   where m.dossier_id = @dossier_id and m.thread = any(@threads::text[])
     and (m.at, 2, m.id) < (@before::timestamptz, @before_rank::int, @before_id::bigint)
   order by m.at desc, m.id desc limit @lim)
  union all
  (select 1, l.id, l.queued_at, l.template, l.state, l.fault, coalesce(l.account_id, 0), '', '{}'
   from mail l
   where l.dossier_id = @dossier_id and @mails::boolean
     and (l.queued_at, 1, l.id) < (@before::timestamptz, @before_rank::int, @before_id::bigint)
   order by l.queued_at desc, l.id desc limit @lim)
) t order by at desc, rank desc, id desc limit @lim;

-- When each filing was made: what it changed is told with the act of that instant.
-- name: FilingTimes :many
select round, max(updated_at)::timestamptz as at from answer where dossier_id = @dossier_id and stage = 'filed' group by round order by round;

-- name: MessagesOfAuthor :one
select count(*)::int as n from message where dossier_id = @dossier_id and author_id = @author_id and at > @since;

-- name: DossierOwe :exec
update dossier set owed_since = @since where id = @id;

-- name: AttachmentInsert :exec
insert into document (public_id, dossier_id, path, rule, round, state, kind, size, pages, blob, sealed, uploaded_by, uploaded_at, verdict)
values (@public_id, @dossier_id, @path, @rule, @round, 'received', @kind, @size, @pages, @blob, @sealed, @uploaded_by, @at, case when @verdict::text = 'unscanned' and exists (select 1 from setting where key = 'scanner') then 'waiting' else @verdict::text end);

-- Files of a message in the making.
-- name: AttachmentsPending :many
select public_id, kind, size, pages, verdict, sealed from document
where dossier_id = @dossier_id and path = '@message' and message_id is null
  and (state = 'received' or verdict = 'infected' and sealed <> '') order by id;

-- What the files of messages take of their share, sent or not, with what is on its way other than the upload that asks.
-- What came in by e-mail is counted by itself: strangers do not take the room of the person and the desk.
-- name: AttachmentUsage :one
select count(*)::int as files,
  (coalesce(sum(d.size), 0) + (select coalesce(sum(u.size), 0) from upload u where u.dossier_id = @dossier_id and u.path = '@message' and u.public_id <> @but::text and not @by_mail::boolean))::bigint as bytes
from document d left join message m on m.id = d.message_id
where d.dossier_id = @dossier_id and d.path = '@message' and d.state <> 'removed' and (coalesce(m.template, '') = '@mail') = @by_mail::boolean;

-- One in which something was found has no content any more: its name goes.
-- name: AttachmentDrop :one
with gone as (
  select g.id, case when g.state = 'received' then g.blob else '' end as blob from document g
  where g.public_id = @public_id and g.dossier_id = @dossier_id and g.path = '@message' and g.message_id is null
    and (g.state = 'received' or g.verdict = 'infected' and g.sealed <> '')),
dropped as (
  update document x set state = 'removed', sealed = '', blob = 'removed/' || x.public_id from gone where x.id = gone.id)
select blob::text from gone;

-- Files of a message that will not be sent any more.
-- name: AttachmentsForget :many
with gone as (
  select g.id, g.blob, g.state from document g
  where g.dossier_id = @dossier_id and g.path = '@message' and g.message_id is null and g.sealed <> ''),
dropped as (
  update document x set state = 'removed', sealed = '', blob = 'removed/' || x.public_id from gone where x.id = gone.id)
select blob from gone where state = 'received';

-- name: MentionInsert :exec
insert into mention (dossier_id, account_id, by_id, at) values (@dossier_id, @account_id, @by_id, @at);

-- name: MentionsOf :many
select m.id, m.by_id, m.at, d.id as dossier_id, d.public_id, d.reference, d.procedure, d.state_kind
from mention m join dossier d on d.id = m.dossier_id
where m.account_id = @account_id and m.seen_at is null and d.procedure = any(@procedures::text[]) order by m.id desc limit @lim;

-- name: MentionSeen :exec
update mention set seen_at = @at where id = @id and account_id = @account_id and seen_at is null;
