package statistic

import (
	"crypto/sha256"
	"encoding/json"
	"slices"
	"time"

	"guichet/internal/dossier"
	"guichet/internal/form"
	"guichet/internal/procedure"
	"guichet/internal/tabulate"
	"guichet/internal/workflow"
)

// setOf are the figures of one clock in one month, which are hidden together.
func setOf(p *procedure.Procedure, counts string, month time.Time) tabulate.Set {
	axes := p.Statistics.Axes(counts)
	s := tabulate.Set{Scope: p.ID + " " + counts + " " + month.Format("2006-01"), Least: p.Statistics.Least}
	for _, d := range axes {
		s.Axes = append(s.Axes, tabulate.Axis{ID: d.ID, Values: d.Values})
	}
	for _, f := range p.Statistics.Of(counts) {
		table := []int{}
		for _, id := range f.By {
			table = append(table, slices.Index(axes, p.Statistics.Dimension(id)))
		}
		s.Tables = append(s.Tables, table)
	}
	return s
}

// gridOf is a figure's table of one month.
func gridOf(p *procedure.Procedure, f *procedure.Statistic, month time.Time) tabulate.Grid {
	return setOf(p, f.Counts, month).Grids()[slices.Index(p.Statistics.Of(f.Counts), f)]
}

// printOf is of what a figure counts: under it counts are kept, so that one whose meaning changes begins anew. Its words do not
// matter.
func printOf(s *procedure.Statistics, f *procedure.Statistic) []byte {
	type axis struct {
		Field, Derived, From string
		Cuts                 []int
		Values               []string
	}
	of := struct {
		Least  int
		Counts string
		Axes   []axis
	}{s.Least, f.Counts, []axis{}}
	for _, id := range f.By {
		d := s.Dimension(id)
		of.Axes = append(of.Axes, axis{d.Field, d.Derived, d.From, d.Cuts, d.Values})
	}
	raw, _ := json.Marshal(of) // cannot fail: words and numbers
	sum := sha256.Sum256(raw)
	return sum[:]
}

// recordsOf reads from dossiers what they are counted by.
func recordsOf(axes []*procedure.Dimension, ds []*dossier.Dossier) [][]int {
	out := make([][]int, len(ds))
	for i, d := range ds {
		out[i] = []int{}
		for _, axis := range axes {
			at := slices.Index(axis.Values, valueOf(axis, d))
			if at < 0 { // an option that the definition in force no longer has
				at = len(axis.Values) - 1
			}
			out[i] = append(out[i], at)
		}
	}
	return out
}

// valueOf is what a dossier brings to a dimension.
func valueOf(axis *procedure.Dimension, d *dossier.Dossier) string {
	switch axis.Derived {
	case procedure.ByOutcome:
		return d.State
	case procedure.ByChannel:
		return d.Channel
	case procedure.ByDeadline:
		return punctuality(d)
	case procedure.ByTime:
		return axis.Within(days(axis, d))
	}
	answer := d.Filed[axis.Field]
	if said, ok := d.Agent[axis.Field]; ok {
		answer = said
	}
	switch {
	case len(answer) == 0:
		return procedure.Unsaid
	case len(answer) > 1 && axis.Of.Kind == form.Choices:
		return procedure.Several
	}
	return answer[0]
}

// punctuality tells whether a dossier was closed by the end of the day it was due.
func punctuality(d *dossier.Dossier) string {
	switch {
	case d.DueOn == nil:
		return procedure.NoDay
	case d.DueOn.Before(workflow.Day(*d.ClosedAt)):
		return procedure.Late
	}
	return procedure.OnTime
}

// days are those of the calendar from the dimension's clock to the closing. Where no deadline counts from the receipt, what was
// sent is what was received.
func days(axis *procedure.Dimension, d *dossier.Dossier) int {
	from := workflow.Day(*d.SubmittedAt)
	if axis.From == "received" && d.ReceivedOn != nil {
		from = *d.ReceivedOn
	}
	return max(int(workflow.Day(*d.ClosedAt).Sub(from)/(24*time.Hour)), 0)
}
