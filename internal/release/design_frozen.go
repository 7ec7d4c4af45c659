package release

import (
	"context"
	"slices"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/store/sqlc"
)

// Frozen is what a choice of levels makes of the months that are frozen already.
type Frozen struct {
	Through  time.Time // last month
	Rows     int
	Cells    int
	Smallest int // rows of the smallest cell of the file
}

// Frozen looks at the frozen rows at some levels: what a second schema over the same people would hand over. ok is false where
// nothing is frozen, or where the levels are not coarser than what was, in every column.
func (b *Bench) Frozen(ctx context.Context, a access.Actor, d *Design, levels []int) (out Frozen, ok bool, err error) {
	defer fault.Wrap(&err, "release.Bench.Frozen %s", d.Procedure.ID)
	h := b.House
	p, err := h.allowed(a, d.Procedure.ID)
	if err != nil {
		return Frozen{}, false, err
	}
	all, err := h.versions(ctx, p)
	if err != nil {
		return Frozen{}, false, err
	}
	v, err := second(d.Procedure, levels)
	if err != nil || len(sources(p, all, v)) == 0 {
		return Frozen{}, false, err
	}
	f, err := h.frozen(ctx, p, all, v, h.Store.Now())
	if err != nil || f.table.Len() == 0 {
		return Frozen{}, false, err
	}
	return f.seen(), true, nil
}

// seen tells of rows that there are.
func (f frozen) seen() Frozen {
	counts := slices.DeleteFunc(f.tally().all(), func(n int) bool { return n == 0 })
	return Frozen{f.through(), f.table.Len(), len(counts), slices.Min(counts)}
}

// second is a second schema over the same people at some levels, which nobody keeps.
func second(p *procedure.Procedure, levels []int) (version, error) {
	rules := at(p.Release, levels, 1, "")
	rules.Release += "-second"
	q := with(p, rules)
	schema, err := schemaOf(q)
	return version{row: sqlc.ReleaseSchema{Name: rules.Release}, p: q, schema: schema}, err
}
