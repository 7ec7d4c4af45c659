-- Where the journal of a procedure's releases ends. The row stays locked until the transaction is over, so that lines queue.
-- name: ReleaseChainLock :one
insert into release_chain (procedure, seq) values (@procedure, 0)
on conflict (procedure) do update set seq = release_chain.seq
returning seq, head;

-- name: ReleaseChainMove :exec
update release_chain set seq = @seq, head = @head where procedure = @procedure;

-- name: ReleaseActInsert :exec
insert into release_act (procedure, request_id, schema_id, actor_id, act, at, seq, prev, hash)
values (@procedure, sqlc.narg('request_id'), sqlc.narg('schema_id'), sqlc.narg('actor_id'), @act, @at, @seq::int, @prev, @hash::bytea);

-- All lines of a procedure with the end of its chain, in one look.
-- name: ReleaseActs :many
select sqlc.embed(a), coalesce(c.seq, 0)::int as last, c.head from release_act a
left join release_chain c on c.procedure = a.procedure
where a.procedure = @procedure order by a.id;
