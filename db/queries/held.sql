-- What is held about a person beside their dossiers. Of a list as many lines as are asked for, the newest first; 0: all.

-- name: HeldSessions :many
select created_at, seen_at, expires_at, (identity_id is not null)::boolean as by_provider from session where account_id = @account_id::bigint order by created_at desc limit nullif(@most::int, 0);

-- Acts for somebody, or by somebody, that are over too.
-- name: HeldMandates :many
select m.public_id, m.kind, m.state, m.scope, m.starts_at, m.ends_at, m.ended_at, m.ended_by, m.proposed_at, m.confirmed_at, m.verified_at,
  (m.holder_id is not distinct from @person::bigint)::boolean as holds, d.reference
from mandate m join dossier d on d.id = m.dossier_id where m.holder_id = @person or m.principal_id = @person order by m.id desc limit nullif(@most::int, 0);

-- When the administration read a dossier, and in what role: names are not read.
-- name: HeldReadings :many
select r.at, r.role, (r.basis like 'glass:%')::boolean as on_request from journal_read r where r.dossier_id = @dossier_id and r.role <> '' order by r.id desc limit nullif(@most::int, 0);

-- What was agreed to with the account.
-- name: HeldTerms :many
select c.notice, t.text, c.at, c.withdrawn from consent c join notice_text t on t.hash = c.text_hash
where c.account_id = @account_id and c.dossier_id is null order by c.id desc;

-- The firms somebody is in, or was.
-- name: HeldFirms :many
select f.id, f.wrapped_key, f.wrapped_by, f.sealed, m.role, m.invited_at, m.since, m.until from firm_member m join firm f on f.id = m.firm_id
where m.account_id = @account_id order by m.id desc;

-- Whose account stands for the person of a dossier: the applicant's where somebody acts for them, else the owner's. A dossier of
-- the procedure in which it is to prove something proves nothing: anybody may begin one in any name.
-- name: ProofHolder :one
select a.id from account a
where a.kind = 'person' and a.state = 'active' and a.id = (
  select coalesce(m.principal_id, case when m.id is null then d.owner_id end) from dossier d
  left join mandate m on m.dossier_id = d.id and m.stands
  where d.reference = @reference and d.procedure <> @procedure);

-- However many ask at once about one reference, or one person, are counted one after the other, whether there is such a one or not.
-- name: ProofLock :exec
select pg_advisory_xact_lock(hashtextextended('proof ' || @of::text, 0))::text;

-- name: ProofsAsked :one
select count(*)::int from connection_log where account_id = @account_id::bigint and act = @act and at > @since;
