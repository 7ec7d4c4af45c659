-- What is told of the dossiers of a month, counted before they are erased. A month is counted once, all figures of a clock
-- together: counted again, or by other figures, the difference would be of few. What is hidden is kept nowhere.
create table statistic_month (
  procedure  text        not null,
  counts     text        not null, -- the clock: submitted or closed
  month      date        not null,
  counted_at timestamptz not null,
  constraint statistic_month_pk primary key (procedure, counts, month)
);
create table statistic (
  procedure text  not null,
  counts    text  not null,
  month     date  not null,
  figure    bytea not null, -- fingerprint of what is counted
  cells     int[] not null, -- in the order of the grid; -1 is hidden
  constraint statistic_pk primary key (procedure, counts, month, figure),
  constraint statistic_month foreign key (procedure, counts, month) references statistic_month
);
create function statistic_stays() returns trigger language plpgsql as $$
begin
  raise exception 'a month is never counted again';
end
$$;
create trigger statistic_month_stays before update or delete on statistic_month for each row execute function statistic_stays();
create trigger statistic_stays before update or delete on statistic for each row execute function statistic_stays();

---- create above / drop below ----
