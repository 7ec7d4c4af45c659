package release

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"

	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Acted is a line of a release's journal. Actor 0 is the program.
type Acted struct {
	Actor int64
	Act   string
	At    time.Time
}

// act adds a line to the journal of a procedure's releases, at the end of its chain; whoever adds another waits until this
// transaction is over.
func act(ctx context.Context, tx *store.Tx, line sqlc.ReleaseActInsertParams) error {
	end, err := tx.Q.ReleaseChainLock(ctx, line.Procedure)
	if err != nil {
		return err
	}
	line.At, line.Seq, line.Prev = tx.Now, end.Seq+1, end.Head
	line.Hash = hashOf(line)
	if err := tx.Q.ReleaseActInsert(ctx, line); err != nil {
		return err
	}
	return tx.Q.ReleaseChainMove(ctx, sqlc.ReleaseChainMoveParams{Procedure: line.Procedure, Seq: line.Seq, Head: line.Hash})
}

// journal reads the lines that are wanted, oldest first, and checks the chain of all. Internal release.journal: a line was
// altered, taken out or put in, or the last ones are gone.
func (h *House) journal(ctx context.Context, procedure string, wanted func(sqlc.ReleaseAct) bool) (out []Acted, err error) {
	rows, err := h.Store.Q().ReleaseActs(ctx, procedure)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	var seq int32
	var head []byte
	for _, row := range rows {
		a := row.ReleaseAct
		if a.Seq != nil { // those of before the chain have no number
			if !follows(a, seq, head) {
				return nil, fault.From(fault.Internal, "release.journal", fmt.Errorf("the journal of %s is broken after line %d", procedure, seq))
			}
			seq, head = *a.Seq, a.Hash
		}
		if wanted(a) {
			out = append(out, Acted{Actor: number(a.ActorID), Act: a.Act, At: a.At})
		}
	}
	if end := rows[0]; end.Last != seq || !bytes.Equal(end.Head, head) {
		return nil, fault.From(fault.Internal, "release.journal", fmt.Errorf("the journal of %s ends at line %d, not at %d", procedure, seq, end.Last))
	}
	return out, nil
}

// follows reports that a line is what was written after another.
func follows(a sqlc.ReleaseAct, seq int32, head []byte) bool {
	line := sqlc.ReleaseActInsertParams{
		Procedure: a.Procedure, RequestID: a.RequestID, SchemaID: a.SchemaID, ActorID: a.ActorID, Act: a.Act, At: a.At, Seq: *a.Seq, Prev: a.Prev,
	}
	return *a.Seq == seq+1 && bytes.Equal(a.Prev, head) && bytes.Equal(a.Hash, hashOf(line))
}

// hashOf is of all that a line says, with the hash of the one before.
func hashOf(l sqlc.ReleaseActInsertParams) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(l.Seq))
	b = binary.BigEndian.AppendUint64(b, uint64(l.At.UnixMicro()))
	for _, id := range []*int64{l.RequestID, l.SchemaID, l.ActorID} {
		b = binary.BigEndian.AppendUint64(b, uint64(number(id)))
	}
	for _, s := range []string{l.Procedure, l.Act, string(l.Prev)} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(s)))
		b = append(b, s...)
	}
	sum := sha256.Sum256(b)
	return sum[:]
}

// number is one that may be missing; none is 0.
func number(id *int64) int64 {
	if id == nil {
		return 0
	}
	return *id
}
