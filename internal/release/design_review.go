package release

import (
	"context"
	"slices"
	"strings"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
)

// Review is what a second person looks at before deciding on a version of a schema.
type Review struct {
	Version     Version
	Word        string               // of who decided
	Before      *procedure.Procedure // with the version in force as its schema
	After       *procedure.Procedure // with this one; nil when the form of today refuses it
	Acts        []Acted
	Ready       bool // otherwise its figures are being computed
	Done, Total int  // vectors tried, of how many; 0 while the stream is made up
	Months      []time.Time
	Was, Is     Trial  // of both on the made-up stream; no record: there is nothing to try them on
	Frozen      Frozen // what a second schema makes of the frozen months; no row: none is
}

// Second reports a second schema over the same people: it judges nobody, and its file is made of frozen rows.
func (r *Review) Second() bool { return r.Version.Name != r.Version.Procedure }

// CellWords says what the cells of a line of the proposed version mean.
func (r *Review) CellWords(p text.Printer, line Line) []string {
	return cellWords(columnLabels(p, r.After), r.Is.Columns, line)
}

// Review compares a version with the one in force, for who may export, once both are tried on the made-up stream, or after some
// time says how far that is. NotFound to anybody else; Internal release.journal where somebody altered the journal.
func (b *Bench) Review(ctx context.Context, a access.Actor, id string, wait time.Duration) (_ *Review, err error) {
	defer fault.Wrap(&err, "release.Bench.Review %s", id)
	h := b.House
	row, err := h.Store.Q().ReleaseSchemaByPublicID(ctx, id)
	if err != nil {
		return nil, err
	}
	p, err := h.allowed(a, row.Procedure)
	if err != nil {
		return nil, err
	}
	all, err := h.versions(ctx, p)
	if err != nil {
		return nil, err
	}
	now, err := inForce(p.ID, all)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(v version) bool { return v.row.ID == row.ID })
	if i < 0 {
		return nil, fault.New(fault.NotFound, "")
	}
	v := all[i]
	r := &Review{Version: v.shown(now.row.ID), Word: h.opened(number(row.DecidedBy), row.Word), Before: now.p, After: v.p}
	r.Acts, err = h.journal(ctx, p.ID, func(x sqlc.ReleaseAct) bool { return number(x.SchemaID) == row.ID })
	if err != nil {
		return nil, err
	}
	if r.Ready = !v.usable(); r.Ready {
		return r, nil
	}
	if r.Second() {
		if err := h.lookFrozen(ctx, p, all, v, r); err != nil {
			return nil, err
		}
	}
	return r, b.measure(ctx, r, wait)
}

func (h *House) lookFrozen(ctx context.Context, p *procedure.Procedure, all []version, v version, r *Review) error {
	f, err := h.frozen(ctx, p, all, v, h.Store.Now())
	if err == nil && f.table.Len() > 0 {
		r.Frozen = f.seen()
	}
	return err
}

// measure tries both versions on the stream; those that differ in levels alone share a trial.
func (b *Bench) measure(ctx context.Context, r *Review, wait time.Duration) error {
	if r.Ready = b.House.Stream == nil; r.Ready {
		return nil
	}
	before, after := b.run(r.Before), b.run(r.After)
	patience := time.NewTimer(wait)
	defer patience.Stop()
	for _, run := range []*bout{before, after} {
		select {
		case <-run.ended:
			if run.err != nil {
				return run.err
			}
		case <-patience.C:
			r.Done, r.Total = int(run.done.Load()), int(run.total.Load())
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	r.Ready, r.Months = true, after.months
	was, is := &Design{Procedure: r.Before, run: before}, &Design{Procedure: r.After, run: after}
	var err error
	if r.Was, err = was.Try(levelsOf(r.Before.Release)); err != nil {
		return err
	}
	if r.Second() {
		r.Is = coarsened(r.Was, r.Before, r.After)
		r.Is.Loss = after.stream.Loss(levelsOf(r.After.Release))
		return nil
	}
	r.Is, err = is.Try(levelsOf(r.After.Release))
	return err
}

// coarsened is what a second schema makes of the rows of the first.
func coarsened(t Trial, fine, coarse *procedure.Procedure) Trial {
	out := Trial{Figures: t.Figures}
	columns := coarse.Release.Written()
	from, to := make([]int, len(columns)), make([]map[string]string, len(columns))
	for i, c := range columns {
		out.Columns = append(out.Columns, c.ID)
		from[i] = slices.Index(t.Columns, c.ID)
		to[i] = widened(coarse, fine.Release.Columns, c)
	}
	at := map[string]int{}
	for _, line := range t.Lines {
		cells := make([]string, len(columns))
		for i := range columns {
			if from[i] >= 0 {
				cells[i] = to[i][line.Cells[from[i]]]
			}
		}
		key := strings.Join(cells, "\x1f")
		n, known := at[key]
		if !known {
			at[key] = len(out.Lines)
			out.Lines = append(out.Lines, Line{line.Month, cells, line.Rows})
			continue
		}
		out.Lines[n].Rows += line.Rows
	}
	out.Cells = len(out.Lines)
	return out
}

// widened is, for each value that a column's level in the first schema writes, what its level in the second does.
func widened(p *procedure.Procedure, fine []procedure.Column, c procedure.Column) map[string]string {
	out := map[string]string{}
	for _, f := range fine {
		if f.ID != c.ID || f.Level >= len(f.Levels) {
			continue
		}
		for _, v := range values(p, c) {
			out[step(f.Levels[f.Level], v)] = step(c.Levels[c.Level], v)
		}
	}
	return out
}
