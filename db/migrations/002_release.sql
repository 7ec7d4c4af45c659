-- Versions of a release schema. The file beside the form is the base; the others are written at the desk, by one person,
-- and come into force when a second one approves. A version's content never changes.
create table release_schema (
  id          bigint generated always as identity primary key,
  public_id   text        not null constraint release_schema_public_id unique,
  procedure   text        not null,
  name        text        not null, -- the procedure's id for its first schema; another for a coarsening of it
  version     int         not null,
  fingerprint bytea       not null, -- of what decides what is written: levels, values, bounds
  sha256      bytea       not null, -- of the content's bytes
  content     text        not null, -- YAML
  origin      text        not null constraint release_schema_origin check (origin in ('file', 'desk')),
  state       text        not null constraint release_schema_state check (state in ('proposed', 'approved', 'refused')),
  floor_share real        not null default 1, -- of the made-up stream that it releases (P11)
  author      bigint, -- null: the file
  at          timestamptz not null,
  decided_by  bigint,
  decided_at  timestamptz,
  constraint release_schema_four_eyes check (decided_by is null or author is null or decided_by <> author),
  constraint release_schema_decided check (origin = 'file' or state = 'proposed' or (author is not null and decided_by is not null and decided_at is not null)),
  constraint release_schema_content unique (procedure, sha256)
);
create unique index release_schema_once on release_schema (procedure, name, version, origin) where state <> 'refused' and origin = 'desk';

-- Who asked for a file, and who let it be made: never the same person.
create table release_request (
  id         bigint generated always as identity primary key,
  public_id  text        not null constraint release_request_public_id unique,
  procedure  text        not null,
  schema_id  bigint      not null constraint release_request_schema references release_schema,
  through    date        not null, -- last month in the file: fixed when it is asked, so that a second try gives the same bytes
  lang       text        not null constraint release_request_lang check (lang in ('fr', 'en')),
  state      text        not null constraint release_request_state check (state in ('asked', 'refused', 'approved', 'making', 'ready', 'failed')),
  reason     bytea       not null, -- sealed
  asked_by   bigint      not null,
  asked_at   timestamptz not null,
  decided_by bigint,
  decided_at timestamptz,
  word       bytea, -- of who decided, sealed
  fault      text        not null default '', -- key of the text that says why no file was made
  constraint release_request_four_eyes check (decided_by is null or decided_by <> asked_by),
  constraint release_request_decided check (state = 'asked' or (decided_by is not null and decided_at is not null))
);
create index release_request_procedure_idx on release_request (procedure, id);

-- The file stands with its line: the data name nobody. The files of before had a line alone.
alter table release_file
  add request_id bigint constraint release_file_request references release_request,
  add name text not null default '',
  add content bytea,
  add certificate bytea;
create unique index release_file_once on release_file (request_id);

-- The ledger: what was handed over so far, as counters of released records alone.
create table release_count (
  procedure text  not null,
  schema    bytea not null, -- fingerprint
  cell      text  not null, -- the values of a row, as a JSON list
  count     int   not null,
  constraint release_count_pk primary key (procedure, schema, cell)
);

-- How many dossiers a column's hierarchy did not know at a freeze: never the value (P13).
create table release_miss (
  procedure text  not null,
  schema    bytea not null,
  month     date  not null,
  col       text  not null,
  count     int   not null,
  constraint release_miss_pk primary key (procedure, schema, month, col)
);

-- A month is frozen once, by whichever version was in force. Earlier ones may have been frozen by two: those stay.
do $$
declare
  since date;
begin
  select coalesce(max(month) + 1, '-infinity') into since
  from (select month from release_cohort group by procedure, month having count(*) > 1) as twice;
  execute format('create unique index release_cohort_month on release_cohort (procedure, month) where month >= %L::date', since);
end
$$;

-- Who did what with releases, and when; nobody changes a line afterwards.
create table release_act (
  id         bigint generated always as identity primary key,
  procedure  text        not null,
  request_id bigint      constraint release_act_request references release_request,
  schema_id  bigint      constraint release_act_schema references release_schema,
  actor_id   bigint, -- null: the clock, or the prompt of the server
  act        text        not null,
  at         timestamptz not null
);
create index release_act_request_idx on release_act (request_id, id);
create function release_act_stays() returns trigger language plpgsql as $$
begin
  raise exception 'release_act is append-only';
end
$$;
create trigger release_act_stays before update or delete on release_act for each row execute function release_act_stays();

---- create above / drop below ----
