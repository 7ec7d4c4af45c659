package release

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/xuri/excelize/v2"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
)

// AnswerBook gives an answer as a workbook: the table, and what its figures are. Two runs give the same bytes, and each is
// written down. Conflict release.nothing_counted: no month is counted yet.
func (h *House) AnswerBook(ctx context.Context, a access.Actor, id, question string, period Period, lang text.Lang) (name string, book []byte, err error) {
	defer fault.Wrap(&err, "release.AnswerBook %s %s", id, question)
	x, err := h.Answer(ctx, a, id, question, period, lang)
	if err != nil {
		return "", nil, err
	}
	if len(x.Months) == 0 {
		return "", nil, fault.New(fault.Conflict, "release.nothing_counted")
	}
	var out bytes.Buffer
	p := h.Texts.Printer(lang)
	if err := x.WriteBook(&out, p, x.notes(p)); err != nil {
		return "", nil, err
	}
	return x.FileName(question, lang) + ".xlsx", out.Bytes(), h.Store.InTx(ctx, func(tx *store.Tx) error { return Note(ctx, tx, id, "table downloaded", a) })
}

// Note adds what an actor did with figures of a procedure to the journal of its releases.
func Note(ctx context.Context, tx *store.Tx, procedure, what string, a access.Actor) error {
	line := sqlc.ReleaseActInsertParams{Procedure: procedure, Act: what}
	if a.AccountID != 0 {
		line.ActorID = &a.AccountID
	}
	return act(ctx, tx, line)
}

// FileName is what a file of a sheet is called, without its kind.
func (s *Sheet) FileName(of string, lang text.Lang) string {
	return fmt.Sprintf("%s-%s-%s-%s", of, s.Period.From.Format("2006-01"), s.Period.To.Format("2006-01"), lang)
}

// WriteBook writes a workbook of two sheets: the figures, and notes on them. What it takes was told by tabulate.
func (s *Sheet) WriteBook(w *bytes.Buffer, p text.Printer, notes [][]string) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := anonymous(f); err != nil {
		return err
	}
	sheet := p.T("desk.tables.book.table")
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		return err
	}
	if err := f.SetColWidth(sheet, "A", "Z", 24); err != nil {
		return err
	}
	if err := s.figures(f, sheet); err != nil {
		return err
	}
	if err := writeSheet(f, p.T("desk.tables.book.notes"), notes); err != nil {
		return err
	}
	_, err = f.WriteTo(w)
	return err
}

func (s *Sheet) figures(f *excelize.File, sheet string) error {
	for i, row := range s.Cells() {
		for j, value := range row {
			if words, ok := value.(string); ok {
				safe, err := SafeCell(words)
				if err != nil {
					return err
				}
				row[j] = safe
			}
		}
		if err := f.SetSheetRow(sheet, "A"+strconv.Itoa(i+1), &row); err != nil {
			return err
		}
	}
	return nil
}

// Cells are the headings, and then the rows: words, and figures as whole numbers.
func (s *Sheet) Cells() [][]any {
	rows := [][]any{{s.Head}}
	for _, c := range append(slices.Clip(s.Columns), s.Derived...) {
		rows[0] = append(rows[0], c)
	}
	for _, r := range s.Rows {
		row := []any{r.Label}
		for _, g := range r.Figures {
			if g.Told == 0 {
				row = append(row, Untold)
			} else {
				row = append(row, g.N)
			}
		}
		for _, words := range r.Derived {
			row = append(row, words)
		}
		rows = append(rows, row)
	}
	return rows
}

// Untold stands where no month tells a figure.
const Untold = "–"

// notes say what was asked, of what, and what the noise is; then, figure by figure, what was kept back.
func (a Answer) notes(p text.Printer) [][]string {
	rows := [][]string{
		{p.T("desk.tables.book.question"), a.Question.Title.In(p.Lang)},
		{p.T("desk.tables.book.procedure"), a.Procedure.Title.In(p.Lang)},
		{p.T("desk.tables.book.period"), a.Period.Words(p)},
		{p.T("desk.tables.book.months"), strconv.Itoa(len(a.Months))},
	}
	for _, sentence := range a.About(p, "desk.tables.about.listed") {
		rows = append(rows, []string{p.T("desk.tables.book.about"), sentence})
	}
	for _, words := range a.KeptBack(p) {
		rows = append(rows, []string{p.T("desk.tables.book.short"), words})
	}
	return rows
}

// About explains the figures, a sentence each; kept is the key of the one that says how what was kept back is shown.
func (a Answer) About(p text.Printer, kept string) []string {
	from, few := p.T("desk.tables.about.closed"), []string{p.T("desk.tables.about.few", "k", a.Procedure.Release.K), p.T(kept)}
	if a.Question.Frozen() {
		from, few = p.T("desk.tables.about.released"), nil
	}
	return append([]string{from, p.T("desk.tables.about.noise"), p.T("desk.tables.about.sums")}, few...)
}
