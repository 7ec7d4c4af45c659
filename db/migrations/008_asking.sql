-- What is asked has a why and a day; what came back is judged item by item.
alter table asked_item
  add why         text not null default 'other' constraint asked_item_why check (why in ('missing', 'unreadable', 'expired', 'inconsistent', 'other')),
  add judgement   text not null default '' constraint asked_item_judgement check (judgement in ('', 'accepted', 'again')),
  add judged_by   bigint,
  add judged_at   timestamptz;

-- A request being prepared: items gathered while reading, sent at once.
create table prepared_item (
  dossier_id bigint      not null constraint prepared_item_dossier references dossier on delete cascade,
  path       text        not null,
  why        text        not null,
  sealed     bytea       not null, -- the agent's words
  by_id      bigint      not null,
  at         timestamptz not null,
  constraint prepared_item_pk primary key (dossier_id, path)
);

-- The day until which the person may answer; once it is over the dossier comes back to its agent.
alter table dossier
  add answer_by  date,
  add overdue_at timestamptz,
  add reminded   text[] not null default '{}'; -- timers of this day that have gone off
create index dossier_answer_by_idx on dossier (answer_by) where answer_by is not null;
create index dossier_overdue_idx on dossier (procedure, overdue_at, id) where overdue_at is not null;

---- create above / drop below ----
