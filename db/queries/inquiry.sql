-- Dossiers of any procedure, found by words of the blind index that must all be answered, or by an address: of an account that
-- owns them, or of the applicant of a mandate. What was never sent is its owner's alone.
-- name: PersonDossiers :many
select d.id, d.public_id, d.reference, d.procedure, d.state, d.state_kind, d.submitted_at, d.created_at
from dossier d where d.state_kind <> 'draft' and d.id in (
  select t.dossier_id from search_token t where t.token = any(@tokens::bytea[]) and @wanted::bigint <> 0
  group by t.dossier_id having bit_or((@places::bigint[])[array_position(@tokens::bytea[], t.token)]) & @wanted::bigint = @wanted::bigint
  union select o.id from dossier o join account a on a.id = o.owner_id where a.kind = 'person' and a.email_index = @mailbox::bytea and o.id > 0
  union select m.dossier_id from mandate m where m.principal_index = @mailbox::bytea and m.stands)
order by d.id desc limit @lim;

-- name: SearchesSince :one
select count(*)::int as n from journal_entry where dossier_id = @dossier_id and act = @act and at > @since;

-- name: PersonSearchNote :exec
insert into person_search (dossier_id, seq) values (@dossier_id, @seq) on conflict (dossier_id) do update set seq = excluded.seq;

-- What an answer may rest on: how many searches are open, whether one was made at all, and the line of the journal by which somebody
-- was last asked or looked for; rests is the last line that the answer that was put together knew, -1 without one.
-- name: InquiryStands :one
select count(*) filter (where s.state = 'asked')::int as open,
  (count(*) filter (where s.state = 'answered') > 0 or max(m.seq) is not null)::boolean as searched,
  greatest(max(s.seq), max(m.seq), 0)::int as last, coalesce(max(p.rests), -1)::int as rests
from (select @dossier_id::bigint as id) d
left join search_order s on s.dossier_id = d.id
left join person_search m on m.dossier_id = d.id
left join answer_package p on p.dossier_id = d.id;

-- name: OrderInsert :exec
insert into search_order (public_id, dossier_id, procedure, processing, state, due_on, asked_by, asked_at, sealed, seq)
values (@public_id, @dossier_id, @procedure, @processing, 'asked', @due_on, @asked_by, @at, @sealed, @seq);

-- name: OrdersOf :many
select * from search_order where dossier_id = @dossier_id order by id;

-- name: OrderByPublicID :one
select s.*, d.public_id as dossier from search_order s join dossier d on d.id = s.dossier_id where s.public_id = @public_id;

-- What the holders of processings have been asked: what is open first, and what they have answered of late.
-- name: OrdersFor :many
select s.public_id, s.procedure, s.processing, s.state, s.due_on, s.asked_at, s.answered_at, d.reference
from search_order s join dossier d on d.id = s.dossier_id
where s.procedure || '/' || s.processing = any(@mine::text[]) and s.state <> 'withdrawn' and d.state_kind <> 'closed'
order by s.state = 'asked' desc, s.due_on, s.id limit @lim;

-- name: OrderEnd :one
update search_order set state = @state, outcome = @outcome, answer = @answer, answered_by = @by_id, answered_at = @at
where id = @id and state = 'asked' returning id;

-- name: OrdersDue :many
select s.id, s.public_id, d.public_id as dossier from search_order s join dossier d on d.id = s.dossier_id
where s.state = 'asked' and s.due_on <= @until and d.state_kind in ('open', 'waiting') and s.id > @after order by s.id limit @lim;

-- name: OrderReminded :exec
update search_order set reminded = @reminded where id = @id;

-- Who holds a role for a team, or for all.
-- name: RoleHolders :many
select distinct g.account_id from agent_grant g join account a on a.id = g.account_id
where g.procedure = @procedure and g.role = @role and (g.team = @team or g.team = '') and a.state = 'active'
  and (g.begins is null or g.begins <= @at) and (g.until is null or g.until > @at) order by 1;

