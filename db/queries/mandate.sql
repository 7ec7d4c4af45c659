-- A new mandate takes the place of one that lapsed. same_address: the applicant's address is the declarant's own, by their
-- account or by what they say.
-- name: MandateInsert :one
insert into mandate (public_id, dossier_id, procedure, holder_id, firm_id, principal_index, same_address, kind, scope, starts_at, ends_at, state, sealed, proposed_at)
select @public_id, @dossier_id, @procedure, @holder_id::bigint,
  (select f.firm_id from firm_member f where @firm::boolean and f.account_id = @holder_id and f.since is not null and f.until is null),
  @principal_index, @own::boolean or coalesce((select a.email_index = @principal_index from account a where a.id = @holder_id), false),
  @kind, @scope, @at, @ends_at, 'proposed', @sealed, @at
returning *;

-- How often people were asked lately: at an address, for a dossier, by one person; and whether that address has said no to that person.
-- name: MandatesLately :one
select count(*) filter (where m.principal_index = @principal_index)::int as address, count(*) filter (where m.dossier_id = @dossier_id)::int as dossier,
  count(*) filter (where m.holder_id = @holder_id)::int as holder,
  coalesce(bool_or(m.principal_index = @principal_index and m.holder_id = @holder_id and m.state = 'denied'), false)::boolean as denied
from mandate m where m.proposed_at > @since and (m.principal_index = @principal_index or m.dossier_id = @dossier_id or m.holder_id = @holder_id);

-- name: MandateLapse :exec
update mandate set stands = false, state = 'lapsed', ended_at = @at, ended_by = 'holder' where id = @id;

-- Another kind of mandate, as long as nobody has said yes.
-- name: MandateRekind :exec
update mandate set kind = @kind, scope = @scope, ends_at = @ends_at where id = @id and state = 'proposed';

-- name: MandateStanding :one
select * from mandate where dossier_id = @dossier_id and stands;

-- name: MandateConfirm :one
update mandate set state = 'confirmed', confirmed_at = @at, principal_id = coalesce(sqlc.narg('principal_id'), principal_id)
where id = @id and state = 'proposed' and ends_at > @at and not same_address returning id;

-- name: MandateVerify :one
update mandate set state = 'verified', verified_at = @at, verified_by = @by, proof = @proof, proof_index = @proof_index
where id = @id and state in ('proposed', 'confirmed') and ends_at > @at returning id;

-- name: MandateProof :exec
update mandate set proof = @proof, proof_index = @proof_index where id = @id;

-- name: MandateEnd :one
update mandate set state = case when @denies::boolean and state = 'proposed' then 'denied' when @expires::boolean then 'expired' else 'revoked' end,
  ended_at = @at, ended_by = @by, code = null
where id = @id and stands and state in ('proposed', 'confirmed', 'verified') returning state;

-- name: MandatePrincipal :exec
update mandate set principal_id = @principal_id where id = @id;

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
delete from mandate_link where expires_at < @at;

-- A code to the applicant's address, a few in a day.
-- name: MandateCodeAsk :one
update mandate set codes = case when codes_since is null or codes_since < @since then 1 else codes + 1 end,
  codes_since = case when codes_since is null or codes_since < @since then @at else codes_since end
where id = @id and stands and state in ('proposed', 'confirmed', 'verified') and (codes_since is null or codes_since < @since or codes < @most::int) returning id;

-- name: MandateCode :exec
update mandate set code = @code, code_until = @until, tries = 0 where id = @id;

-- Counts a try before its code is looked at, so that tries made at once are all counted.
-- name: MandateTry :one
update mandate set tries = tries + 1 where id = @id and code is not null and code_until > @at and tries < @most::int returning code;

-- name: MandatesOver :many
select d.public_id from mandate m join dossier d on d.id = m.dossier_id
where m.stands and m.state in ('proposed', 'confirmed', 'verified') and m.ends_at <= @at order by m.ends_at limit 500;

-- Who came to act for more people than usual in one day (of the Principality, as the caller says by its time zone).
-- name: MandatesHarvest :many
select m.holder_id::bigint as holder_id, (m.proposed_at at time zone @zone::text)::date as day, count(distinct m.dossier_id)::int as n,
  count(*) filter (where m.state = 'denied')::int as denied
from mandate m where m.procedure = @procedure and m.proposed_at >= @since and m.holder_id is not null
group by 1, 2 having count(distinct m.dossier_id) > @more_than::int order by 2 desc, 3 desc limit 200;
