-- name: DefinitionInsert :exec
insert into definition (hash, procedure, content, first_used) values (@hash, @procedure, @content, @at)
on conflict (hash) do nothing;

-- name: DefinitionByHash :one
select procedure, content from definition where hash = @hash;

-- name: DefinitionsInUse :many
select d.hash, d.procedure, d.content from definition d
where exists (select 1 from dossier where dossier.definition = d.hash and purge_on is null) order by d.first_used;

-- The last definition of each procedure that is not served any more and has dossiers still.
-- name: DefinitionsFormer :many
select distinct on (d.procedure) d.hash, d.content from definition d
where not d.procedure = any(@served::text[]) and exists (select from dossier where dossier.definition = d.hash) order by d.procedure, d.first_used desc;

-- name: DossierInsert :one
insert into dossier (public_id, procedure, definition, owner_id, channel, lang, state, state_kind, created_at, updated_at)
values (@public_id, @procedure, @definition, @owner_id, @channel, @lang, @state, @state_kind, @at, @at)
returning id;

-- name: DataKeyInsert :exec
insert into data_key (dossier_id, rule, wrapped, wrapped_by) values (@dossier_id, @rule, @wrapped, @wrapped_by);

-- name: DataKeyOnce :many
insert into data_key (dossier_id, rule, wrapped, wrapped_by) values (@dossier_id, @rule, @wrapped, @wrapped_by) on conflict do nothing returning dossier_id;

-- name: DataKeysOf :many
select rule, wrapped, wrapped_by from data_key where dossier_id = @dossier_id order by rule;

-- name: DataKeyRewrap :exec
update data_key set wrapped = @wrapped, wrapped_by = @wrapped_by where dossier_id = @dossier_id and rule = @rule;

-- The lock is a statement of its own, so that what is read after it is never older than the lock.
-- name: DossierLock :exec
select 1 from dossier where public_id = @public_id for update;

-- All that a page needs of a dossier, in one round trip: its pages of answers as one array, each behind the words that say
-- where it belongs ("stage step round version "), and its documents as another ("id path round"): an array costs more than
-- the words in it. By what right somebody acts for its person comes with it, as words too; who is behind it is asked for
-- where one stands (MandateWho); who has proposed what waits for a second person, and which documents were asked for, of what is
-- no draft online (DossierBeyondDraft). Most have none of it, and a relation costs its opening even where nothing is in it.
-- name: DossierByPublicID :one
select sqlc.embed(d), k.wrapped, k.wrapped_by,
  array(select textsend(stage || ' ' || step || ' ' || round || ' ' || version || ' ') || sealed from answer where dossier_id = d.id)::bytea[] as pages,
  array(select concat_ws(' ', public_id, path, round, verdict, (used_at is not null)::text) from document where dossier_id = d.id and document.state = 'received' and document.path not like '@%' order by id)::text[] as papers,
  coalesce((select concat_ws(' ', m.id, coalesce(m.holder_id, 0), coalesce(m.firm_id, 0), coalesce(m.principal_id, 0), m.state,
      (extract(epoch from m.starts_at) * 1000000)::bigint, (extract(epoch from m.ends_at) * 1000000)::bigint,
      coalesce(nullif(array_to_string(m.scope, ','), ''), '-'), case when m.known_at is not null and m.principal_id is not null then 'known' when m.wrong_at is not null then 'wrong' else 'said' end)
    from mandate m where m.dossier_id = d.id and m.stands), '')::text as mandate
from dossier d
join data_key k on k.dossier_id = d.id and k.rule = 'dossier'
where d.public_id = @public_id;

-- What erasing needs to know, without opening anything.
-- name: DossierStanding :one
select d.id, d.procedure, d.state, d.state_kind, d.updated_at, (select count(*) from answer a where a.dossier_id = d.id)::int as pages
from dossier d where d.public_id = @public_id;

-- name: DossierPublicIDByID :one
select public_id from dossier where id = @id;

-- name: DossierOfNobody :one
select procedure, state_kind from dossier where public_id = @public_id and owner_id is null and channel = any(@channels::text[]);

-- name: DossierPublicIDByReference :one
select public_id from dossier where reference = @reference;

-- name: DossierTouch :exec
update dossier set updated_at = @at, journal_seq = @journal_seq, journal_head = @journal_head, lang = @lang where id = @id;

-- A move writes the state only where the old one still stands; no row is a Conflict (design, decision 1).
-- name: DossierMove :one
update dossier set state = @to_state, state_kind = @to_kind, reference = coalesce(reference, @reference), round = @round,
  submitted_at = coalesce(submitted_at, @submitted_at), closed_at = @closed_at, purge_on = @purge_on,
  assignee_id = @assignee_id, answer_by = @answer_by, overdue_at = @overdue_at, reminded = @reminded,
  updated_at = @at, lang = @lang, journal_seq = @journal_seq, journal_head = @journal_head
where id = @id and state = @from_state returning id;

-- name: DossierDelete :exec
delete from dossier where id = @id;

