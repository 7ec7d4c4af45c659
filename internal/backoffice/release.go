package backoffice

import (
	"bytes"
	"net/http"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/release"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/web/components"
)

// xlsxKind is the media type of an Excel workbook.
const xlsxKind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// releaseView is a procedure as its analysts see it: what is frozen, and what is promised of it.
type releaseView struct {
	title   string
	action  string // "" while nothing is frozen
	facts   []components.Row
	columns components.Table
}

func (b *desk) getRelease(v *web.Visit) error { return b.sendReleases(v, http.StatusOK, nil) }

func (b *desk) sendReleases(v *web.Visit, status int, problems []components.Problem) error {
	var views []releaseView
	for _, p := range b.Catalogue.All() {
		if p.Release == nil || !access.May(v.Actor, access.Export, p.ID) {
			continue
		}
		standing, err := b.Releases.Standing(v.R.Context(), v.Actor, p.ID)
		if err != nil {
			return err
		}
		views = append(views, releaseOf(v, p, standing))
	}
	pg := v.Frame(v.P.T("desk.release.title"))
	pg.Error, pg.LangURL = len(problems) > 0, langAt(v, "/release")
	return v.PageStatus(status, releasePage(pg, problems, views))
}

func releaseOf(v *web.Visit, p *procedure.Procedure, s release.Standing) releaseView {
	row := func(key, value string) components.Row {
		return components.Row{Key: v.P.T(key), Values: []string{value}}
	}
	out := releaseView{title: p.Title.In(v.P.Lang), columns: columnsOf(v.P, p)}
	if s.Cohorts == 0 {
		out.facts = append(out.facts, row("desk.release.through", v.P.T("desk.release.nothing_yet")))
	} else {
		out.action = "/release/" + p.ID
		last := s.Through.AddDate(0, 1, -1) // the first day of a month, so no day is lost
		out.facts = append(out.facts, row("desk.release.through", v.P.Date(last)), row("desk.release.rows", v.P.Int(int64(s.Rows))))
	}
	return out.promise(v, p)
}

// promise is what holds for every file, in plain words (RP-021, RP-176 to RP-178).
func (r releaseView) promise(v *web.Visit, p *procedure.Procedure) releaseView {
	r.facts = append(r.facts, components.Row{Key: v.P.T("desk.release.promise"), Values: []string{
		v.P.T("desk.release.promise_k", "k", p.Release.K),
		v.P.T("desk.release.promise_diverse", "n", p.Release.Diverse, "share", v.P.Percent(p.Release.Share, 0)),
		v.P.T("desk.release.promise_names"), v.P.T("desk.release.promise_once"),
	}})
	return r
}

// columnsOf lists what stands in the file, and how coarse.
func columnsOf(p text.Printer, proc *procedure.Procedure) components.Table {
	t := components.Table{Caption: p.T("desk.release.columns"), Head: []components.Column{
		{Label: p.T("desk.release.column")}, {Label: p.T("desk.release.values"), Numeric: true}, {Label: p.T("desk.release.secret")},
	}}
	for _, c := range proc.Release.Written() {
		secret := p.T("desk.no")
		if c.Sensitive {
			secret = p.T("desk.yes")
		}
		t.Rows = append(t.Rows, []components.Cell{
			{Text: c.Label.In(p.Lang), Header: true}, {Text: p.Int(int64(c.Levels[c.Level].Size()))}, {Text: secret},
		})
	}
	return t
}

// postRelease sends the workbook. It is an act, since each file is written down in the ledger.
func (b *desk) postRelease(v *web.Visit) error {
	posted, err := v.OneEach("lang")
	if err != nil {
		return err
	}
	lang, ok := text.ParseLang(posted["lang"])
	if !ok {
		return fault.New(fault.Invalid, "error.form")
	}
	id := v.Param("procedure")
	book, err := b.Releases.Workbook(v.R.Context(), v.Actor, id, lang)
	if fault.Key(err) == "release.nothing_frozen" {
		return b.sendReleases(v, http.StatusConflict, []components.Problem{{Text: v.P.T("desk.release.nothing")}})
	}
	if err != nil {
		return err
	}
	name := id + "-" + v.Now.In(text.Zone).Format("2006-01-02") + "-" + string(lang) + ".xlsx"
	return v.Send(web.File{Name: name, Kind: xlsxKind, Size: int64(len(book)), Body: bytes.NewReader(book)})
}
