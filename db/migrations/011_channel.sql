-- How words reach a person, and what became of each.

-- The number of a person, and how they want to be told; the code that proves it is kept as a keyed index.
create table account_reach (
  account_id    bigint      constraint account_reach_pk primary key constraint account_reach_account references account on delete cascade,
  channel       text        constraint account_reach_channel check (channel in ('email', 'sms', 'both')),
  sealed        bytea,
  proven_at     timestamptz,
  claimed       bytea,
  claimed_at    timestamptz,
  code          bytea,
  code_until    timestamptz,
  tries         int         not null default 0
);

-- One row for each way a message goes; one without an account is to somebody who applied on paper, or to a team's mailbox. Only
-- random tokens leave with it, so that what comes back names nobody.
alter table mail
  drop constraint mail_state,
  alter column account_id drop not null,
  add column channel text  not null default 'email' constraint mail_channel check (channel in ('email', 'sms')),
  add column token   text  not null default replace(gen_random_uuid()::text, '-', ''),
  add column carrier text  not null default '',
  add column fate_at timestamptz,
  add column asked_at timestamptz,
  add column counts  jsonb;
update mail set state = 'refused' where state = 'failed';
alter table mail add constraint mail_state check (state in ('queued', 'sent', 'accepted', 'refused', 'bounced'));
create unique index mail_token_idx on mail (token);
create index mail_account_idx on mail (account_id, template, queued_at);
create index mail_carrier_idx on mail (carrier, sent_at) where channel = 'sms';
create index mail_asked_idx on mail (asked_at nulls first, sent_at, id) where channel = 'sms' and state = 'sent';

-- Since when no message to the dossier's person arrives.
alter table dossier add column unreachable_at timestamptz;
create index dossier_unreachable_idx on dossier (procedure, unreachable_at, id) where unreachable_at is not null;

-- What agents' mailboxes have still to hear of: of one agent, or of a team.
create table desk_news (
  id         bigint      generated always as identity primary key,
  procedure  text        not null,
  team       text        not null,
  account_id bigint      constraint desk_news_account references account on delete cascade,
  news       text        not null,
  at         timestamptz not null,
  due_at     timestamptz not null
);
create index desk_news_due_idx on desk_news (due_at);

---- create above / drop below ----
