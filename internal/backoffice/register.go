package backoffice

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/web/components"
)

const registerPath = "/register"

// registerLength is how many lines of a register stand on a page.
const registerLength = 50

// registerRoutes are the registers that procedures keep of what they received (DS-016).
func (b *desk) registerRoutes(d *web.Door) {
	reads := web.Holder("read a register", func(a access.Actor) bool { return len(b.registers(a)) > 0 })
	takes := web.Holder("take a register away", func(a access.Actor) bool {
		return slices.ContainsFunc(b.registers(a), func(p *procedure.Procedure) bool { return b.Office.TakesRegister(a, p) })
	})
	d.Get(registerPath, reads, b.informed(b.getRegisters))
	d.Get(registerPath+"/{procedure}", reads, b.informed(b.getRegister))
	b.post(d, registerPath+"/{procedure}/workbook", takes, b.postRegisterBook, web.Slow(time.Minute), web.Sensitive)
}

// registers are the procedures whose register the agent may read.
func (b *desk) registers(a access.Actor) []*procedure.Procedure {
	return slices.DeleteFunc(slices.Clone(b.Catalogue.All()), func(p *procedure.Procedure) bool { return !b.Office.SeesRegister(a, p) })
}

// getRegisters leads to the only register, or lists them.
func (b *desk) getRegisters(v *web.Visit) error {
	all := b.registers(v.Actor)
	if len(all) == 1 {
		return v.Redirect(registerPath + "/" + all[0].ID)
	}
	t := components.Table{Caption: v.P.T("register.title"), HiddenCaption: true, Stacked: true, Head: []components.Column{{Label: v.P.T("register.name")}, {Label: v.P.T("desk.release.procedure")}}}
	for _, p := range all {
		t.Rows = append(t.Rows, []components.Cell{{Text: p.Flow.Register.Title.In(v.P.Lang), Href: registerPath + "/" + p.ID, Header: true}, {Text: p.Title.In(v.P.Lang)}})
	}
	return v.Page(registersPage(v.Frame(v.P.T("register.title")), t))
}

// registerView is a page of a register.
type registerView struct {
	help  string
	table components.Table
	pages components.Pages
	take  string // where the file is asked for, "" to who may not
	taken components.Table
}

func (b *desk) getRegister(v *web.Visit) error {
	at, err := registerPlace(v.Query("after"))
	if err != nil {
		return err
	}
	id := v.Param("procedure")
	lines, next, err := b.Office.Register(v.R.Context(), v.Actor, id, v.P.Lang, at, registerLength)
	if err != nil {
		return err
	}
	p := b.Catalogue.Get(id)
	x := registerView{help: p.Flow.Register.Help.In(v.P.Lang), table: registerTable(v.P, p, lines)}
	if next != nil {
		x.pages.Next = registerPath + "/" + id + "?" + query("after", registerAfter(*next))
	}
	if v.Query("after") != "" {
		x.pages.Previous = registerPath + "/" + id
	}
	if b.Office.TakesRegister(v.Actor, p) {
		x.take = registerPath + "/" + id + "/workbook"
		if x.taken, err = b.taken(v, id); err != nil {
			return err
		}
	}
	pg := v.Frame(p.Flow.Register.Title.In(v.P.Lang))
	pg.Wide, pg.LangURL = true, langAt(v, v.R.URL.RequestURI())
	return v.Page(registerShown(pg, x))
}

func registerTable(p text.Printer, of *procedure.Procedure, lines []dossier.RegisterLine) components.Table {
	t := components.Table{Caption: of.Flow.Register.Title.In(p.Lang), HiddenCaption: true, Stacked: true, Empty: p.T("register.empty")}
	for _, c := range of.Flow.Register.Columns {
		t.Head = append(t.Head, components.Column{Label: c.Label.In(p.Lang)})
	}
	for _, l := range lines {
		row := make([]components.Cell, len(l.Cells))
		for i, c := range l.Cells {
			row[i] = components.Cell{Text: registerWords(p, c)}
		}
		row[0].Header = true
		if l.PublicID != "" {
			row[0].Href = dossierPath(l.PublicID)
		} else if row[0].Text == "" {
			row[0].Text = p.T("register.anonymous")
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// registerWords is a cell as it is read.
func registerWords(p text.Printer, c dossier.RegisterCell) string {
	switch {
	case c.First != nil && *c.First:
		return p.T("register.yes")
	case c.First != nil:
		return p.T("register.no")
	case c.Day.IsZero():
		return c.Words
	case c.Month:
		return p.Month(c.Day)
	}
	return p.ShortDate(c.Day)
}

// taken lists who took the register away.
func (b *desk) taken(v *web.Visit, id string) (components.Table, error) {
	t := components.Table{Caption: v.P.T("register.taken"), Stacked: true, Empty: v.P.T("register.never_taken"), Head: []components.Column{
		{Label: v.P.T("desk.journal.at")}, {Label: v.P.T("desk.journal.who")}, {Label: v.P.T("register.lines"), Numeric: true},
	}}
	files, err := b.Office.RegisterFiles(v.R.Context(), v.Actor, id)
	if err != nil {
		return t, err
	}
	var ids []int64
	for _, f := range files {
		ids = append(ids, f.ActorID)
	}
	names, err := b.names(v, ids)
	for _, f := range files {
		t.Rows = append(t.Rows, []components.Cell{{Text: v.P.ShortDateTimeAt(f.At), Header: true}, {Text: names[f.ActorID]}, {Text: v.P.Int(int64(f.Lines))}})
	}
	return t, err
}

// postRegisterBook sends the register as a workbook. It is an act: it is told in the journal of each dossier that stands in it.
func (b *desk) postRegisterBook(v *web.Visit) error {
	if _, err := v.OneEach(); err != nil {
		return err
	}
	id := v.Param("procedure")
	lines, err := b.Office.TakeRegister(v.R.Context(), v.Actor, id, v.P.Lang)
	if err != nil {
		return err
	}
	p := b.Catalogue.Get(id)
	book, err := registerBook(v.P, p.Flow.Register, lines)
	if err != nil {
		return err
	}
	name := v.P.T("register.file", "procedure", id, "day", v.Now.In(text.Zone).Format(time.DateOnly)) + ".xlsx"
	return v.Send(web.File{Name: name, Kind: xlsxKind, Size: int64(len(book)), Body: bytes.NewReader(book)})
}

// registerAfter is a place in a register as addresses have it.
func registerAfter(at dossier.RegisterPlace) string {
	if at.Past {
		return "past." + strconv.FormatInt(at.ID, 10)
	}
	return at.Day.Format(time.DateOnly) + "." + strconv.FormatInt(at.ID, 10)
}

// registerPlace reads it; what is none is NotFound.
func registerPlace(s string) (at dossier.RegisterPlace, err error) {
	if s == "" {
		return at, nil
	}
	day, id, _ := strings.Cut(s, ".")
	if at.Past = day == "past"; !at.Past {
		at.Day, err = time.Parse(time.DateOnly, day)
	}
	if err == nil {
		at.ID, err = strconv.ParseInt(id, 10, 64)
	}
	if err != nil {
		return at, fault.New(fault.NotFound, "")
	}
	return at, nil
}
