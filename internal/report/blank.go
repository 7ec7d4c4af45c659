package report

import (
	"time"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/procedure"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// How much room a printed form leaves.
const (
	longLines   = 4  // of a long text
	mostPrinted = 3  // rows of a group
	shortLine   = 45 // millimetres, for a number or a time
)

// Blank is the form of a procedure to be printed and filled in by hand (RP-024): every step, every group with room for its rows,
// the notices and what is agreed to in the exact words, and the list of documents. say fills the service's own names into words.
func Blank(proc *procedure.Procedure, p text.Printer, say func(text.Words, text.Lang) string) (_ []byte, err error) {
	defer fault.Wrap(&err, "report.Blank %s", proc.ID)
	b := &blankForm{PDF: New(string(p.Lang), proc.Title.In(p.Lang)+" – "+p.T("report.blank.title"), epoch), p: p, proc: proc, say: say}
	b.head()
	for i, s := range proc.Form.Steps {
		b.step(i+1, s)
	}
	b.sign()
	return b.Bytes()
}

// epoch dates a form: of one definition there is one, whenever it is printed.
var epoch = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

type blankForm struct {
	*PDF
	p    text.Printer
	proc *procedure.Procedure
	say  func(text.Words, text.Lang) string
}

func (b *blankForm) words(w text.Words) string { return b.say(w, b.p.Lang) }

func (b *blankForm) head() {
	b.H1(b.words(b.proc.Title))
	b.P(b.p.T("report.blank.how"))
	b.P(b.p.T("report.blank.where") + " " + b.say(text.Words{FR: "{address}", EN: "{address}"}, b.p.Lang))
	for _, n := range dossier.PaperNotices(b.proc) {
		b.notice(n)
	}
	for _, n := range b.proc.Flow.NoticesAt("entry") {
		if included := b.proc.Flow.Notice(n.Include); included != nil {
			b.notice(included)
		}
	}
}

// notice prints its text, and its box with the exact words. The French ones are those agreed to; who reads English has both.
func (b *blankForm) notice(n *workflow.Notice) {
	b.H2(b.words(n.Title))
	b.Prose(b.words(n.Text))
	if n.Ack != "required" {
		return
	}
	label := b.say(n.Label, text.FR)
	if b.p.Lang != text.FR {
		label += "\n(" + b.words(n.Label) + ")"
	}
	b.Box(label, "")
}

func (b *blankForm) step(number int, s *form.Step) {
	b.H2(b.p.T("report.blank.step", "n", number, "title", b.words(s.Title)))
	if s.When != "" {
		b.P(b.p.T("report.blank.if_step"))
	}
	if !s.Intro.IsZero() {
		b.P(b.words(s.Intro))
	}
	if s.Files {
		b.P(b.p.T("report.blank.copies"))
	}
	for _, f := range s.Fields {
		b.field(f, "")
	}
	if n := b.proc.Flow.Notice(s.Notice); n != nil {
		b.notice(n)
	}
}

// field prints a question with the room for its answer; row is the title of the row it stands in.
func (b *blankForm) field(f *form.Field, row string) {
	switch {
	case f.Compute != "" || f.Source == "system":
		return
	case f.Kind == form.Group:
		b.group(f)
		return
	case f.Kind == form.File:
		b.document(f)
		return
	}
	label := b.words(f.Label)
	if row != "" {
		label = row + " – " + label
	}
	if note := b.note(f); note != "" {
		label += " (" + note + ")"
	}
	b.Label(label)
	if !f.Hint.IsZero() {
		b.Small(b.words(f.Hint))
	}
	b.answer(f)
}

// note says whether an answer is owed.
func (b *blankForm) note(f *form.Field) string {
	switch {
	case f.When != "":
		return b.p.T("report.blank.if_field")
	case f.Required == "" || f.Required == "false":
		return b.p.T("report.blank.optional")
	}
	return ""
}

func (b *blankForm) answer(f *form.Field) {
	switch f.Kind {
	case form.Bool:
		b.Boxes([]string{b.p.T("portal.step.yes"), b.p.T("portal.step.no")})
	case form.Choice, form.Choices:
		for _, o := range f.Options {
			b.Box(b.words(o.Label), b.words(o.Hint))
		}
		b.Gap()
	case form.Date:
		b.Cells([]int{2, 2, 4})
	case form.LongText:
		b.Lines(longLines, measure)
	case form.Number, form.Decimal, form.Money, form.Time:
		b.Lines(1, shortLine)
	default:
		b.Lines(1, measure)
	}
}

func (b *blankForm) group(g *form.Field) {
	b.Label(b.words(g.Label))
	if !g.Hint.IsZero() {
		b.Small(b.words(g.Hint))
	}
	rows := mostPrinted
	if g.Max != nil {
		rows = min(rows, int(*g.Max))
	}
	for i := range rows {
		title := b.words(g.RowTitle) + " " + b.p.Int(int64(i+1))
		for _, cell := range g.Fields {
			b.field(cell, title)
		}
	}
	if g.Max == nil || int(*g.Max) > rows {
		b.P(b.p.T("report.blank.more_rows"))
	}
}

func (b *blankForm) document(f *form.Field) {
	label := b.words(f.Label)
	if g := b.proc.Form.Field(f.PerRow); g != nil {
		label += " (" + b.p.T("report.blank.per_row", "row", b.words(g.RowTitle)) + ")"
	} else if note := b.note(f); note != "" {
		label += " (" + note + ")"
	}
	b.Box(label, b.words(f.Hint))
}

// sign is the end: what is declared when it is handed in, place, day and signature.
func (b *blankForm) sign() {
	for _, n := range b.proc.Flow.NoticesAt("review") {
		b.notice(n)
	}
	b.H2(b.p.T("report.blank.signature"))
	b.Label(b.p.T("report.blank.place"))
	b.Lines(1, measure)
	b.Label(b.p.T("report.blank.day"))
	b.Cells([]int{2, 2, 4})
	b.Label(b.p.T("report.blank.sign"))
	b.Lines(3, measure)
}
