-- Who asked for a file may take the request back while nobody has decided.
alter table release_request
  drop constraint release_request_state,
  add constraint release_request_state check (state in ('asked', 'withdrawn', 'refused', 'approved', 'making', 'ready', 'failed')),
  drop constraint release_request_decided,
  add constraint release_request_decided check (state in ('asked', 'withdrawn') or (decided_by is not null and decided_at is not null));

---- create above / drop below ----
