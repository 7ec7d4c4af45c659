-- What the desk's first months asked for.

-- What came in before there was a scanner is found when there is one.
create index document_unscanned_idx on document (id) where verdict = 'unscanned' and state <> 'removed';

-- A view's name may be somebody's: it is sealed, and known again by a keyed index.
delete from saved_view;
alter table saved_view
  drop column name, -- with the constraint on it
  drop column query,
  add called bytea not null, -- keyed index of the name
  add sealed bytea not null, -- name and parameters
  add constraint saved_view_called unique (account_id, called);

-- Filings that were an agent's correction: not sent by the person.
alter table dossier add corrected int not null default 0;

-- Acts that were prepared and never begun go.
create index bulk_act_prepared_idx on bulk_act (at) where state = 'prepared';

---- create above / drop below ----
