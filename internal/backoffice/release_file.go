package backoffice

import (
	"bytes"
	"net/http"

	"guichet/internal/fault"
	"guichet/internal/release"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/web/components"
)

// xlsxKind is the media type of an Excel workbook.
const xlsxKind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// fileView is one request: who asked and who decided, what may be done now, and what was done.
type fileView struct {
	path       string
	state      components.Status
	facts      []components.Row
	acts       components.Table
	decides    bool // the reader may approve or refuse
	own        bool // the reader asked, and waits for somebody else
	making     bool
	ready      bool
	trouble    string // why no file was made
	command    string // that checks the file
	schema     string // address of the schema it follows
	schemaName string
	word       components.Field
	password   components.Field
	problems   []components.Problem
}

// stateWords name the states of a request, with their colour.
var stateWords = map[string][2]string{
	"asked": {"desk.release.state.asked", "blue"}, "refused": {"desk.release.state.refused", "red"},
	"withdrawn": {"desk.release.state.withdrawn", "grey"},
	"approved":  {"desk.release.state.approved", "yellow"}, "making": {"desk.release.state.making", "yellow"},
	"ready": {"desk.release.state.ready", "green"}, "failed": {"desk.release.state.failed", "red"},
}

func releaseStatus(p text.Printer, state string) components.Status {
	w := stateWords[state]
	return components.Status{Label: p.T(w[0]), Colour: w[1]}
}

// actWords name the lines of a release's journal.
var actWords = map[string]string{
	"asked": "desk.release.act.asked", "approved": "desk.release.act.approved", "refused": "desk.release.act.refused",
	"withdrawn": "desk.release.act.withdrawn",
	"making":    "desk.release.act.making", "ready": "desk.release.act.ready", "failed": "desk.release.act.failed",
	"version proposed": "desk.release.act.proposed", "version approved": "desk.release.act.approved", "version refused": "desk.release.act.refused",
	"version delivered": "desk.release.act.delivered", "frozen": "desk.release.act.frozen",
	"downloaded": "desk.release.act.downloaded", "certificate downloaded": "desk.release.act.certificate",
}

func (b *desk) getReleaseFile(v *web.Visit) error {
	return b.sendFile(v, http.StatusOK, func(*fileView) {})
}

func (b *desk) sendFile(v *web.Visit, status int, add func(*fileView)) error {
	f, err := b.Releases.Release(v.R.Context(), v.Actor, v.Param("release"))
	if err != nil {
		return err
	}
	x, err := b.fileOf(v, f)
	if err != nil {
		return err
	}
	add(x)
	pg := v.Frame(v.P.T("desk.release.file_title"))
	pg.Back, pg.Error, pg.LangURL = "/release", len(x.problems) > 0, langAt(v, x.path)
	return v.PageStatus(status, releaseFilePage(pg, x))
}

func (b *desk) fileOf(v *web.Visit, f release.Release) (*fileView, error) {
	ids := []int64{f.AskedBy, f.DecidedBy}
	for _, a := range f.Acts {
		ids = append(ids, a.Actor)
	}
	names, err := b.Accounts.Names(v.R.Context(), ids)
	if err != nil {
		return nil, err
	}
	x := &fileView{
		path: releasePath(f.ID), state: releaseStatus(v.P, f.State), facts: b.fileFacts(v, f, names), acts: releaseActs(v, f.Acts, names),
		own: f.State == "asked" && f.AskedBy == v.Actor.AccountID, decides: f.State == "asked" && f.AskedBy != v.Actor.AccountID,
		making: f.State == "approved" || f.State == "making", ready: f.State == "ready",
		word:     components.Field{ID: "word", Name: "word", Label: v.P.T("desk.release.word"), Hint: v.P.T("desk.release.word_hint"), Rows: 3, MaxLength: 2000},
		password: components.Field{ID: "password", Name: "password", Type: "password", Autocomplete: "new-password", Label: v.P.T("desk.release.password"), Hint: v.P.T("desk.release.password_hint"), Optional: true, Width: 20},
	}
	x.schema, x.schemaName = versionPath(f.Schema)+".yaml", f.Schema.FileName()
	if f.File != nil {
		x.command = f.Command()
	}
	if f.State == "failed" {
		x.trouble = v.P.T("desk.release.trouble")
		if v.P.Has(f.Fault) {
			x.trouble = v.P.T(f.Fault)
		}
	}
	return x, nil
}

