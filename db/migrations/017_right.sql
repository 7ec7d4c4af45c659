-- Rights inside: who may do what and why, what opens a dossier to the digital service, what is noted of readings, and the
-- second pair of eyes.

-- A right that ended stays as history: the same one may be given again.
alter table agent_grant
  drop constraint agent_grant_once,
  add column begins   timestamptz, -- null: from the instant it was given
  add column reason   bytea,       -- why it was given, sealed
  add column ended_by bigint constraint agent_grant_ended references account;
create index agent_grant_account_idx on agent_grant (account_id, id);

-- Each change of a right: lines are added, never changed.
create table right_act (
  id         bigint generated always as identity primary key,
  at         timestamptz not null,
  actor_id   bigint, -- null: the installation
  account_id bigint      not null, -- whose right
  grant_id   bigint      not null,
  act        text        not null constraint right_act_act check (act in ('give', 'withdraw')),
  before     text        not null, -- the right as it stood and as it stands, in ids and instants
  after      text        not null
);
create function right_act_stays() returns trigger language plpgsql as $$
begin
  raise exception 'right_act is append-only';
end
$$;
create trigger right_act_stays before update or delete on right_act for each row execute function right_act_stays();

-- A written request of the digital service to read named dossiers (RP-162). What it says is sealed, its paper too.
create table glass (
  id         bigint generated always as identity primary key,
  public_id  text        not null constraint glass_public_id unique,
  procedure  text        not null,
  role       text        not null, -- of who asks
  asker_id   bigint      not null constraint glass_asker references account,
  asked_at   timestamptz not null,
  sealed     bytea       not null, -- reference, purpose, references of the dossiers, name of the paper
  paper      bytea       not null, -- the request itself, a PDF, sealed
  state      text        not null constraint glass_state check (state in ('asked', 'open', 'refused', 'ended')),
  decided_by bigint      constraint glass_decider references account,
  decided_at timestamptz,
  word       bytea, -- of who refused, sealed
  until      timestamptz,
  ended_by   bigint      constraint glass_ender references account,
  ended_at   timestamptz,
  constraint glass_second check (decided_by <> asker_id),
  constraint glass_hour check (until <= decided_at + interval '1 hour'),
  constraint glass_open check (state <> 'open' or (decided_by is not null and until is not null))
);
create index glass_open_idx on glass (asker_id) where state = 'open';
create table glass_dossier (
  glass_id   bigint not null constraint glass_dossier_glass references glass on delete cascade,
  dossier_id bigint not null constraint glass_dossier_dossier references dossier on delete cascade,
  constraint glass_dossier_pk primary key (glass_id, dossier_id)
);

-- By what right a dossier was read: own, queue, purpose and which, glass and which; '' from before this was noted.
alter table journal_read add column basis text not null default '';
create index journal_read_at_idx on journal_read using brin (at);

-- Why an agent opens a dossier that is not theirs, and until when that holds.
create table reading_purpose (
  id         bigint generated always as identity primary key,
  dossier_id bigint      not null constraint reading_purpose_dossier references dossier on delete cascade,
  account_id bigint      not null constraint reading_purpose_account references account on delete cascade,
  purpose    text        not null, -- of the definition
  sealed     bytea       not null, -- the words beside it, under the dossier's key
  at         timestamptz not null,
  until      timestamptz not null
);
create index reading_purpose_idx on reading_purpose (dossier_id, account_id, until);

-- Reading that is out of the usual, for a supervisor to look at.
create table watch_alert (
  id         bigint generated always as identity primary key,
  procedure  text        not null,
  account_id bigint      not null constraint watch_alert_account references account on delete cascade, -- who read
  kind       text        not null constraint watch_alert_kind check (kind in ('surname', 'many', 'hours', 'idle')),
  key        text        not null, -- the same reading is told once
  first_at   timestamptz not null,
  last_at    timestamptz not null,
  dossiers   bigint[]    not null,
  found_at   timestamptz not null,
  settled_by bigint      constraint watch_alert_settler references account,
  settled_at timestamptz,
  word       bytea, -- what was found, sealed
  constraint watch_alert_once unique (procedure, account_id, kind, key),
  constraint watch_alert_second check (settled_by <> account_id)
);
create index watch_alert_open_idx on watch_alert (procedure, id) where settled_at is null;

---- create above / drop below ----
