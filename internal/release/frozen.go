package release

import (
	"context"
	"encoding/json"
	"iter"
	"time"

	"guichet/internal/anonymise"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/store/sqlc"
)

// frozen is what a file of one version is made of: its own cohorts, or those of the first schema made coarser.
type frozen struct {
	v       version
	months  []time.Time
	cohorts []anonymise.Cohort
	table   anonymise.Table
}

// through is the last month, zero when there is none.
func (f frozen) through() time.Time {
	if len(f.months) == 0 {
		return time.Time{}
	}
	return f.months[len(f.months)-1]
}

// source tells how kept cohorts of one fingerprint come into a version's file.
type source struct {
	schema *anonymise.Schema
	to     *anonymise.Coarsening // nil: as they are
}

// sources are the kept cohorts that a version's file draws on, by fingerprint: its own, and those of every version with the
// same rules, which a house may have from before two numbers for the same rules were refused. A second schema draws on every
// version of the first that it is a coarsening of.
func sources(p *procedure.Procedure, all []version, v version) map[string]source {
	out := map[string]source{}
	for _, u := range all {
		if !u.first(p) || !u.usable() || v.row.Name == p.ID && !sameFile(u, v) {
			continue
		}
		if c, err := anonymise.NewCoarsening(u.schema, v.schema); err == nil {
			out[string(u.row.Fingerprint)] = source{u.schema, c}
		}
	}
	if v.row.Name == p.ID {
		out[string(v.row.Fingerprint)] = source{schema: v.schema}
	}
	return out
}

// cohort brings a kept cohort into the file. It was kept under its version's fingerprint of then. The list of all that a form
// can be answered grows, and the fingerprint of the same content with it, so the schema of today takes its place: every row is
// held to that one.
func (s source) cohort(kept []byte) (c anonymise.Cohort, err error) {
	parts := map[string]json.RawMessage{}
	if err := json.Unmarshal(kept, &parts); err != nil {
		return c, err
	}
	if parts["schema"], err = json.Marshal(s.schema.Fingerprint()); err != nil {
		return c, err
	}
	if kept, err = json.Marshal(parts); err != nil {
		return c, err
	}
	if c, err = anonymise.DecodeCohort(s.schema, kept); err != nil || s.to == nil {
		return c, err
	}
	return s.to.Cohort(c)
}

// frozen joins the cohorts up to a month: the only data an export is made of.
func (h *House) frozen(ctx context.Context, p *procedure.Procedure, all []version, v version, through time.Time) (f frozen, err error) {
	from := sources(p, all, v)
	var prints [][]byte
	for print := range from {
		prints = append(prints, []byte(print))
	}
	rows, err := h.Store.Q().ReleaseCohorts(ctx, sqlc.ReleaseCohortsParams{Procedure: p.ID, Schemas: prints, Through: through})
	if err != nil {
		return f, err
	}
	f.v = v
	for _, r := range rows {
		c, err := from[string(r.Schema)].cohort(r.Rows)
		if err != nil {
			return f, fault.From(fault.Internal, "release.fault", err)
		}
		f.months, f.cohorts = append(f.months, r.Month), append(f.cohorts, c)
	}
	if len(rows) > 0 {
		f.table, err = anonymise.Concat(v.schema, f.cohorts...)
	}
	return f, err
}

// rows are the file's, each with the number of its cohort.
func (f frozen) rows() iter.Seq2[int, []string] {
	return func(yield func(int, []string) bool) {
		i, left := -1, 0
		for row := range f.table.Rows() {
			for left == 0 {
				i++
				left = f.cohorts[i].Len()
			}
			left--
			if !yield(i, row) {
				return
			}
		}
	}
}

// tally counts the file's rows, month by month, from the table that is written.
func (f frozen) tally() *tally {
	t := newTally(f.v.p.Release)
	for i, row := range f.rows() {
		for len(t.months) <= i {
			t.month()
		}
		t.add(row, 1)
	}
	for len(t.months) < len(f.cohorts) {
		t.month()
	}
	return t
}
