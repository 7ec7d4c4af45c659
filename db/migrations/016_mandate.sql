-- Who acts for whom, by what right, until when.

-- A practice whose members act for the same people. Its name and the addresses it invites are sealed under its own key.
create table firm (
  id          bigint generated always as identity primary key,
  wrapped_key bytea       not null,
  wrapped_by  text        not null,
  sealed      bytea       not null,
  created_at  timestamptz not null
);

-- since is null as long as the one invited has not said yes; until ends it at once.
create table firm_member (
  id          bigint generated always as identity primary key,
  firm_id     bigint      not null constraint firm_member_firm references firm on delete cascade,
  account_id  bigint      constraint firm_member_account references account on delete cascade,
  email_index bytea       not null,
  sealed      bytea       not null, -- the address that was invited
  role        text        not null constraint firm_member_role check (role in ('head', 'member')),
  invited_at  timestamptz not null,
  since       timestamptz,
  until       timestamptz
);
create unique index firm_member_invited_idx on firm_member (firm_id, email_index) where until is null;
create unique index firm_member_once_idx on firm_member (account_id) where since is not null and until is null;
create index firm_member_email_idx on firm_member (email_index) where until is null;
create index firm_member_firm_idx on firm_member (firm_id) where since is not null and until is null;

-- One row for each time somebody came to act for the applicant of a dossier. The one that stands decides who may do what, also
-- once it has ended; others are history. How the applicant is reached is sealed under the dossier's key; the index only finds
-- the account of that address, where there is one.
create table mandate (
  id              bigint generated always as identity primary key,
  public_id       text        not null constraint mandate_public_id unique,
  dossier_id      bigint      not null constraint mandate_dossier references dossier on delete cascade,
  procedure       text        not null,
  stands          boolean     not null default true,
  holder_id       bigint      constraint mandate_holder references account on delete set null,
  firm_id         bigint      constraint mandate_firm references firm on delete set null,
  principal_id    bigint      constraint mandate_principal references account on delete set null,
  principal_index bytea       not null,
  same_address    boolean     not null default false, -- the holder's own: nobody else can be asked
  kind            text        not null,
  scope           text[]      not null constraint mandate_scope check (scope <@ array['fill', 'submit', 'receive', 'withdraw']),
  starts_at       timestamptz not null,
  ends_at         timestamptz not null,
  state           text        not null constraint mandate_state check (state in ('proposed', 'confirmed', 'verified', 'revoked', 'denied', 'expired', 'lapsed')),
  proof           text        not null default '', -- public id of the document that proves it
  proof_index     bytea,                           -- keyed index of its SHA-256
  sealed          bytea       not null,
  proposed_at     timestamptz not null,
  confirmed_at    timestamptz,
  verified_at     timestamptz,
  verified_by     bigint,
  ended_at        timestamptz,
  ended_by        text        not null default '', -- holder | principal | agent | clock
  code            bytea,
  code_until      timestamptz,
  tries           int         not null default 0,
  codes           int         not null default 0,
  codes_since     timestamptz
);
create unique index mandate_stands_idx on mandate (dossier_id) where stands;
create index mandate_holder_idx on mandate (holder_id) where stands;
create index mandate_firm_idx on mandate (firm_id) where stands and firm_id is not null;
create index mandate_principal_idx on mandate (principal_index) where stands;
create index mandate_ends_idx on mandate (ends_at) where stands and state in ('proposed', 'confirmed', 'verified');
create index mandate_proposed_idx on mandate (procedure, proposed_at, holder_id);

-- One-time links to the applicant: only the hash is kept.
create table mandate_link (
  hash       bytea       constraint mandate_link_pk primary key,
  mandate_id bigint      not null constraint mandate_link_mandate references mandate on delete cascade,
  expires_at timestamptz not null,
  used_at    timestamptz
);
create index mandate_link_mandate_idx on mandate_link (mandate_id);

---- create above / drop below ----
