-- A new mandate takes the place of one that lapsed. same_address: the applicant's address is the declarant's own, by their
-- account or by what they say.
-- name: MandateInsert :one
insert into mandate (public_id, dossier_id, procedure, holder_id, firm_id, principal_index, same_address, kind, scope, starts_at, ends_at, state, sealed, proposed_at)
select @public_id, @dossier_id, @procedure, @holder_id::bigint,
  (select f.firm_id from firm_member f where @firm::boolean and f.account_id = @holder_id and f.since is not null and f.until is null),
  @principal_index, @own::boolean or coalesce((select a.email_index = @principal_index from account a where a.id = @holder_id), false),
  @kind, @scope, @at, @ends_at, 'proposed', @sealed, @at
returning *;

-- How often people were asked lately: at an address, for a dossier, by one person; and whether that address has said no: whose it is
-- not is asked by that person no more, and who does not agree not of that dossier, and of others not for a day.
-- name: MandatesLately :one
select count(*) filter (where m.proposed_at > @since and m.principal_index = @principal_index)::int as address,
  count(*) filter (where m.proposed_at > @since and m.dossier_id = @dossier_id)::int as dossier,
  count(*) filter (where m.proposed_at > @since and m.holder_id = @holder_id)::int as holder,
  coalesce(bool_or(m.principal_index = @principal_index and (m.dossier_id = @dossier_id and (m.state = 'denied' or m.wrong_at is not null)
    or m.holder_id = @holder_id and (m.wrong_at is not null or m.state = 'denied' and m.ended_at > @since))), false)::boolean as denied
from mandate m where m.principal_index = @principal_index and (m.dossier_id = @dossier_id or m.holder_id = @holder_id)
  or m.proposed_at > @since and (m.principal_index = @principal_index or m.dossier_id = @dossier_id or m.holder_id = @holder_id);

-- wrong says that its address had ended it, and is corrected: what came from there was no applicant's word.
-- name: MandateLapse :exec
update mandate set stands = false, state = 'lapsed', ended_at = @at, ended_by = @by, code = null,
  wrong_at = case when @wrong::boolean then coalesce(wrong_at, @at) else wrong_at end where id = @id;

-- The same mandate, as it stood until now, with another address of the applicant; what they said from the old one is no yes of theirs.
-- name: MandateMove :one
insert into mandate (public_id, dossier_id, procedure, holder_id, firm_id, principal_index, same_address, kind, scope, starts_at, ends_at, state,
  proof, proof_index, sealed, proposed_at, verified_at, verified_by, ended_at, ended_by)
select @public_id, m.dossier_id, m.procedure, m.holder_id, m.firm_id, @principal_index,
  @own::boolean or coalesce((select a.email_index = @principal_index from account a where a.id = m.holder_id), false), m.kind, m.scope, m.starts_at, m.ends_at,
  case when @state::text = 'confirmed' then 'proposed' else @state end, m.proof, m.proof_index, @sealed, @at, m.verified_at, m.verified_by, sqlc.narg('ended_at'), @ended_by
from mandate m where m.id = @id
returning *;

-- How often who acts said that somebody else was to be told, or nobody: a trace for the desk.
-- name: MandatesLapsed :one
select count(distinct m.principal_index)::int as n, coalesce(max(m.ended_at), 'epoch')::timestamptz as last from mandate m
where m.dossier_id = @dossier_id and m.state = 'lapsed' and not exists (
  select 1 from mandate s where s.dossier_id = m.dossier_id and s.stands and s.principal_index = m.principal_index);

-- Another kind of mandate, as long as nobody has said yes.
-- name: MandateRekind :exec
update mandate set kind = @kind, scope = @scope, ends_at = @ends_at,
  firm_id = (select f.firm_id from firm_member f where @firm::boolean and f.account_id = mandate.holder_id and f.since is not null and f.until is null)
where mandate.id = @id and state = 'proposed';

-- Another number, channel or language at the same address.
-- name: MandateReseal :exec
update mandate set sealed = @sealed where id = @id;

-- Of telling once more, a few times in all.
-- name: MandateTold :one
update mandate set told = told + 1 where id = @id and told < @most::int returning told;

