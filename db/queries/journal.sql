-- name: JournalInsert :exec
insert into journal_entry (dossier_id, seq, at, role, act, commitment, prev, hash, actor_id, salt, sealed)
values (@dossier_id, @seq, @at, @role, @act, @commitment, @prev, @hash, sqlc.narg('actor_id'), @salt, @sealed);

-- name: JournalReadInsert :exec
insert into journal_read (dossier_id, actor_id, role, what, at, basis)
values (@dossier_id, @actor_id, @role, @what, @at, @basis);

-- Many are read in one list.
-- name: JournalReadsInsert :exec
insert into journal_read (dossier_id, actor_id, role, what, at, basis)
select unnest(@dossier_ids::bigint[]), @actor_id, @role, @what, @at, @basis;

-- name: JournalByDossier :many
select seq, at, role, act, commitment, prev, hash, actor_id, salt, sealed
from journal_entry where dossier_id = @dossier_id order by seq;

-- What names a person goes; the line stays, and with it the chain.
-- name: JournalDetailErase :exec
update journal_entry set actor_id = null, salt = null, sealed = null where dossier_id = @dossier_id;

-- name: JournalReadErase :exec
with gone as (update journal_read set actor_id = null where dossier_id = @dossier_id returning id)
update journal_link l set salt = null from gone where l.read_id = gone.id;

-- Where a chain ends, before the dossier goes.
-- name: JournalTailInsert :exec
insert into journal_tail (dossier_id, procedure, seq, head, at)
select id, procedure, journal_seq, journal_head, @at from dossier where id = @dossier_id
on conflict (dossier_id) do nothing;

-- A reading is noted with the list of those before it, in one statement.
-- name: JournalReadNoted :many
with noted as (
  insert into journal_read (dossier_id, actor_id, role, what, at, basis) values (@dossier_id, @actor_id, @role, @what, @at, @basis))
select r.actor_id, r.role, r.what, r.at, r.basis from journal_read r where r.dossier_id = @dossier_id order by r.id;

-- name: JournalBase :one
select seq, hash, at, signature from journal_base where dossier_id = @dossier_id;

-- The end of the chain of readings, and the instant up to which readings were chained.
-- name: JournalLinkEnd :one
select coalesce((select l.seq from journal_link l order by l.seq desc limit 1), (select b.seq from journal_base b where b.dossier_id = 0), 0)::bigint as seq,
  coalesce((select l.hash from journal_link l order by l.seq desc limit 1), (select b.hash from journal_base b where b.dossier_id = 0), '')::bytea as hash,
  coalesce((select l.at from journal_link l order by l.seq desc limit 1), '2000-01-01')::timestamptz as until;

-- Whoever chains readings waits for who is at it, and so does who takes names out of them. (7141892: migrations; 7141893 and
-- 7141894: the turning of keys.)
-- name: JournalLinkLock :one
select pg_advisory_xact_lock(7141895)::text;

-- Readings that no link has yet. Those long before the last link have theirs.
-- name: JournalUnlinked :many
select r.id, r.dossier_id, r.actor_id, r.role, r.what, r.at, r.basis from journal_read r
where r.at >= @since and not exists (select from journal_link l where l.read_id = r.id)
order by r.id limit @lim;

-- name: JournalLinkInsert :exec
insert into journal_link (seq, read_id, commitment, salt, leaf, prev, hash, read_at, at)
values (@seq, @read_id, @commitment, @salt, @leaf, @prev, @hash, @read_at, @at);

-- name: JournalCheckpoints :many
select number, at, chains, lines, faults, marks, prev, root, key, signature from journal_checkpoint order by number;

-- name: JournalCheckpointLast :one
select number, at, chains, lines, faults, marks, prev, root, key, signature from journal_checkpoint order by number desc limit 1;

-- name: JournalCheckpointInsert :exec
insert into journal_checkpoint (number, at, chains, lines, faults, marks, prev, root, key, signature)
values (@number, @at, @chains, @lines, @faults, @marks, @prev, @root, @key, @signature);

-- name: JournalMarksInsert :exec
insert into journal_mark (checkpoint, dossier_id, seq, hash)
select @checkpoint, unnest(@dossier_ids::bigint[]), unnest(@seqs::bigint[]), unnest(@hashes::bytea[]);

-- name: JournalBaseUpsert :exec
insert into journal_base (dossier_id, seq, hash, at, signature) values (@dossier_id, @seq, @hash, @at, @signature)
on conflict (dossier_id) do update set seq = excluded.seq, hash = excluded.hash, at = excluded.at, signature = excluded.signature
where journal_base.seq <= excluded.seq;

-- name: JournalPrune :exec
delete from journal_entry where dossier_id = @dossier_id and seq <= @seq;

-- name: JournalLinksPrune :exec
delete from journal_link where seq <= @seq;

-- name: JournalReadsPrune :exec
delete from journal_read r where r.at < @before and (
  exists (select from dossier d where d.id = r.dossier_id and d.procedure = @procedure)
  or exists (select from journal_tail t where t.dossier_id = r.dossier_id and t.procedure = @procedure));

-- Readings of before dossiers left where their chain ends.
-- name: JournalReadsPruneNobodys :exec
delete from journal_read r where r.at < @before and not exists (select from dossier d where d.id = r.dossier_id)
  and not exists (select from journal_tail t where t.dossier_id = r.dossier_id and t.procedure <> '');

-- Marks that are older than every line are of no use; where a chain ended that is gone whole goes with the last of its marks.
-- name: JournalMarksPrune :exec
delete from journal_mark m using journal_checkpoint c where c.number = m.checkpoint and c.at < @before
  and exists (select from journal_base b where b.dossier_id = m.dossier_id and b.seq >= m.seq);

-- name: JournalTailsPrune :exec
with gone as (
  delete from journal_tail t using journal_base b where b.dossier_id = t.dossier_id and b.seq >= t.seq and b.at < @before
    and not exists (select from journal_mark m where m.dossier_id = t.dossier_id) returning t.dossier_id)
delete from journal_base b using gone where b.dossier_id = gone.dossier_id;

-- name: JournalCheckInsert :exec
insert into journal_check (at, lines, readings, faults, first) values (@at, @lines, @readings, @faults, @first) on conflict (at) do nothing;

-- name: JournalChecks :many
select at, lines, readings, faults, first from journal_check order by at desc limit @lim;

-- name: JournalChecksPrune :exec
delete from journal_check where at < @before;

-- Where the chains end that have a line since an instant.
-- name: JournalEndsSince :many
select distinct on (dossier_id) dossier_id, seq, hash from journal_entry where at >= @since order by dossier_id, seq desc;
