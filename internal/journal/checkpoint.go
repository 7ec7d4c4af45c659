package journal

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/binary"
	"encoding/json"
	"errors"
	"time"

	"guichet/internal/fault"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Checkpoint signs where every chain of the journal ended at an instant. It holds no personal data and can be kept anywhere:
// against it, a journal whose end was cut, or that was written anew, is found out. Each one continues the one before, so the last
// vouches for all.
type Checkpoint struct {
	Number    int       `json:"number"`
	At        time.Time `json:"at"`
	Chains    int64     `json:"chains"` // that go on, that of the readings included
	Lines     int64     `json:"lines"`  // in them, since they began
	Faults    int64     `json:"faults"` // chains that were found broken, for which it does not vouch
	Marks     []byte    `json:"marks"`  // hash of the ends of chains that are new since the one before
	Prev      []byte    `json:"prev"`   // root of the one before
	Root      []byte    `json:"root"`
	Key       []byte    `json:"key"`
	Signature []byte    `json:"signature"` // Ed25519 over the root
}

// mark is where a chain ended when a checkpoint was made.
type mark struct {
	dossierID, seq int64
	hash           []byte
}

func (c *Checkpoint) root() []byte {
	b := binary.BigEndian.AppendUint64(nil, uint64(c.Number))
	b = binary.BigEndian.AppendUint64(b, uint64(c.At.UnixMicro()))
	for _, n := range []int64{c.Chains, c.Lines, c.Faults} {
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	return digest("guichet journal checkpoint", b, c.Marks, c.Prev)
}

// sound tells what is wrong with a checkpoint by itself; "" is nothing.
func (c *Checkpoint) sound() string {
	switch {
	case !bytes.Equal(c.Root, c.root()):
		return "was changed"
	case len(c.Key) != ed25519.PublicKeySize || !ed25519.Verify(c.Key, signed("checkpoint", c.Root), c.Signature):
		return "is not signed by this keyring"
	}
	return ""
}

func signed(what string, content []byte) []byte {
	return append([]byte("guichet journal "+what+"\n"), content...)
}

func marksHash(marks []mark) []byte {
	h := make([]byte, 0, len(marks)*48)
	for _, m := range marks {
		h = binary.BigEndian.AppendUint64(h, uint64(m.dossierID))
		h = binary.BigEndian.AppendUint64(h, uint64(m.seq))
		h = append(h, m.hash...)
	}
	return digest("guichet journal marks", h)
}

// ReadCheckpoint reads one that was kept elsewhere. Invalid: it is none.
func ReadCheckpoint(text []byte) (c Checkpoint, err error) {
	if err := json.Unmarshal(text, &c); err != nil || c.Number < 1 || len(c.Root) == 0 {
		return c, fault.From(fault.Invalid, "", errors.New("this is no checkpoint of a journal"))
	}
	return c, nil
}

// Write puts it in the form in which it is kept elsewhere.
func (c Checkpoint) Write() []byte {
	text, _ := json.MarshalIndent(c, "", "  ") // of these types nothing fails
	return append(text, '\n')
}

// LastCheckpoint is the newest one; NotFound before the first.
func LastCheckpoint(ctx context.Context, q *sqlc.Queries) (c Checkpoint, err error) {
	defer fault.Wrap(&err, "journal.LastCheckpoint")
	row, err := q.JournalCheckpointLast(ctx)
	return fromRow(row), err
}

func fromRow(r sqlc.JournalCheckpoint) Checkpoint {
	return Checkpoint{
		Number: int(r.Number), At: r.At.UTC(), Chains: r.Chains, Lines: r.Lines, Faults: r.Faults, Marks: r.Marks, Prev: r.Prev, Root: r.Root, Key: r.Key, Signature: r.Signature,
	}
}

// sign makes the checkpoint that follows the last one, of the chains that a look found sound.
func sign(ctx context.Context, tx *store.Tx, signer seal.Signer, l *look) (c Checkpoint, err error) {
	if _, err := tx.Q.JournalLinkLock(ctx); err != nil { // two at once would have one number
		return c, err
	}
	before, err := LastCheckpoint(ctx, tx.Q)
	if err != nil && fault.Of(err) != fault.NotFound {
		return c, err
	}
	marks := l.fresh()
	c = Checkpoint{
		Number: before.Number + 1, At: tx.Now, Chains: int64(len(l.heads)), Lines: l.total(), Faults: int64(l.broken()), Marks: marksHash(marks), Prev: before.Root, Key: signer.Public(),
	}
	if c.Prev == nil {
		c.Prev = []byte{}
	}
	c.Root = c.root()
	c.Signature = signer.Sign(signed("checkpoint", c.Root))
	err = tx.Q.JournalCheckpointInsert(ctx, sqlc.JournalCheckpointInsertParams{
		Number: int32(c.Number), At: c.At, Chains: c.Chains, Lines: c.Lines, Faults: c.Faults, Marks: c.Marks, Prev: c.Prev, Root: c.Root, Key: c.Key, Signature: c.Signature,
	})
	if err != nil {
		return c, err
	}
	for _, m := range l.formerly { // what the key of before had signed in the place of lines
		if err := l.base(ctx, tx, m); err != nil {
			return c, err
		}
	}
	in := sqlc.JournalMarksInsertParams{Checkpoint: int32(c.Number)}
	for _, m := range marks {
		in.DossierIds, in.Seqs, in.Hashes = append(in.DossierIds, m.dossierID), append(in.Seqs, m.seq), append(in.Hashes, m.hash)
	}
	if len(marks) == 0 {
		return c, nil
	}
	return c, tx.Q.JournalMarksInsert(ctx, in)
}