-- name: MandateStanding :one
select * from mandate where dossier_id = @dossier_id and stands;

-- name: MandateByID :one
select * from mandate where id = @id and dossier_id = @dossier_id;

-- name: MandateConfirm :one
update mandate set state = 'confirmed', confirmed_at = @at, ends_at = @ends_at, warned_at = case when ends_at = @ends_at then warned_at end
where id = @id and state = 'proposed' and ends_at > @at and not same_address and wrong_at is null returning id;

-- The applicant lets the same person act for another while; not who has stopped of their own will.
-- name: MandateRenew :one
update mandate set state = case when state = 'verified' then 'verified' else 'confirmed' end, confirmed_at = @at, ends_at = @ends_at, ended_at = null, ended_by = '', warned_at = null
where id = @id and stands and not same_address and wrong_at is null and ended_by not in ('agent', 'holder')
  and (state in ('confirmed', 'verified', 'expired') or @known::boolean and state in ('denied', 'revoked')) returning id;

-- The address is somebody else's: what was said from there is not the applicant's word. It can be said after the end too.
-- name: MandateWrong :one
update mandate set wrong_at = @at, code = null, known_at = null, principal_id = null, state = case when state = 'confirmed' then 'proposed' else state end
where id = @id and stands and (known_at is null or principal_id is null) and wrong_at is null returning id;

-- Who was known and has no account any more is not known: the address may be another's by now.
-- name: MandateKnown :one
update mandate set known_at = @at, principal_id = @principal_id where id = @id and stands and (known_at is null or principal_id is null) and wrong_at is null returning id;

-- Counts a try to prove before it is looked at.
-- name: MandateGuess :one
update mandate set guesses = case when guesses_since is null or guesses_since < @since then 1 else guesses + 1 end,
  guesses_since = case when guesses_since is null or guesses_since < @since then @at else guesses_since end
where id = @id and stands and (guesses_since is null or guesses_since < @since or guesses < @most::int) returning id;

-- name: MandateVerify :one
update mandate set state = 'verified', verified_at = @at, verified_by = @by, proof = @proof, proof_index = @proof_index, ends_at = @ends_at, ended_at = null, ended_by = '', warned_at = null
where id = @id and (state in ('proposed', 'confirmed') and ends_at > @at or @renews::boolean and state in ('proposed', 'confirmed', 'verified', 'expired')) returning id;

-- name: MandateProof :exec
update mandate set proof = @proof, proof_index = @proof_index where id = @id;

-- name: MandateEnd :one
update mandate set state = case when @denies::boolean and state = 'proposed' then 'denied' when @expires::boolean then 'expired' else 'revoked' end,
  ended_at = @at, ended_by = @by, code = null
where id = @id and stands and state in ('proposed', 'confirmed', 'verified') returning state;

-- name: DossierOwner :exec
update dossier set owner_id = sqlc.narg('owner_id') where id = @id;

-- name: MandateLinkInsert :exec
insert into mandate_link (hash, mandate_id, expires_at) values (@hash, @mandate_id, @expires_at);

-- name: MandateLinkPeek :one
select d.public_id, m.id from mandate_link l join mandate m on m.id = l.mandate_id join dossier d on d.id = m.dossier_id
where l.hash = @hash and l.used_at is null and l.expires_at > @at and m.stands;

-- Of any number of uses at once, one is the first.
-- name: MandateLinkUse :one
update mandate_link set used_at = @at where hash = @hash and mandate_id = @mandate_id and used_at is null and expires_at > @at returning mandate_id;

-- name: MandateLinksEnd :exec
delete from mandate_link where mandate_id = @mandate_id and used_at is null;

-- name: MandateLinkSweep :exec
with codes as (update mandate set code = null where code is not null and code_until < @at)
delete from mandate_link where expires_at < @at;

-- A code to the applicant's address, a few in a day.
-- name: MandateCodeAsk :one
update mandate set codes = case when codes_since is null or codes_since < @since then 1 else codes + 1 end,
  codes_since = case when codes_since is null or codes_since < @since then @at else codes_since end