func (b *desk) fileFacts(v *web.Visit, f release.Release, names map[int64]string) []components.Row {
	row := func(key, value string) components.Row {
		return components.Row{Key: v.P.T(key), Values: []string{value}}
	}
	out := []components.Row{
		row("desk.release.procedure", b.Catalogue.Get(f.Procedure).Title.In(v.P.Lang)),
		row("desk.release.version", versionName(v.P, f.Schema)),
		row("desk.release.through", v.P.Date(f.Through.AddDate(0, 1, -1))), row("desk.release.lang", langWords(v.P, f.Lang)),
		row("desk.release.asked_by", v.P.T("desk.release.by_at", "name", names[f.AskedBy], "at", v.P.ShortDateTimeAt(f.AskedAt))),
		row("desk.release.reason", f.Reason),
	}
	if f.DecidedBy != 0 {
		out = append(out, row("desk.release.decided_by", v.P.T("desk.release.by_at", "name", names[f.DecidedBy], "at", v.P.ShortDateTimeAt(f.DecidedAt))))
	}
	if f.Word != "" {
		out = append(out, row("desk.release.word_given", f.Word))
	}
	if f.File != nil {
		out = append(out, row("desk.release.rows", v.P.Int(int64(f.File.Rows))), row("desk.release.file_name", f.File.Name),
			row("desk.release.size", v.P.Size(int64(f.File.Bytes))), row("desk.release.sha256", f.File.SHA256))
	}
	return out
}

func releaseActs(v *web.Visit, acts []release.Acted, names map[int64]string) components.Table {
	t := components.Table{Caption: v.P.T("desk.release.journal"), Head: []components.Column{
		{Label: v.P.T("desk.release.when")}, {Label: v.P.T("desk.release.who")}, {Label: v.P.T("desk.release.what")},
	}}
	for _, a := range acts {
		who := names[a.Actor]
		if a.Actor == 0 {
			who = v.P.T("desk.release.program")
		}
		t.Rows = append(t.Rows, []components.Cell{{Text: v.P.ShortDateTimeAt(a.At), Header: true}, {Text: who}, {Text: v.P.T(actWords[a.Act])}})
	}
	return t
}

func (b *desk) postApprove(v *web.Visit) error { return b.decide(v, true) }

func (b *desk) postRefuse(v *web.Visit) error { return b.decide(v, false) }

func (b *desk) decide(v *web.Visit, approve bool) error {
	posted, err := v.OneEach("word")
	if err != nil {
		return err
	}
	err = b.Releases.Decide(v.R.Context(), v.Actor, v.Param("release"), approve, posted["word"])
	if fault.Key(err) == "release.reason" {
		return b.sendFile(v, http.StatusUnprocessableEntity, func(x *fileView) {
			x.word.Value, x.word.Error = posted["word"], v.P.T("desk.release.word_missing")
			if approve {
				x.word.Error = v.P.T("desk.release.word_long")
			}
			x.problems = []components.Problem{{ID: x.word.ID, Text: x.word.Error}}
		})
	}
	if err != nil {
		return err
	}
	flash := "desk.release.was_refused"
	if approve {
		flash = "desk.release.was_approved"
	}
	v.Flash(flash)
	return v.Redirect(releasePath(v.Param("release")))
}

// postWithdrawn takes back the reader's own request.
func (b *desk) postWithdrawn(v *web.Visit) error {
	if _, err := v.OneEach(); err != nil {
		return err
	}
	if err := b.Releases.Withdraw(v.R.Context(), v.Actor, v.Param("release")); err != nil {
		return err
	}
	v.Flash("desk.release.was_withdrawn")
	return v.Redirect(releasePath(v.Param("release")))
}

// postWorkbook sends the kept file, under a password where one was typed. It is an act, since each download is written down.
func (b *desk) postWorkbook(v *web.Visit) error {
	posted, err := v.OneEach("password")
	if err != nil {
		return err
	}
	name, book, err := b.Releases.Book(v.R.Context(), v.Actor, v.Param("release"), posted["password"])
	if fault.Key(err) == "release.password" {
		return b.sendFile(v, http.StatusUnprocessableEntity, func(x *fileView) {
			x.password.Error = v.P.T("desk.release.password_wrong")
			x.problems = []components.Problem{{ID: x.password.ID, Text: x.password.Error}}
		})
	}
	if err != nil {
		return err
	}
	return v.Send(web.File{Name: name, Kind: xlsxKind, Size: int64(len(book)), Body: bytes.NewReader(book)})
}

func (b *desk) postCertificate(v *web.Visit) error {
	name, certificate, err := b.Releases.Certificate(v.R.Context(), v.Actor, v.Param("release"))
	if err != nil {
		return err
	}
	return v.Send(web.File{Name: name, Kind: "application/json", Size: int64(len(certificate)), Body: bytes.NewReader(certificate)})
}
