package anonymise

import (
	"fmt"
	"maps"
	"slices"

	"guichet/internal/fault"
)

// Coarsening takes the frozen rows of one schema to a second that tells less of the same people. Only such a second schema
// is admitted over them: what it writes follows from what was released, so it adds nothing for an attacker who sees both
// (anonymisation.md, section 2; P8).
type Coarsening struct {
	fine, coarse *Schema
	from         []int               // for each coarse column, the fine column it comes from
	to           []map[string]string // for each coarse column, what a fine value becomes
}

// NewCoarsening refuses, with fault.Invalid, a schema that is not coarser than fine in every column: a column of its own, a
// level that cuts across, a sensitive column at another level, or other bounds.
func NewCoarsening(fine, coarse *Schema) (_ *Coarsening, err error) {
	defer fault.Wrap(&err, "anonymise.NewCoarsening %s of %s", coarse.rules.ID, fine.rules.ID)
	a, b := fine.rules, coarse.rules
	if a.K != b.K || a.M != b.M || a.Diverse != b.Diverse || a.Share != b.Share {
		return nil, coarse.notCoarser("its bounds are not those of the first schema")
	}
	c := &Coarsening{fine: fine, coarse: coarse}
	for _, column := range b.Columns {
		i := slices.IndexFunc(a.Columns, func(x ReleaseColumn) bool { return x.Name == column.Name })
		if i < 0 {
			return nil, coarse.notCoarser(fmt.Sprintf("column %q is not one of the first schema", column.Name))
		}
		to, what := coarser(a.Columns[i], column)
		if what != "" {
			return nil, coarse.notCoarser(fmt.Sprintf("column %q %s", column.Name, what))
		}
		c.from, c.to = append(c.from, i), append(c.to, to)
	}
	return c, nil
}

func (s *Schema) notCoarser(what string) error {
	return problem("schema "+s.rules.ID, 0, what, "a second schema over the same people may only drop columns or write them at coarser levels")
}

// coarser finds what each written value of a column becomes in the coarser one, or says why it is not coarser.
func coarser(fine, coarse ReleaseColumn) (to map[string]string, what string) {
	if fine.Sensitive != coarse.Sensitive {
		return nil, "is sensitive in one schema alone"
	}
	to = make(map[string]string)
	for _, value := range fine.Hierarchy.Values(0) {
		before, _ := fine.Hierarchy.At(value, fine.Level)
		after, known := coarse.Hierarchy.At(value, coarse.Level)
		if !known {
			return nil, "does not know every value of the first schema"
		}
		if earlier, seen := to[before]; seen && earlier != after {
			return nil, "tells apart what the first schema writes as one"
		}
		if fine.Sensitive && before != after {
			return nil, "is sensitive and at another level: its groups would have to be judged again"
		}
		to[before] = after
	}
	return to, ""
}

// Cohort makes the coarser cohort of a frozen one, under the same label, and holds it to the coarser schema. Cells merge
// whole, so the households and filers of the smallest are at least those of the fine cohort's smallest, which stand for them.
func (c *Coarsening) Cohort(frozen Cohort) (out Cohort, err error) {
	defer fault.Wrap(&err, "anonymise.Coarsening.Cohort %s", c.coarse.rules.ID)
	if err := c.fine.verify(frozen); err != nil {
		return Cohort{}, err
	}
	out = Cohort{label: frozen.label, fingerprint: c.coarse.fingerprint, columns: c.coarse.names(), heldBack: frozen.heldBack}
	count := make(map[string]int)
	for _, row := range frozen.rows {
		cells := make([]string, len(c.from))
		for i, from := range c.from {
			cells[i] = c.to[i][row[from]]
		}
		out.rows = append(out.rows, cells)
		count[cellKey(cells, c.coarse.all())]++
	}
	slices.SortFunc(out.rows, slices.Compare[[]string])
	out.smallest = frozen.smallest
	if len(count) > 0 {
		out.smallest.Rows = slices.Min(slices.Collect(maps.Values(count)))
	}
	return out, c.coarse.verify(out)
}
