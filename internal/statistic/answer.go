package statistic

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"strconv"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/release"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/tabulate"
	"guichet/internal/text"
)

// Answer is a figure over a period, in the words of one language.
type Answer struct {
	Procedure *procedure.Procedure
	Figure    *procedure.Statistic
	release.Sheet
}

// May tells whether somebody is shown the statistics of a procedure: who may export. There are none for anybody else.
func May(a access.Actor, p *procedure.Procedure) bool {
	return p != nil && p.Statistics != nil && access.May(a, access.Export, p.ID)
}

// Answer gives a figure to who may export. A period that ends before it begins is turned; one without a counted month has no
// Months and no figures.
func (h *House) Answer(ctx context.Context, a access.Actor, id, figure string, period release.Period, lang text.Lang) (_ Answer, err error) {
	defer fault.Wrap(&err, "statistic.Answer %s %s", id, figure)
	p := h.Catalogue.Get(id)
	if !May(a, p) {
		return Answer{}, fault.New(fault.NotFound, "")
	}
	f := p.Statistics.Figure(figure)
	if f == nil {
		return Answer{}, fault.New(fault.NotFound, "")
	}
	out, print := Answer{Procedure: p, Figure: f}, printOf(p.Statistics, f)
	out.Offered, err = h.Store.Q().StatisticMonths(ctx, sqlc.StatisticMonthsParams{Procedure: p.ID, Counts: f.Counts, Figure: print})
	if err != nil || len(out.Offered) == 0 {
		return out, err
	}
	out.Period = period.Within(out.Offered)
	kept, err := h.Store.Q().Statistics(ctx, sqlc.StatisticsParams{Procedure: p.ID, Counts: f.Counts, Figure: print, First: out.Period.From, Last: out.Period.To})
	if err != nil {
		return out, err
	}
	var tables []tabulate.Told
	for _, k := range kept {
		t, err := tabulate.Read(gridOf(p, f, k.Month), k.Cells)
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

// lay sets a figure out by month, or by its first dimension where it has two.
func (a *Answer) lay(p text.Printer, tables []tabulate.Told) {
	var things []release.Thing
	for _, id := range a.Figure.By {
		d := a.Procedure.Statistics.Dimension(id)
		things = append(things, release.Thing{Label: d.Label.In(p.Lang), Values: valueWords(p, a.Procedure, d)})
	}
	a.Lay(p, things, len(things) < 2, tables)
	a.derive(p)
	a.Drop(p.T("desk.tables.unknown"))
}

// About explains the figures, a sentence each.
func (a *Answer) About(p text.Printer) []string {
	out := []string{
		p.T("statistic.about." + a.Figure.Counts), p.T("statistic.about.hidden", "n", a.Procedure.Statistics.Least),
		p.T("statistic.about.sums"),
	}
	if len(a.Derived) > 0 {
		out = append(out, p.T("statistic.about.derived"))
	}
	return out
}

// File is a figure to take away.
type File struct {
	Name, Kind string
	Body       []byte
}

// The kinds of files.
const (
	XLSX = "xlsx"
	CSV  = "csv"
)

// Download gives a figure as a file, of the same numbers as on the page. Two runs give the same bytes, and each is written down.
// Conflict release.nothing_counted: no month of the period is counted.
func (h *House) Download(ctx context.Context, a access.Actor, id, figure, kind string, period release.Period, lang text.Lang) (_ File, err error) {
	defer fault.Wrap(&err, "statistic.Download %s %s %s", id, figure, kind)
	x, err := h.Answer(ctx, a, id, figure, period, lang)
	if err != nil {
		return File{}, err
	}
	if len(x.Months) == 0 {
		return File{}, fault.New(fault.Conflict, "release.nothing_counted")
	}
	p, body := h.Texts.Printer(lang), &bytes.Buffer{}
	switch kind {
	case XLSX:
		err = x.WriteBook(body, p, x.notes(p))
	case CSV:
		err = x.writeCSV(body, lang)
	default:
		err = fault.New(fault.NotFound, "")
	}
	if err != nil {
		return File{}, err
	}
	out := File{x.FileName(figure, lang) + "." + kind, kind, body.Bytes()}
	return out, h.Store.InTx(ctx, func(tx *store.Tx) error { return release.Note(ctx, tx, id, "statistic downloaded", a) })
}

func (a *Answer) notes(p text.Printer) [][]string {
	rows := [][]string{
		{p.T("desk.tables.book.question"), a.Figure.Title.In(p.Lang)},
		{p.T("desk.tables.book.procedure"), a.Procedure.Title.In(p.Lang)},
		{p.T("desk.tables.book.period"), a.Period.Words(p)},
		{p.T("desk.tables.book.months"), strconv.Itoa(len(a.Months))},
	}
	for _, sentence := range a.About(p) {
		rows = append(rows, []string{p.T("desk.tables.book.about"), sentence})
	}
	for _, words := range a.KeptBack(p) {
		rows = append(rows, []string{p.T("desk.tables.book.short"), words})
	}
	return rows
}

// writeCSV writes the figures alone, with the mark by which spreadsheets know UTF-8, and the separator that they want in the
// language: where numbers have a comma it parts no columns.
func (a *Answer) writeCSV(body *bytes.Buffer, lang text.Lang) error {
	body.WriteString("\ufeff")
	w := csv.NewWriter(body)
	if w.UseCRLF = true; lang == text.FR {
		w.Comma = ';'
	}
	for _, row := range a.Cells() {
		line := make([]string, len(row))
		for i, value := range row {
			safe, err := release.SafeCell(fmt.Sprint(value))
			if err != nil {
				return err
			}
			line[i] = safe
		}
		if err := w.Write(line); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}
