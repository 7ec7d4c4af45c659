package breach

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"math"

	"guichet/internal/fault"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// testimony is what the keyring's folder says of the register: where it ended a moment ago. Who owns the database alone cannot
// take it back, so that an end that was cut is found although the count of the lines was set back with it.
type testimony struct {
	Seq  int64  `json:"seq"`
	Hash []byte `json:"hash"`
}

func (h *House) testified() (t testimony, err error) {
	content, err := h.Keys.Witness(seal.OfBreaches)
	if err != nil || content == nil {
		return t, err
	}
	if json.Unmarshal(content, &t) != nil { // somebody has written in it: the register is not what it says
		t = testimony{Seq: math.MaxInt64}
	}
	return t, nil
}

// testify keeps in the folder where the register ends. With any fault the testimony before stays: it is evidence.
func (h *House) testify(ctx context.Context) error {
	rows, broken, err := h.lines(ctx)
	if err != nil || broken != 0 || len(rows) == 0 {
		return err
	}
	was, err := h.testified()
	last := rows[len(rows)-1]
	if err != nil || was.Seq >= last.Seq {
		return err
	}
	content, err := json.Marshal(testimony{last.Seq, last.Hash})
	if err != nil {
		return err
	}
	return h.Keys.Bear(seal.OfBreaches, content)
}

// Verify reads the whole register: how many lines it has, and the first that was altered or taken out, 0 when none was.
func (h *House) Verify(ctx context.Context) (lines int, broken int64, err error) {
	defer fault.Wrap(&err, "breach.Verify")
	rows, broken, err := h.lines(ctx)
	if err != nil {
		return 0, 0, err
	}
	for _, r := range rows {
		if _, err := h.open(r); err != nil {
			broken = min(r.Seq, cmp.Or(broken, r.Seq))
		}
	}
	return len(rows), broken, nil
}

// lines reads the whole register, which is small, and tells whether its chain is whole: broken names the first line that is not as
// it was written.
func (h *House) lines(ctx context.Context) (rows []sqlc.BreachLine, broken int64, err error) {
	// before the lines: what it saw stands in them, unless it was taken out
	seen, err := h.testified()
	if err != nil {
		return nil, 0, err
	}
	err = h.Store.InTx(ctx, func(tx *store.Tx) error {
		end, err := tx.Q.BreachChainLock(ctx)
		if err != nil {
			return err
		}
		if rows, err = tx.Q.BreachLines(ctx); err != nil {
			return err
		}
		broken = brokenAt(rows, end, seen)
		return nil
	})
	return rows, broken, err
}

func brokenAt(rows []sqlc.BreachLine, end sqlc.BreachChainLockRow, seen testimony) int64 {
	prev := []byte{}
	for n, r := range rows {
		altered := r.Seq != int64(n)+1 || !bytes.Equal(r.Prev, prev) || !bytes.Equal(r.Hash, hash(r))
		if altered || r.Seq == seen.Seq && !bytes.Equal(r.Hash, seen.Hash) {
			return int64(n) + 1
		}
		prev = r.Hash
	}
	n := int64(len(rows))
	if end.Seq != n || !bytes.Equal(end.Head, prev) || seen.Seq > n {
		return n + 1
	}
	return 0
}
