// Package journal is the append-only record of acts and readings, hash-chained for each dossier.
package journal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"guichet/internal/fault"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Chain is where a dossier's journal stands; its row is locked while it grows.
type Chain struct {
	DossierID int64
	Seq       int
	Head      []byte
}

// Line is one act. Detail is sealed beside the line and can be erased without breaking the chain,
// since the line holds only a salted commitment to it (design, decision 12).
type Line struct {
	Role    string
	Act     string
	ActorID int64 // 0 = the system
	Detail  Detail
}

// Detail is the personal part of a line: ids of fields, documents and items, a reason; never an answer.
type Detail map[string]string

// Append adds a line at the chain's end and moves the chain on; the caller stores Seq and Head with the dossier.
func Append(ctx context.Context, tx *store.Tx, key seal.Key, c *Chain, l Line) (err error) {
	defer fault.Wrap(&err, "journal.Append %d %s", c.DossierID, l.Act)
	entry, err := Next(tx.Now, key, c, l)
	if err != nil {
		return err
	}
	return tx.Q.JournalInsert(ctx, entry)
}

// Next makes the line at the chain's end and moves the chain on, for a statement that writes it beside what it tells of.
func Next(at time.Time, key seal.Key, c *Chain, l Line) (entry sqlc.JournalInsertParams, err error) {
	plain, err := json.Marshal(l.Detail)
	if err != nil {
		return entry, err
	}
	salt := seal.Salt()
	seq := c.Seq + 1
	sealed, err := key.Seal(plain, place(c.DossierID, seq, at, l.Role, l.Act)...)
	if err != nil {
		return entry, err
	}
	entry = sqlc.JournalInsertParams{
		DossierID: c.DossierID, Seq: int32(seq), At: at, Role: l.Role, Act: l.Act,
		Commitment: seal.Commit(salt, personal(l.ActorID, plain)), Prev: c.Head, ActorID: id(l.ActorID), Salt: salt, Sealed: sealed,
	}
	entry.Hash = hash(entry)
	c.Seq, c.Head = seq, entry.Hash
	return entry, nil
}

// Read notes that somebody reads now; it takes no lock, so that readers never wait for each other.
func Read(ctx context.Context, tx *store.Tx, dossierID int64, r Reading) error {
	return tx.Q.JournalReadInsert(ctx, sqlc.JournalReadInsertParams{
		DossierID: dossierID, ActorID: id(r.ActorID), Role: r.Role, What: r.What, At: tx.Now, Basis: r.Basis,
	})
}

// ReadMany notes that somebody reads a line of each of many dossiers now.
func ReadMany(ctx context.Context, tx *store.Tx, dossierIDs []int64, r Reading) error {
	return tx.Q.JournalReadsInsert(ctx, sqlc.JournalReadsInsertParams{
		DossierIds: dossierIDs, ActorID: id(r.ActorID), Role: r.Role, What: r.What, At: tx.Now, Basis: r.Basis,
	})
}

// Reading is somebody having read a dossier.
type Reading struct {
	ActorID    int64 // 0 once erased, and of another system
	Role, What string
	Basis      string // by what right an agent read: one of the bases, some with a colon and an id; "" where none was noted
	At         time.Time
}

// The bases of a reading.
const (
	Own     = "own"     // it is the agent's dossier
	Queue   = "queue"   // nobody's yet, in the queue of the agent's team
	Left    = "left"    // it was the agent's or in their queue a moment ago
	Purpose = "purpose" // somebody else's: "purpose:" and the id of what was stated
	Glass   = "glass"   // a written request: "glass:" and its id (RP-162)
)

