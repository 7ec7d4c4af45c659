package release

import (
	"context"
	"encoding/json"

	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// enter holds a file to the ledger of what was handed over before, and enters it: for each cell, the rows it adds (or, for a
// file of fewer months, lacks) must be none or k, and diverse, or somebody could be found by subtracting (P7, P12). Anything
// else is a fault of the program: Internal release.ledger, and no file.
func (h *House) enter(ctx context.Context, tx *store.Tx, f frozen, t *tally) error {
	row := f.v.row
	kept, err := tx.Q.ReleaseCounts(ctx, sqlc.ReleaseCountsParams{Procedure: row.Procedure, Schema: row.Fingerprint})
	if err != nil {
		return err
	}
	before := newTally(f.v.p.Release)
	before.month()
	for _, k := range kept {
		var cell []string
		if err := json.Unmarshal([]byte(k.Cell), &cell); err != nil {
			return fault.From(fault.Internal, "release.ledger", err)
		}
		before.add(cell, int(k.Count))
	}
	if !apart(before, t) {
		return fault.New(fault.Internal, "release.ledger")
	}
	cells, counts := make([]string, 0, len(t.cells)), make([]int32, 0, len(t.cells))
	for i, n := range t.all() {
		text, err := json.Marshal(t.cells[i])
		if err != nil {
			return err
		}
		cells, counts = append(cells, string(text)), append(counts, int32(n))
	}
	return tx.Q.ReleaseCountAdd(ctx, sqlc.ReleaseCountAddParams{Procedure: row.Procedure, Schema: row.Fingerprint, Cells: cells, Counts: counts})
}

// apart reports whether two files, each counted by cell, may be had by one reader: one holds the other, and what is left is
// sound.
func apart(before, now *tally) bool {
	rest := newTally0(now)
	added := 0
	for i, n := range now.all() {
		rest.add(now.cells[i], n)
		added += n
	}
	for i, n := range before.all() {
		rest.add(before.cells[i], -n)
		added -= n
	}
	counts := rest.all()
	if added < 0 {
		for i := range counts {
			counts[i] = -counts[i]
		}
	}
	return rest.sound(counts)
}

// newTally0 is an empty tally of the same bounds, with one month.
func newTally0(t *tally) *tally {
	return &tally{k: t.k, diverse: t.diverse, thousands: t.thousands, secrets: t.secrets, index: map[string]int{}, months: [][]int{nil}}
}
