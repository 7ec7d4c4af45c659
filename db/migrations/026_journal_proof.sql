-- Readers wait for nobody, so readings are chained afterwards, by one job: a link for each, in the order they were found.
create table journal_link (
  seq        bigint      not null constraint journal_link_pk primary key,
  read_id    bigint      not null constraint journal_link_read unique, -- outlives the reading
  commitment bytea       not null,                                     -- to who read
  salt       bytea,                                                    -- erased with who read
  leaf       bytea       not null,                                     -- of the reading; what is left of one that is gone
  prev       bytea       not null,
  hash       bytea       not null,
  read_at    timestamptz not null,
  at         timestamptz not null                                      -- when it was chained
);

-- A checkpoint signs where every chain ends, all chains under one root: the marks that are new since the one before, and its root.
create table journal_checkpoint (
  number    int         not null constraint journal_checkpoint_pk primary key,
  at        timestamptz not null,
  chains    bigint      not null,
  lines     bigint      not null, -- in all chains, those that are gone included
  faults    bigint      not null, -- chains that were found broken, and are not vouched for
  marks     bytea       not null, -- hash of its marks
  prev      bytea       not null,
  root      bytea       not null,
  key       bytea       not null,
  signature bytea       not null
);
create table journal_mark (
  checkpoint int    not null constraint journal_mark_checkpoint references journal_checkpoint,
  dossier_id bigint not null, -- 0: the readings
  seq        bigint not null,
  hash       bytea  not null,
  constraint journal_mark_pk primary key (dossier_id, seq)
);
create index journal_mark_checkpoint_idx on journal_mark (checkpoint);

-- Lines that are too old are gone; what they amounted to is signed in their place (RP-185).
create table journal_base (
  dossier_id bigint      not null constraint journal_base_pk primary key, -- 0: the readings
  seq        bigint      not null,
  hash       bytea       not null,
  at         timestamptz not null,
  signature  bytea       not null
);

-- Where the chain of a dossier ends that is gone itself.
create table journal_tail (
  dossier_id bigint      not null constraint journal_tail_pk primary key,
  procedure  text        not null,
  seq        int         not null,
  head       bytea       not null,
  at         timestamptz not null
);
insert into journal_tail (dossier_id, procedure, seq, head, at)
select distinct on (e.dossier_id) e.dossier_id, '', e.seq, e.hash, e.at from journal_entry e
where not exists (select from dossier d where d.id = e.dossier_id) order by e.dossier_id, e.seq desc;

-- What the last readings of the whole journal found.
create table journal_check (
  at       timestamptz not null constraint journal_check_pk primary key,
  lines    bigint      not null,
  readings bigint      not null,
  faults   bigint      not null,
  first    text        not null -- the first of them, in words for who keeps the service
);

---- create above / drop below ----
