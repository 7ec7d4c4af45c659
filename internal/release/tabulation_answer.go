package release

import (
	"context"
	"slices"
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
	Offered   []time.Time // months that are answered at all, oldest first; none: nothing was counted yet
	Period    Period
	Months    []time.Time // those of the period
	Head      string      // over the rows
	Across    string      // what the columns are, "" where there is the total alone
	Columns   []string    // over the figures; the last is of the total
	Rows      []AnswerRow // the last is of the total
}

// AnswerRow is a row of an answer.
type AnswerRow struct {
	Label   string
	Figures []tabulate.Figure
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
	out.Period = within(period, out.Offered)
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

// within fills in what a period leaves open, from the months there are, and ends it where they do; one that lies wholly
// outside of them stays as it is.
func within(p Period, offered []time.Time) Period {
	last := offered[len(offered)-1]
	if p.To.IsZero() {
		p.To = last
	}
	if p.From.IsZero() {
		p.From = p.To.AddDate(0, -11, 0)
	}
	if p.To.Before(p.From) {
		p.From, p.To = p.To, p.From
	}
	if p.To.Before(offered[0]) || p.From.After(last) {
		return p
	}
	if p.From.Before(offered[0]) {
		p.From = offered[0]
	}
	if p.To.After(last) {
		p.To = last
	}
	return p
}

// lay sets the figures out: months down the side where the question is by month, its first thing otherwise.
func (a *Answer) lay(p text.Printer, tables []tabulate.Told) {
	by := a.Question.Within()
	var side procedure.By
	if a.Question.Monthly() {
		a.Head = p.T("desk.tables.month")
	} else {
		side, by = by[0], by[1:]
		a.Head = thingWords(p, side)
	}
	across := len(by) == 1
	if across {
		a.Across, a.Columns = thingWords(p, by[0]), valueWords(p, a.Procedure, by[0])
	}
	a.Columns = append(a.Columns, p.T("desk.tables.all"))
	sums := tabulate.Over(tables)
	line := func(label string, s tabulate.Sums, place ...int) {
		row := AnswerRow{Label: label}
		for i := range a.Columns {
			at := place
			if across {
				at = append(slices.Clip(place), i)
			}
			row.Figures = append(row.Figures, s.At(at...))
		}
		a.Rows = append(a.Rows, row)
	}
	if a.Question.Monthly() {
		for i, t := range tables {
			line(p.Month(a.Months[i]), tabulate.Over([]tabulate.Told{t}))
		}
		line(p.T("desk.tables.all"), sums)
	} else {
		for i, label := range append(valueWords(p, a.Procedure, side), p.T("desk.tables.all")) {
			line(label, sums, i)
		}
	}
	a.drop(p.T("desk.tables.unknown"))
}

// drop takes the row and the column of what is not known away where nothing stands in them.
func (a *Answer) drop(unknown string) {
	nothing := func(f tabulate.Figure) bool { return f.N == 0 }
	a.Rows = slices.DeleteFunc(a.Rows, func(r AnswerRow) bool {
		return r.Label == unknown && !slices.ContainsFunc(r.Figures, func(f tabulate.Figure) bool { return !nothing(f) })
	})
	i := slices.Index(a.Columns, unknown)
	if i < 0 || slices.ContainsFunc(a.Rows, func(r AnswerRow) bool { return !nothing(r.Figures[i]) }) {
		return
	}
	a.Columns = slices.Delete(a.Columns, i, i+1)
	for j := range a.Rows {
		a.Rows[j].Figures = slices.Delete(a.Rows[j].Figures, i, i+1)
	}
}
