-- Who has no account, and comes back by a reference and a code.

-- One look and one row, whether the reference names a dossier or not: how long it takes does not tell them apart.
-- name: DossierGuest :one
select coalesce(d.id, 0)::bigint as id, coalesce(d.public_id, '') as public_id, coalesce(d.procedure, '') as procedure, d.owner_id, coalesce(d.channel, '') as channel
from (values (@reference::text)) r (reference) left join dossier d on d.reference = r.reference;

-- The row of the dossier holds back another asking at the same moment.
-- name: WaysAsked :one
select (select count(*) from way_back w where w.dossier_id = d.id and w.asked_at > @since and w.hash is null)::int from dossier d where d.id = @dossier_id for update;

-- name: WayInsert :exec
insert into way_back (dossier_id, asked_at) values (@dossier_id, @at);

-- A mail that is sent again bears another code.
-- name: WayMint :exec
insert into way_back (dossier_id, asked_at, hash) values (@dossier_id, @at, @hash);

-- name: WayUse :one
update way_back set used_at = @at where hash = @hash and used_at is null and asked_at > @since returning dossier_id;

-- name: WaysErase :exec
delete from way_back where asked_at < @before;
