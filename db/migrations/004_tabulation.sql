-- Answers to declared questions, a month each: every number has the noise of its cell already, and the true ones are kept
-- nowhere. A month is counted once.
create table release_tabulation (
  procedure  text        not null,
  question   bytea       not null, -- fingerprint of what is counted
  month      date        not null,
  counted_at timestamptz not null,
  cells      int[]       not null, -- in the order of the grid; -1 is kept back
  constraint release_tabulation_pk primary key (procedure, question, month)
);
create function release_tabulation_stays() returns trigger language plpgsql as $$
begin
  raise exception 'release_tabulation is never counted again';
end
$$;
create trigger release_tabulation_stays before update on release_tabulation for each row execute function release_tabulation_stays();

---- create above / drop below ----
