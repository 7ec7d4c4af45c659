-- A line of the register of a procedure that keeps one. What it says of the person stands in the dossier, and goes with it.
create table register_line (
  dossier_id   bigint  not null constraint register_line_pk primary key constraint register_line_dossier references dossier on delete cascade,
  procedure    text    not null,
  requested_on date    not null, -- of the letter, or of the sending
  received_on  date    not null,
  first        boolean not null  -- nothing alike was received before
);
create index register_line_idx on register_line (procedure, received_on, dossier_id);
insert into register_line (dossier_id, procedure, requested_on, received_on, first)
select d.id, d.procedure, (d.submitted_at at time zone 'Europe/Monaco')::date, d.received_on, not exists (
  select 1 from likeness l join likeness o on o.rule = l.rule and o.token = l.token and o.dossier_id <> l.dossier_id
  join dossier e on e.id = o.dossier_id where l.dossier_id = d.id and e.procedure = d.procedure and (e.received_on, e.id) < (d.received_on, d.id))
from dossier d where d.received_on is not null and d.submitted_at is not null and d.state_kind <> 'draft'
  and d.procedure in (select x.procedure from dossier x where x.due_on is not null);

-- What is left of a line: no reference, no name, months instead of days. Null: its procedure keeps no register.
alter table anonymised add column register jsonb;

-- Who took a register away is found among all readings.
create index journal_read_taken_idx on journal_read (at) where what = 'register_file';

---- create above / drop below ----
