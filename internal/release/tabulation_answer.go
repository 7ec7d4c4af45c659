package release

import (
	"context"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/store/sqlc"
	"guichet/internal/tabulate"
	"guichet/internal/text"
)

// Period is the months a question is asked for, first days as midnight UTC; zero is the last twelve there are.
type Period struct{ From, To time.Time }

// Words name the months of a period.
func (d Period) Words(p text.Printer) string {
	from, to := p.Month(d.From), p.Month(d.To)
	if from == to {
		return from
	}
	return p.T("desk.tables.period", "from", from, "to", to)
}

// Answer is a declared question answered over a period, in the words of one language.
type Answer struct {
	Procedure *procedure.Procedure
	Question  *procedure.Question
	Sheet
}

// Answer answers a declared question to who may export. A period that ends before it begins is turned; one without a counted
// month has no Months and no figures.
func (h *House) Answer(ctx context.Context, a access.Actor, id, question string, period Period, lang text.Lang) (_ Answer, err error) {
	defer fault.Wrap(&err, "release.Answer %s %s", id, question)
	p, err := h.allowed(a, id)
	if err != nil {
		return Answer{}, err
	}
	q := p.Question(question)
	if q == nil {
		return Answer{}, fault.New(fault.NotFound, "")
	}
	out := Answer{Procedure: p, Question: q}
	out.Offered, err = h.Store.Q().ReleaseTabulationMonths(ctx, sqlc.ReleaseTabulationMonthsParams{Procedure: p.ID, Question: questionPrint(q)})
	if err != nil || len(out.Offered) == 0 {
		return out, err
	}
	out.Period = period.Within(out.Offered)
	kept, err := h.Store.Q().ReleaseTabulations(ctx, sqlc.ReleaseTabulationsParams{
		Procedure: p.ID, Question: questionPrint(q), First: out.Period.From, Last: out.Period.To,
	})
	if err != nil {
		return out, err
	}
	var tables []tabulate.Told
	for _, k := range kept {
		t, err := tabulate.Read(gridOf(p, q, k.Month), k.Cells)
		if err != nil {
			return out, err
		}
		out.Months, tables = append(out.Months, k.Month), append(tables, t)
	}
	if len(tables) > 0 {
		out.lay(h.Texts.Printer(lang), tables)
	}
	return out, nil
}

func (a *Answer) lay(p text.Printer, tables []tabulate.Told) {
	var things []Thing
	for _, by := range a.Question.Within() {
		things = append(things, Thing{thingWords(p, by), valueWords(p, a.Procedure, by)})
	}
	a.Lay(p, things, a.Question.Monthly(), tables)
	a.Drop(p.T("desk.tables.unknown"))
}
