-- What is left of dossiers made anonymous bears numbers of no order: in the order of the certificates of their erasure they would say
-- whose they were. Those that stand are numbered anew, and written anew in that order.
create function number_of_nothing() returns bigint language sql volatile as $$
  select ('x' || lpad(substr(replace(gen_random_uuid()::text, '-', ''), 1, 12), 16, '0'))::bit(64)::bigint
$$;
alter table anonymised alter column id drop identity;
alter table anonymised alter column id set default number_of_nothing();
create temporary table shuffled on commit drop as
  select procedure, rule, state, channel, month, answers, register, day from anonymised order by gen_random_uuid();
delete from anonymised;
insert into anonymised (procedure, rule, state, channel, month, answers, register, day)
  select procedure, rule, state, channel, month, answers, register, day from shuffled;

---- create above / drop below ----