-- What leaving has to end, however much it is: of one's own, and of what one began for others, not yet taken over.
-- name: DossiersToLeave :many
select public_id, procedure, state, definition, exists (select 1 from mandate s where s.dossier_id = dossier.id and s.stands) as entrusted from dossier
where state_kind <> 'closed' and (owner_id = @person::bigint or id in (select m.dossier_id from mandate m where m.stands and m.holder_id = @person)) order by id;

-- name: AnswerUpsert :exec
insert into answer (dossier_id, stage, step, round, version, sealed, updated_at)
values (@dossier_id, @stage, @step, @round, @version, @sealed, @at)
on conflict (dossier_id, stage, step, round) do update
set version = excluded.version, sealed = excluded.sealed, updated_at = excluded.updated_at;

-- What a person's save writes, in one statement: the page of answers, the line of the journal, and where the dossier stands.
-- name: AnswerSave :exec
with page as (
  insert into answer (dossier_id, stage, step, round, version, sealed, updated_at)
  values (@dossier_id, @stage, @step, @round, @version, @sealed, @at)
  on conflict (dossier_id, stage, step, round) do update
  set version = excluded.version, sealed = excluded.sealed, updated_at = excluded.updated_at),
line as (
  insert into journal_entry (dossier_id, seq, at, role, act, commitment, prev, hash, actor_id, salt, sealed)
  values (@dossier_id, @seq, @at, @role, @act, @commitment, @prev, @hash, sqlc.narg('actor_id'), @salt, @detail))
update dossier set updated_at = @at, journal_seq = @seq, journal_head = @hash, lang = @lang where id = @dossier_id;

-- name: AnswerDeleteStage :exec
delete from answer where dossier_id = @dossier_id and stage = @stage;

-- What was asked in a request that was taken back stands beside what is asked anew.
-- name: AskedItemInsert :exec
insert into asked_item (dossier_id, round, path, kind, why, sealed, asked_by, asked_at)
values (@dossier_id, @round, @path, @kind, @why, @sealed, @asked_by, @asked_at)
on conflict (dossier_id, round, path, asked_at) do update set why = excluded.why, sealed = excluded.sealed, asked_by = excluded.asked_by;

-- What was asked, in the order it was, and after it what is being prepared to be asked.
-- name: AskedItems :many
select path, kind, why, round, sealed, asked_by, asked_at, answered_at, judgement, judged_by, judged_at, false as prepared, id as place
from asked_item i where i.dossier_id = @dossier_id
union all
select path, '', why, 0, sealed, by_id, at, null, '', null, null, true, 0
from prepared_item p where p.dossier_id = @dossier_id and @with_prepared::boolean
order by prepared, round, place, asked_at, path;

-- The last request of the round is answered: one before it was taken back.
-- name: AskedItemsAnswered :exec
update asked_item i set answered_at = @at where i.dossier_id = @dossier_id and i.round = @round
  and i.asked_at = (select max(x.asked_at) from asked_item x where x.dossier_id = @dossier_id and x.round = @round);

-- name: GeneratedInsert :exec
insert into generated (dossier_id, template, round, at, sealed) values (@dossier_id, @template, @round, @at, @sealed)
on conflict (dossier_id, template, round) do update set at = excluded.at, sealed = excluded.sealed;

-- name: GeneratedOne :one
select at, round, sealed from generated where dossier_id = @dossier_id and template = @template order by round desc limit 1;

-- name: NoticeTextInsert :exec
insert into notice_text (hash, text) values (@hash, @text) on conflict (hash) do nothing;

-- name: ConsentInsert :exec
insert into consent (account_id, dossier_id, notice, scope, text_hash, lang, at)
values (@account_id, @dossier_id, @notice, @scope, @text_hash, @lang, @at)
on conflict do nothing;

-- name: SearchTokenInsert :exec
insert into search_token (token, key, dossier_id) select unnest(@tokens::bytea[]), unnest(@keys::smallint[]), @dossier_id on conflict do nothing;

-- name: DossierIndexed :exec
update dossier set search_key = @key where id = @dossier_id and search_key <> @key;

-- name: SearchTokenDelete :exec
delete from search_token where dossier_id = @dossier_id;

-- name: DocumentBlobs :many
select blob from document where dossier_id = @dossier_id and state <> 'removed';

-- name: PurgeCertificateInsert :exec
insert into purge_certificate (rule, procedure, dossier_id, category, count, whole, at) values (@rule, @procedure, @dossier_id::bigint, @category, @count, @whole, @at);

-- name: AgentsOf :many
select a.id, a.wrapped_key, a.wrapped_by, a.sealed from account a
where a.kind = 'agent' and a.state = 'active' and exists (
  select 1 from agent_grant g where g.account_id = a.id and g.procedure = @procedure and g.role = any(@roles::text[])
    and (g.begins is null or g.begins <= @at) and (g.until is null or g.until > @at));

-- name: MessageSince :one
select exists (select 1 from message where dossier_id = @dossier_id and template = @template and at >= @since);

-- A line of the journal that is no edit: the retention clock of a draft is not wound up by a reminder.
-- name: DossierChain :exec
update dossier set journal_seq = @journal_seq, journal_head = @journal_head where id = @id;
