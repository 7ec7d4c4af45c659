-- Which master and search keys the keyring has had, and how far each is. No key stands here, only names.
create table keyring_key (
  name         text        constraint keyring_key_pk primary key, -- 'master/0002', 'search/0007'
  made_at      timestamptz not null,
  used_at      timestamptz, -- from then on it wraps: every server had heard of it
  retired_at   timestamptz, -- no row needs it, and none can any more
  destroyed_at timestamptz  -- its file is gone
);

-- The servers at work and the keys each has read. The times are the database's own: servers' clocks differ.
create table keyring_server (
  id      text        constraint keyring_server_pk primary key,
  seen_at timestamptz not null,
  knows   text[]      not null,
  wraps   text        not null
);

create index account_wrapped_by_idx on account (wrapped_by);

-- A server that slept through a rotation must not wrap by a key that is about to go: what it wrapped would be lost. Whoever
-- retires a key takes the lock alone, and so waits for those who have just wrapped by it, and they for it.
create function wrapped_by_no_retired_key() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(7141893);
  if exists (select from fresh f join keyring_key k on k.name = f.wrapped_by where k.retired_at is not null) then
    raise exception 'a data key is wrapped by a retired key' using errcode = '55006';
  end if;
  return null;
end $$;
create trigger data_key_wrapped after insert on data_key referencing new table as fresh for each statement execute function wrapped_by_no_retired_key();
create trigger account_wrapped after insert on account referencing new table as fresh for each statement execute function wrapped_by_no_retired_key();
create trigger firm_wrapped after insert on firm referencing new table as fresh for each statement execute function wrapped_by_no_retired_key();

-- The number of the search key under which a token was made, and the newest under which all of a dossier's were.
alter table search_token add column key smallint not null default 0;
alter table likeness add column key smallint not null default 0;
alter table dossier add column search_key smallint not null default 0;