-- name: OrderFiles :many
select public_id, kind, size, pages, verdict, sealed, uploaded_at from document
where dossier_id = @dossier_id and path = @path and (state = 'received' or verdict = 'infected' and sealed <> '') order by id;

-- name: OrderFileDrop :one
with gone as (
  select g.id, case when g.state = 'received' then g.blob else '' end as blob from document g
  where g.public_id = @public_id and g.dossier_id = @dossier_id and g.path = @path and (g.state = 'received' or g.verdict = 'infected' and g.sealed <> '')),
dropped as (
  update document x set state = 'removed', sealed = '', blob = 'removed/' || x.public_id from gone where x.id = gone.id)
select blob::text from gone;

-- name: FoundInsert :exec
insert into inquiry_found (dossier_id, found_id, by_id, at) select @dossier_id, unnest(@found::bigint[]), @by_id, @at on conflict do nothing;

-- name: FoundOf :many
select d.id, d.public_id, d.reference, d.procedure, d.state, d.state_kind, d.submitted_at, d.created_at, f.by_id, f.approved_by
from inquiry_found f join dossier d on d.id = f.found_id where f.dossier_id = @dossier_id order by d.id;

-- Nobody approves what they have found themselves; it is approved once.
-- name: FoundApprove :one
update inquiry_found set approved_by = @by_id::bigint, approved_at = @at::timestamptz
where dossier_id = @dossier_id and found_id = @found_id and by_id <> @by_id::bigint and approved_by is null returning found_id;

-- name: AnswerKeep :exec
insert into answer_package (dossier_id, pdf, json, files, made_by, made_at, rests) values (@dossier_id, @pdf, @json, @files, @by_id, @at, @rests)
on conflict (dossier_id) do update set pdf = @pdf, json = @json, files = @files, made_by = @by_id, made_at = @at, rests = @rests,
  link = null, link_until = null, code = null, pass = null;

-- name: AnswerOf :one
select * from answer_package where dossier_id = @dossier_id;

-- Files of an answer that another has taken the place of.
-- name: AnswerFilesDrop :many
with gone as (
  select x.id, x.blob from document x where x.dossier_id = @dossier_id and x.path = '@answer' and x.state = 'received'),
dropped as (
  update document x set state = 'removed', sealed = '', blob = 'removed/' || x.public_id from gone where x.id = gone.id)
select blob from gone;

-- name: AnswerLink :exec
update answer_package set link = @link, link_until = @until, code = null, pass = null, tries = 0 where dossier_id = @dossier_id;

-- name: AnswerByLink :one
select a.dossier_id, a.pdf, a.json, a.files, a.link_until, a.pass, a.pass_until, d.public_id
from answer_package a join dossier d on d.id = a.dossier_id where a.link = @link and a.link_until > @at;

-- Codes go out so many times a day.
-- name: AnswerCodeAsk :one
update answer_package set codes = case when codes_since is null or codes_since < @since then 1 else codes + 1 end,
  codes_since = case when codes_since is null or codes_since < @since then @at else codes_since end
where link = @link and link_until > @at and (codes_since is null or codes_since < @since or codes < @most) returning dossier_id;

-- name: AnswerCode :exec
update answer_package set code = @code, code_until = @until, tries = 0 where dossier_id = @dossier_id;

-- A try is counted whatever comes of it; of any number of uses of one code, one gets the pass.
-- name: AnswerTry :one
update answer_package set tries = tries + 1,
  code = case when code = @code then null else code end,
  pass = case when code = @code then @pass else pass end,
  pass_until = case when code = @code then @pass_until else pass_until end,
  opened_at = case when code = @code then coalesce(opened_at, @at) else opened_at end
where link = @link and link_until > @at and code is not null and code_until > @at and tries < @most
returning (pass is not distinct from @pass)::boolean as good, dossier_id;