where id = @id and stands and state in ('proposed', 'confirmed', 'verified') and (codes_since is null or codes_since < @since or codes < @most::int) returning id;

-- name: MandateCode :exec
update mandate set code = @code, code_until = @until, tries = 0 where id = @id;

-- Counts a try before its code is looked at, so that tries made at once are all counted; also where none is out, so that how long
-- it takes does not tell.
-- name: MandateTry :one
update mandate set tries = tries + 1 where id = @id
returning (case when code is not null and code_until > @at and tries <= @most::int then code end)::bytea as code;

-- A code that was right is spent.
-- name: MandateCodeSpent :exec
update mandate set code = null where id = @id;

-- name: MandatesOver :many
select d.public_id from mandate m join dossier d on d.id = m.dossier_id
where m.stands and m.state in ('proposed', 'confirmed', 'verified') and m.ends_at <= @at order by m.ends_at limit 500;

-- Those whose time is soon over, and of which nobody was told.
-- name: MandatesEnding :many
select d.public_id from mandate m join dossier d on d.id = m.dossier_id
where m.stands and m.warned_at is null and m.state in ('proposed', 'confirmed', 'verified') and m.ends_at > @at and m.ends_at <= @until order by m.ends_at limit 500;

-- name: MandateWarned :exec
update mandate set warned_at = @at where id = @id;

-- What an account is asked that has not proven yet that it is the applicant's.
-- name: MandatesAsking :many
select d.public_id, d.procedure, m.proposed_at, m.state from mandate m join dossier d on d.id = m.dossier_id join account a on a.email_index = m.principal_index
where a.id = @account_id and a.kind = 'person' and a.state = 'active' and m.stands and (m.known_at is null or m.principal_id is null) and m.wrong_at is null and not m.same_address
  and (m.principal_id is null or m.principal_id = a.id) and d.owner_id is distinct from a.id and m.holder_id is distinct from a.id
order by m.proposed_at desc limit 50;

-- Who came to act for more people than usual in one day (of the Principality, as the caller says by its time zone): people, and
-- firms by what their members did together.
-- name: MandatesHarvest :many
select x.who::bigint as who, x.firm::boolean as firm, x.day::date as day, x.n::int as n, x.denied::int as denied, x.wrong::int as wrong from (
  select coalesce(m.holder_id, m.firm_id) as who, m.holder_id is null as firm, (m.proposed_at at time zone @zone::text)::date as day, count(distinct m.dossier_id) as n,
    count(distinct m.dossier_id) filter (where m.state = 'denied') as denied, count(distinct m.dossier_id) filter (where m.wrong_at is not null) as wrong
  from mandate m where m.procedure = @procedure and m.proposed_at >= @since
  group by grouping sets ((m.holder_id, (m.proposed_at at time zone @zone::text)::date), (m.firm_id, (m.proposed_at at time zone @zone::text)::date))
  having count(distinct m.dossier_id) > @more_than::int and coalesce(m.holder_id, m.firm_id) is not null) x
order by 3 desc, 4 desc limit 200;

-- Who is behind a mandate now: the applicant, where an account of theirs was found or has come since, and the firm's members. At the
-- declarant's own address nobody is the applicant.
-- name: MandateWho :one
select coalesce(m.principal_id,
    (select p.id from account p where p.kind = 'person' and p.email_index = m.principal_index and p.state = 'active' and m.wrong_at is null and not m.same_address), 0)::bigint as principal_id,
  array(select f.account_id from firm_member f
    where f.firm_id = m.firm_id and f.account_id is not null and f.since is not null and f.until is null)::bigint[] as members
from mandate m where m.id = @id;

-- The drafts that somebody has lost by a no from the address they gave, of nobody knows whom.
-- name: MandatesLost :many
select d.public_id, d.procedure, m.ended_at from mandate m join dossier d on d.id = m.dossier_id
where m.holder_id = @account_id::bigint and d.owner_id = @account_id::bigint and m.stands and m.state in ('denied', 'revoked')
  and m.ended_by = 'principal' and m.known_at is null and d.state_kind = 'draft'
order by m.id desc limit 50;
