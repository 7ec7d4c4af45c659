package journal

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"time"

	"guichet/internal/fault"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Linked asks for the readings since the last time to be chained: one job, since readers wait for nobody.
type Linked struct{}

// Kind names the job.
func (Linked) Kind() string { return "journal_link" }

// batch is how many readings are chained in one transaction.
const batch = 2000

// late is how long after a reading its transaction may still be under way, at most.
const late = time.Hour

// Link chains the readings that no link has yet, in the order of their numbers. Two at once wait for each other.
func Link(ctx context.Context, s *store.Store) (n int, err error) {
	defer fault.Wrap(&err, "journal.Link")
	for {
		more := 0
		err := s.InTx(ctx, func(tx *store.Tx) error {
			more, err = linkSome(ctx, tx)
			return err
		})
		if n += more; err != nil || more < batch {
			return n, err
		}
	}
}

func linkSome(ctx context.Context, tx *store.Tx) (int, error) {
	if _, err := tx.Q.JournalLinkLock(ctx); err != nil {
		return 0, err
	}
	end, err := tx.Q.JournalLinkEnd(ctx)
	if err != nil {
		return 0, err
	}
	rows, err := tx.Q.JournalUnlinked(ctx, sqlc.JournalUnlinkedParams{Since: end.Until.Add(-late), Lim: batch})
	if err != nil {
		return 0, err
	}
	seq, head := end.Seq, end.Hash
	for _, r := range rows {
		seq++
		salt := seal.Salt()
		link := sqlc.JournalLinkInsertParams{
			Seq: seq, ReadID: r.ID, Salt: salt, Commitment: seal.Commit(salt, personal(number(r.ActorID), nil)), Prev: head, At: tx.Now, ReadAt: r.At,
		}
		link.Leaf = leaf(reading{r.ID, r.DossierID, r.At, r.Role, r.What, r.Basis}, link.Commitment)
		link.Hash = linkHash(seq, head, r.At, link.Leaf)
		head = link.Hash
		if err := tx.Q.JournalLinkInsert(ctx, link); err != nil {
			return 0, err
		}
	}
	return len(rows), nil
}

// reading is what of one stays when who read is forgotten.
type reading struct {
	id, dossierID     int64
	at                time.Time
	role, what, basis string
}

func leaf(r reading, commitment []byte) []byte {
	b := binary.BigEndian.AppendUint64(nil, uint64(r.id))
	b = binary.BigEndian.AppendUint64(b, uint64(r.dossierID))
	b = binary.BigEndian.AppendUint64(b, uint64(r.at.UnixMicro()))
	return digest("guichet journal reading", b, []byte(r.role), []byte(r.what), []byte(r.basis), commitment)
}

func linkHash(seq int64, prev []byte, at time.Time, leaf []byte) []byte {
	b := binary.BigEndian.AppendUint64(nil, uint64(seq))
	b = binary.BigEndian.AppendUint64(b, uint64(at.UnixMicro()))
	return digest("guichet journal link", b, prev, leaf)
}

// digest hashes parts so that no two lists of parts give the same bytes.
func digest(what string, parts ...[]byte) []byte {
	h := sha256.New()
	h.Write([]byte(what))
	for _, p := range parts {
		h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(p))))
		h.Write(p)
	}
	return h.Sum(nil)
}

func number(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}
