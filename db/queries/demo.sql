-- name: DemoState :one
select value from setting where key = 'demo';

-- name: DemoStateSet :exec
insert into setting (key, value, at) values ('demo', @value, @now)
on conflict (key) do update set value = excluded.value, at = excluded.at;

-- A demonstration that was interrupted begins anew.
-- name: DemoClear :exec
truncate account, account_token, email_change, session, agent_grant, right_act, firm, firm_member, mandate, mandate_link, glass, glass_dossier, reading_purpose, watch_alert, factor, recovery_code, proposal, used_once, definition, dossier, data_key, ending, answer, document, asked_item, prepared_item, upload, reading,
  saved_view, bulk_act, bulk_item, likeness, keyring_key, keyring_server, message, mention, generated, notice_text, consent, paper_filing, account_reach, desk_news, handover, exchange_token,
  mail_in, register_line, search_order, way_back, inquiry_found, person_search, answer_package, setting_change, journal_entry, journal_read, journal_link, journal_checkpoint, journal_mark, journal_base, journal_tail, journal_check, connection_log, search_token, mail,
  release_chain, release_schema, release_request, release_cohort, release_file, release_count, release_miss, release_act, release_tabulation, statistic_month, statistic,
  breach_line, breach_told, duty_confirmed, incident, forwarded, staff_told, purge_certificate, anonymised, jobs.river_job restart identity cascade;

-- What was set on screens goes as well, and its chain begins anew, as that of breaches does.
-- name: DemoSettingsClear :exec
with chain as (update setting_chain set seq = 0, head = ''), breaches as (update breach_chain set seq = 0, head = '', breaches = 0)
delete from setting where seq > 0;

-- Mails to invented people are never sent.
-- name: DemoMailsDone :exec
update mail set state = 'sent', sent_at = queued_at where state = 'queued';

-- name: DemoJobsDrop :exec
delete from jobs.river_job where kind = 'mail'
  or kind = 'generate' and exists (select from dossier d where d.id = (args ->> 'dossier_id')::bigint and d.state_kind = 'closed');
