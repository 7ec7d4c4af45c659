-- What an inquiry has found, and the answer that is put together of it and fetched by its person with a link and a code.
create table inquiry_found (
  dossier_id bigint      not null constraint inquiry_found_dossier references dossier on delete cascade,
  found_id   bigint      not null constraint inquiry_found_found references dossier on delete cascade,
  by_id      bigint      not null,
  at         timestamptz not null,
  constraint inquiry_found_pk primary key (dossier_id, found_id)
);
create index inquiry_found_found_idx on inquiry_found (found_id);

create table answer_package (
  dossier_id  bigint      constraint answer_package_pk primary key constraint answer_package_dossier references dossier on delete cascade,
  pdf         text        not null, -- its files
  json        text        not null,
  files       text[]      not null, -- of holders' answers, chosen to be handed over
  made_by     bigint      not null,
  made_at     timestamptz not null,
  link        bytea       constraint answer_package_link unique, -- hash; none before it is delivered
  link_until  timestamptz,
  code        bytea, -- keyed index; used up by its use
  code_until  timestamptz,
  tries       int         not null default 0,
  codes       int         not null default 0, -- sent since codes_since
  codes_since timestamptz,
  pass        bytea, -- hash: what a code gives, for a quarter of an hour
  pass_until  timestamptz,
  opened_at   timestamptz
);

---- create above / drop below ----
