-- name: BreachChainLock :one
select seq, head, breaches from breach_chain for update;

-- name: BreachOnce :many
select * from breach_line where once = @once limit 1;

-- name: BreachLast :many
select seq from breach_line where breach = @breach order by seq desc limit 1;

-- name: BreachInsert :exec
with moved as (update breach_chain set seq = @seq, head = @hash, breaches = @breaches)
insert into breach_line (seq, breach, by_id, at, once, sealed, prev, hash) values (@seq, @breach, @by_id, @at, @once, @sealed, @prev, @hash);

-- name: BreachLines :many
select * from breach_line order by seq;

-- name: BreachTold :many
select what from breach_told where breach = @breach;

-- name: BreachToldInsert :exec
insert into breach_told (breach, what, at) values (@breach, @what, @at) on conflict do nothing;
