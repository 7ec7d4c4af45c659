-- What agents were told of their own rights (RP-041), by procedure: an account's consents that belong to no dossier.
-- name: AgentNotices :many
select notice, scope, text_hash from consent where account_id = @account_id::bigint and dossier_id is null and withdrawn is null;

-- Once for a notice, or once for each of its wordings.
-- name: AgentNoticeInsert :exec
insert into consent (account_id, notice, scope, text_hash, lang, at)
select @account_id::bigint, @notice::text, @scope::text, @text_hash::bytea, @lang::text, @at::timestamptz
where not exists (
  select 1 from consent
  where account_id = @account_id::bigint and notice = @notice and scope = @scope and dossier_id is null and withdrawn is null
    and (text_hash = @text_hash or not @each_wording::boolean));
