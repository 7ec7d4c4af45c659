-- An agent whose account was closed is erased with it (DS-110): the row stays for the numbers that journals bear, and holds nobody.
alter table account drop constraint account_state;
alter table account add constraint account_state check (state in ('invited', 'unconfirmed', 'active', 'disabled', 'left', 'erased'));

-- Who confirmed a duty of the deployment, and when (DS-097, DS-098, DS-100). Lines are added and none is changed.
create table duty_confirmed (
  id    bigint      generated always as identity primary key,
  duty  text        not null,
  by_id bigint      not null, -- an account; no reference, so that the line outlives it
  at    timestamptz not null
);
create index duty_confirmed_duty_idx on duty_confirmed (duty, at);

-- Incidents raised at the service desk (DS-093): words of closed lists alone, so that nothing in them can name a person.
create table incident (
  id       bigint      generated always as identity primary key,
  place    text        not null,
  what     text        not null,
  by_id    bigint,               -- null: the house itself
  alarm    text        not null, -- of the house: what is wrong; "" of people
  once     text        not null, -- of people: the form; of the house: the alarm and the day
  at       timestamptz not null,
  number   text        not null default '', -- the desk's
  noted_by bigint,
  noted_at timestamptz,
  constraint incident_once unique (once)
);

---- create above / drop below ----
