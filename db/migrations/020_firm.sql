-- What an applicant proved of themself, an address that is somebody else's, and how a mandate's end is announced; who invited whom into a firm.

-- known_at: since when the applicant is known, who proved from an account of their address that the dossier is about them.
-- wrong_at: since when it is known that the address is somebody else's. told: how many times the applicant was told that somebody acts.
alter table mandate
  add column known_at    timestamptz,
  add column wrong_at    timestamptz,
  add column warned_at   timestamptz,
  add column told        int not null default 1,
  add column guesses     int not null default 0,
  add column guesses_since timestamptz;
-- Who had taken a dossier over before there was anything to prove keeps it.
update mandate m set known_at = coalesce(m.confirmed_at, m.proposed_at) from dossier d where d.id = m.dossier_id and m.principal_id is not null and d.owner_id = m.principal_id;
create index mandate_ending_idx on mandate (ends_at) where stands and warned_at is null and state in ('proposed', 'confirmed', 'verified');
create index mandate_proposed_by_idx on mandate (holder_id, proposed_at);

alter table firm_member
  add column invited_by bigint constraint firm_member_invited_by references account on delete set null,
  add column ended_by   bigint constraint firm_member_ended_by references account on delete set null;

---- create above / drop below ----
