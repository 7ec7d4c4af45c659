-- What is set on the configuration screens (RP-159). The table setting holds what is in force; every change stays here, with
-- who made it, when, and what stood before. The lines are chained: one that is altered or taken out breaks the chain.
create table setting_change (
  seq        bigint      constraint setting_change_pk primary key,
  key        text        not null,
  value      jsonb,      -- null: as the files have it
  was        jsonb,      -- null: it was as the files have it
  by_id      bigint      not null,
  at         timestamptz not null,
  takes_back bigint      constraint setting_change_takes_back references setting_change,
  prev       bytea       not null,
  hash       bytea       not null
);
create index setting_change_key_idx on setting_change (key, seq);
create function setting_change_stays() returns trigger language plpgsql as $$
begin
  raise exception 'setting_change is append-only';
end
$$;
create trigger setting_change_stays before update or delete on setting_change for each row execute function setting_change_stays();

-- Where the chain ends. Its row is locked while a change is made, so that two of them queue.
create table setting_chain (
  one  boolean constraint setting_chain_pk primary key default true constraint setting_chain_one check (one),
  seq  bigint  not null,
  head bytea   not null
);
insert into setting_chain (seq, head) values (0, '');

-- The change that put it there; 0 for what no screen sets.
alter table setting add seq bigint not null default 0;

---- create above / drop below ----
