package release

import (
	"bytes"
	"context"
	"strconv"
	"strings"

	"guichet/internal/anonymise"
	"guichet/internal/procedure"
	"guichet/internal/tabulate"
)

// tabulateFrozen counts, for the questions that show a secret, the cohorts that were not counted yet: rows that were
// released, of which nobody can be found. One that was frozen with other columns or levels has no answer.
func (h *House) tabulateFrozen(ctx context.Context, p *procedure.Procedure) error {
	var open []*procedure.Question
	for i := range p.Questions {
		if p.Questions[i].Frozen() {
			open = append(open, &p.Questions[i])
		}
	}
	if len(open) == 0 {
		return nil
	}
	all, err := h.versions(ctx, p)
	if err != nil {
		return err
	}
	for _, v := range current(all) {
		if v.row.Name != p.ID {
			continue
		}
		f, err := h.frozen(ctx, p, all, v, h.Store.Now())
		if err != nil {
			return err
		}
		for _, q := range open {
			if err := h.tabulateCohorts(ctx, p, q, f); err != nil {
				return err
			}
		}
	}
	return nil
}

func (h *House) tabulateCohorts(ctx context.Context, p *procedure.Procedure, q *procedure.Question, f frozen) error {
	columns, ok := columnsFor(f.v.p.Release, q)
	if !ok {
		return nil
	}
	done, err := h.tabulated(ctx, p, q)
	if err != nil {
		return err
	}
	var out []monthly
	for i, c := range f.cohorts {
		if done[f.months[i]] {
			continue
		}
		table, err := anonymise.Concat(f.v.schema, c)
		if err != nil {
			return err
		}
		grid := gridOf(p, q, f.months[i])
		told, err := tabulate.Perturb(grid, h.rowsOf(grid.Scope, q, table, columns))
		if err != nil {
			return err
		}
		out = append(out, monthly{q, f.months[i], told})
	}
	return h.keepCounts(ctx, p, out)
}

// columnsFor finds where each thing a question counts by stands in rows frozen by a schema; none where it is written at
// another level, or not at all.
func columnsFor(s *procedure.ReleaseSchema, q *procedure.Question) (at []int, ok bool) {
	written := s.Written()
	for _, by := range q.Within() {
		found := -1
		for i, c := range written {
			if c.ID == by.Column && bytes.Equal(levelPrint(c.Levels[c.Level]), levelPrint(by.Of.Levels[by.Level])) {
				found = i
			}
		}
		if found < 0 {
			return nil, false
		}
		at = append(at, found)
	}
	return at, true
}

// rowsOf reads released rows. They have no name, so the key of one is of its values and its number among its equals.
func (h *House) rowsOf(scope string, q *procedure.Question, table anonymise.Table, columns []int) []tabulate.Record {
	var out []tabulate.Record
	equals := map[string]int{}
	for row := range table.Rows() {
		name := scope + "\x1f" + strings.Join(row, "\x1f")
		equals[name]++
		r := tabulate.Record{Key: tabulate.KeyOf(h.Office.Keys.Index("row key", name+"\x1f"+strconv.Itoa(equals[name])))}
		for i, by := range q.Within() {
			r.Values = append(r.Values, place(by, row[columns[i]]))
		}
		out = append(out, r)
	}
	return out
}
