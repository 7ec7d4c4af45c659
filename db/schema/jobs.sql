-- The part of the job queue's own tables that our queries read; the queue migrates itself.
create schema jobs;
create table jobs.river_job (
  id           bigint      not null,
  kind         text        not null,
  args         bytea       not null,
  state        text        not null,
  scheduled_at timestamptz not null
);
