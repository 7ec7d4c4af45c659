-- The register of breaches of personal data: each version of a breach is a line, which is never changed. The lines are chained:
-- one that is altered or taken out breaks the chain. What they say is sealed.
create table breach_line (
  seq    bigint      constraint breach_line_pk primary key,
  breach bigint      not null, -- its number, from 1
  by_id  bigint      not null,
  at     timestamptz not null,
  once   text        not null, -- names the form it was typed in: a second press keeps nothing
  sealed bytea       not null,
  prev   bytea       not null,
  hash   bytea       not null
);
create index breach_line_breach_idx on breach_line (breach, seq);
create unique index breach_line_once_idx on breach_line (once) where once <> '';
create function breach_line_stays() returns trigger language plpgsql as $$
begin
  raise exception 'breach_line is append-only';
end
$$;
create trigger breach_line_stays before update or delete on breach_line for each row execute function breach_line_stays();

-- Where the chain ends, and how many breaches there are. Its row is locked while a line is added, so that two of them queue.
create table breach_chain (
  one      boolean constraint breach_chain_pk primary key default true constraint breach_chain_one check (one),
  seq      bigint  not null,
  head     bytea   not null,
  breaches bigint  not null
);
insert into breach_chain (seq, head, breaches) values (0, '', 0);

-- What the data-protection officer was told of, once each.
create table breach_told (
  breach bigint      not null,
  what   text        not null,
  at     timestamptz not null,
  constraint breach_told_pk primary key (breach, what)
);

---- create above / drop below ----
