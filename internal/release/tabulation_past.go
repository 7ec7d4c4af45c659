package release

import (
	"context"
	"strconv"
	"time"

	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/tabulate"
)

// PastFiled is a made-up dossier with the instant at which it was filed.
type PastFiled struct {
	Past
	Filed time.Time
}

// TabulatePast answers the declared questions of a procedure for months of a demonstration, of dossiers that nobody has any
// more. Those that show a secret are counted from the cohorts that were adopted, as ever.
func (h *House) TabulatePast(ctx context.Context, p *procedure.Procedure, past []PastFiled, months []time.Time) (err error) {
	defer fault.Wrap(&err, "release.TabulatePast %s", p.ID)
	var out []monthly
	for i := range p.Questions {
		q := &p.Questions[i]
		if q.Frozen() {
			continue
		}
		byMonth := map[time.Time][]tabulate.Record{}
		for n, x := range past {
			month := monthOf(x.Closed)
			byMonth[month] = append(byMonth[month], h.pastRecord(p, q, n, x))
		}
		for _, month := range months {
			told, err := tabulate.Perturb(gridOf(p, q, month), byMonth[month])
			if err != nil {
				return err
			}
			out = append(out, monthly{q, month, told})
		}
	}
	return h.keepCounts(ctx, p, out)
}

func (h *House) pastRecord(p *procedure.Procedure, q *procedure.Question, n int, x PastFiled) tabulate.Record {
	r := tabulate.Record{Key: tabulate.KeyOf(h.Office.Keys.Index("past key", strconv.Itoa(n)))}
	j := p.Form.Walk(x.Answers, nil, x.Closed)
	for _, by := range q.Within() {
		value := x.State
		switch {
		case by.Of != nil:
			value = step(by.Of.Levels[by.Level], x.values(p, j, []procedure.Column{*by.Of})[0])
		case by.Derived == procedure.ByProcessing:
			value = procedure.Level{Cuts: by.Cuts}.Of(daysBetween(x.Filed, x.Closed))
		}
		r.Values = append(r.Values, place(by, value))
	}
	return r
}
