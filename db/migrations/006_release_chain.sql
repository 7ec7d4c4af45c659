-- A release's journal is chained as a dossier's is: each line holds the hash of the one before, and the row of its procedure
-- holds where the chain ends. Whoever writes queues on that row. Lines of before have no number.
create table release_chain (
  procedure text not null constraint release_chain_pk primary key,
  seq       int  not null,
  head      bytea -- null before the first line
);
alter table release_act
  add seq int,
  add prev bytea,
  add hash bytea,
  add constraint release_act_chain unique (procedure, seq);

-- Why a second person refused a version, sealed.
alter table release_schema add word bytea;

---- create above / drop below ----
