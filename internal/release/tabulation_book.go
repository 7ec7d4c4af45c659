package release

import (
	"bytes"
	"context"
	"errors"
	"fmt"
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
	if err := writeAnswer(&out, x, h.Texts.Printer(lang)); err != nil {
		return "", nil, err
	}
	line := sqlc.ReleaseActInsertParams{Procedure: id, Act: "table downloaded"}
	if a.AccountID != 0 {
		line.ActorID = &a.AccountID
	}
	name = fmt.Sprintf("%s-%s-%s-%s.xlsx", question, x.Period.From.Format("2006-01"), x.Period.To.Format("2006-01"), lang)
	return name, out.Bytes(), h.Store.InTx(ctx, func(tx *store.Tx) error { return act(ctx, tx, line) })
}

// writeAnswer writes the two sheets. What it takes is an answer, whose figures have their noise.
func writeAnswer(w *bytes.Buffer, x Answer, p text.Printer) (err error) {
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
	if err := answerSheet(f, sheet, x); err != nil {
		return err
	}
	if err := writeSheet(f, p.T("desk.tables.book.notes"), x.notes(p)); err != nil {
		return err
	}
	_, err = f.WriteTo(w)
	return err
}

func answerSheet(f *excelize.File, sheet string, x Answer) error {
	rows := [][]any{{x.Head}}
	for _, c := range x.Columns {
		rows[0] = append(rows[0], c)
	}
	for _, r := range x.Rows {
		row := []any{r.Label}
		for _, g := range r.Figures {
			if g.Told == 0 {
				row = append(row, Untold)
			} else {
				row = append(row, g.N)
			}
		}
		rows = append(rows, row)
	}
	for i, row := range rows {
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
	for _, r := range a.Rows {
		for i, g := range r.Figures {
			if g.Short > 0 {
				rows = append(rows, []string{p.T("desk.tables.book.short"), p.T("desk.tables.book.short_of", "row", r.Label, "column", a.Columns[i], "n", g.Short, "of", g.Short+g.Told)})
			}
		}
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