// ReadNoting notes that an agent reads now, and lists the readings of the dossier in order, this one last; one statement.
func ReadNoting(ctx context.Context, tx *store.Tx, dossierID int64, now Reading) (_ []Reading, err error) {
	defer fault.Wrap(&err, "journal.ReadNoting %d", dossierID)
	rows, err := tx.Q.JournalReadNoted(ctx, sqlc.JournalReadNotedParams{
		DossierID: dossierID, ActorID: id(now.ActorID), Role: now.Role, What: now.What, At: tx.Now, Basis: now.Basis,
	})
	if err != nil {
		return nil, err
	}
	out := make([]Reading, 0, len(rows)+1)
	for _, r := range rows {
		x := Reading{Role: r.Role, What: r.What, At: r.At, Basis: r.Basis}
		if r.ActorID != nil {
			x.ActorID = *r.ActorID
		}
		out = append(out, x)
	}
	now.At = tx.Now
	return append(out, now), nil
}

// Entry is a line as it is shown.
type Entry struct {
	Seq     int
	At      time.Time
	Role    string
	Act     string
	ActorID int64
	Detail  Detail // nil when erased
}

// Entries reads a dossier's acts in order and checks the chain; a broken one is an error that names the line.
func Entries(ctx context.Context, q *sqlc.Queries, key seal.Key, dossierID int64, head []byte) (_ []Entry, err error) {
	defer fault.Wrap(&err, "journal.Entries %d", dossierID)
	rows, err := q.JournalByDossier(ctx, dossierID)
	if err != nil {
		return nil, err
	}
	out := make([]Entry, 0, len(rows))
	var prev []byte
	if len(rows) == 0 && len(head) > 0 || len(rows) > 0 && rows[0].Seq > 1 { // older lines were let go
		base, err := q.JournalBase(ctx, dossierID)
		if err != nil {
			return nil, err
		}
		prev = base.Hash
	}
	for _, r := range rows {
		if err := check(r, dossierID, prev); err != nil {
			return nil, err
		}
		prev = r.Hash
		e := Entry{Seq: int(r.Seq), At: r.At, Role: r.Role, Act: r.Act}
		if r.Sealed != nil {
			if err := open(key, dossierID, r, &e); err != nil {
				return nil, err
			}
		}
		out = append(out, e)
	}
	if !bytes.Equal(prev, head) {
		return nil, fmt.Errorf("the journal ends at line %d, the dossier says otherwise", len(rows))
	}
	return out, nil
}

func open(key seal.Key, dossierID int64, r sqlc.JournalByDossierRow, e *Entry) error {
	plain, err := unseal(key, dossierID, *e, r.Sealed)
	if err != nil {
		return err
	}
	if r.ActorID != nil {
		e.ActorID = *r.ActorID
	}
	if !committed(r.Commitment, r.Salt, e.ActorID, plain) {
		return fmt.Errorf("line %d does not hold what it committed to", r.Seq)
	}
	return json.Unmarshal(plain, &e.Detail)
}

func check(r sqlc.JournalByDossierRow, dossierID int64, prev []byte) error {
	want := hash(sqlc.JournalInsertParams{
		DossierID: dossierID, Seq: r.Seq, At: r.At, Role: r.Role, Act: r.Act, Commitment: r.Commitment, Prev: r.Prev,
	})
	if !bytes.Equal(r.Prev, prev) || !bytes.Equal(r.Hash, want) {
		return fmt.Errorf("the journal is broken at line %d", r.Seq)
	}
	return nil
}

func personal(actorID int64, detail []byte) []byte {
	return append(binary.BigEndian.AppendUint64(nil, uint64(actorID)), detail...)
}

func hash(e sqlc.JournalInsertParams) []byte {
	h := sha256.New()
	b := binary.BigEndian.AppendUint64(nil, uint64(e.DossierID))
	b = binary.BigEndian.AppendUint32(b, uint32(e.Seq))
	b = binary.BigEndian.AppendUint64(b, uint64(e.At.UnixMicro()))
	for _, s := range []string{e.Role, e.Act, string(e.Commitment), string(e.Prev)} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(s)))
		b = append(b, s...)
	}
	h.Write(b)
	return h.Sum(nil)
}

func id(n int64) *int64 {
	if n == 0 {
		return nil
	}
	return &n
}
