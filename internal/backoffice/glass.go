package backoffice

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"

	"guichet/internal/document"
	"guichet/internal/fault"
	"guichet/internal/glass"
	"guichet/internal/journal"
	"guichet/internal/web"
	"guichet/web/components"
)

const glassPath = "/glass"

// glassRoutes are the pages of written requests: whom they concern is decided in the room.
func (b *desk) glassRoutes(d *web.Door) {
	concerned := web.Holder("ask or decide in writing", b.Glass.Concerns)
	d.Get(glassPath, concerned, b.informed(b.getGlass))
	b.post(d, glassPath, concerned, b.postGlass, web.Upload(glass.MostPaper+(64<<10)))
	d.Get(glassPath+"/{request}", concerned, b.informed(b.getGlassOne))
	d.Get(glassPath+"/{request}/paper.pdf", concerned, b.informed(b.getGlassPaper))
	b.post(d, glassPath+"/{request}/approve", concerned, b.postGlassApprove, web.Sensitive)
	b.post(d, glassPath+"/{request}/refuse", concerned, b.postGlassRefuse)
	b.post(d, glassPath+"/{request}/end", concerned, b.postGlassEnd)
}

// glassView is the list of requests, and the form for a new one where the agent may ask.
type glassView struct {
	table    components.Table
	asks     bool
	off      bool // nobody is set to be told: nothing is opened
	as       components.Field
	ref      components.Field
	purpose  components.Field
	dossiers components.Field
	paper    components.Field
	problems []components.Problem
}

func (b *desk) getGlass(v *web.Visit) error {
	return b.sendGlass(v, http.StatusOK, func(*glassView) {})
}

func (b *desk) sendGlass(v *web.Visit, status int, add func(*glassView)) error {
	rows, err := b.Glass.Requests(v.R.Context(), v.Actor)
	if err != nil {
		return err
	}
	x := b.newGlass(v)
	if x.table, err = b.glassTable(v, rows); err != nil {
		return err
	}
	add(x)
	pg := v.Frame(v.P.T("glass.title"))
	pg.Error, pg.LangURL = len(x.problems) > 0, langAt(v, glassPath)
	return v.PageStatus(status, glassPage(pg, x))
}

func (b *desk) newGlass(v *web.Visit) *glassView {
	x := &glassView{
		off:      b.Glass.Officer == "",
		as:       components.Field{ID: "as", Name: "as", Label: v.P.T("glass.as")},
		ref:      components.Field{ID: "reference", Name: "reference", Label: v.P.T("glass.reference"), Hint: v.P.T("glass.reference_hint"), Width: 20, Autocomplete: "off"},
		purpose:  components.Field{ID: "purpose", Name: "purpose", Label: v.P.T("glass.purpose"), Hint: v.P.T("glass.purpose_hint"), Rows: 4},
		dossiers: components.Field{ID: "dossiers", Name: "dossiers", Label: v.P.T("glass.dossiers"), Hint: v.P.T("glass.dossiers_hint", "n", v.P.Int(glass.MostNamed)), Rows: 3},
		paper:    components.Field{ID: "paper", Name: "paper", Label: v.P.T("glass.paper"), Hint: v.P.T("glass.paper_hint", "size", v.P.Size(glass.MostPaper))},
	}
	for _, g := range b.Glass.Roles(v.Actor) {
		option := components.Option{Value: g.Procedure + "/" + g.Role, Label: b.roleWords(v, g.Procedure, g.Role)}
		if !slices.Contains(x.as.Options, option) {
			x.as.Options = append(x.as.Options, option)
		}
	}
	x.asks = len(x.as.Options) > 0
	return x
}

// roleWords are a role and its procedure in words.
func (b *desk) roleWords(v *web.Visit, procedureID, role string) string {
	p := b.Catalogue.Get(procedureID)
	if p == nil || p.Flow.Role(role) == nil {
		return procedureID + " – " + role
	}
	return p.Title.In(v.P.Lang) + " – " + p.Flow.Role(role).Label.In(v.P.Lang)
}

func (b *desk) glassTable(v *web.Visit, rows []glass.Request) (components.Table, error) {
	t := components.Table{Caption: v.P.T("glass.list"), Empty: v.P.T("glass.none"), Stacked: true, Head: []components.Column{
		{Label: v.P.T("glass.reference")}, {Label: v.P.T("glass.asked_by")}, {Label: v.P.T("glass.asked_at")}, {Label: v.P.T("glass.state.title")},
	}}
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.AskedBy
	}
	names, err := b.names(v, ids)
	for _, r := range rows {
		t.Rows = append(t.Rows, []components.Cell{
			{Text: r.Reference, Href: glassPath + "/" + r.ID, Header: true}, {Text: names[r.AskedBy]}, {Text: v.P.ShortDateTimeAt(r.AskedAt)}, {Status: glassStatus(v, r)},
		})
	}
	return t, err
}

var glassColours = map[string]string{glass.Asked: "yellow", glass.Opened: "red", glass.Refused: "grey", glass.Ended: "grey"}

func glassStatus(v *web.Visit, r glass.Request) components.Status {
	return components.Status{Label: v.P.T("glass.state." + r.State), Colour: glassColours[r.State]}
}

// glassForm is what was posted: words, and the paper whole, since it is small.
type glassForm struct {
	words map[string]string
	name  string
	paper []byte
}

// readGlass reads the form; each name stands at most once.
func readGlass(v *web.Visit) (f glassForm, err error) {
	parts, err := v.R.MultipartReader()
	if err != nil {
		return f, fault.New(fault.Invalid, "error.form")
	}
	f.words = map[string]string{}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return f, nil
		}
		if err == nil {
			err = f.take(part)
		}
		if _, long := errors.AsType[*http.MaxBytesError](err); long {
			return f, fault.New(fault.TooLarge, "document.too_large")
		}
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return f, fault.New(fault.Invalid, "error.form")
		}
		if err != nil {
			return f, err
		}
	}
}

// mostTyped is how many bytes a field may have: far more than the room takes.
const mostTyped = 16 << 10

func (f *glassForm) take(part *multipart.Part) (err error) {
	name := part.FormName()
	if name == "paper" {
		if f.name = part.FileName(); f.name != "" {
			f.paper, err = io.ReadAll(part)
		}
		return err
	}
	body, err := io.ReadAll(io.LimitReader(part, mostTyped+1))
	if _, twice := f.words[name]; twice || len(body) > mostTyped || !slices.Contains([]string{"as", "reference", "purpose", "dossiers"}, name) {
		return fault.New(fault.Invalid, "error.form")
	}
	f.words[name] = strings.ToValidUTF8(string(body), "")
	return err
}

func (b *desk) postGlass(v *web.Visit) error {
	f, err := readGlass(v)
	if err != nil && fault.Key(err) != "document.too_large" {
		return err
	}
	in := glass.Asking{Reference: f.words["reference"], Purpose: f.words["purpose"], Dossiers: f.words["dossiers"], PaperName: f.name}
	in.Procedure, in.Role, _ = strings.Cut(f.words["as"], "/")
	if f.name != "" {
		in.Paper = bytes.NewReader(f.paper)
	}
	id := ""
	if err == nil {
		id, err = b.Glass.Ask(v.R.Context(), v.Actor, in)
	}
	if err == nil {
		v.Flash("glass.sent")
		return v.Redirect(glassPath + "/" + id)
	}
	keys := []string{fault.Key(err)}
	if lacking, ok := errors.AsType[*glass.Lacking](err); ok {
		keys = lacking.Reasons
	}
	if !strings.HasPrefix(keys[0], "glass.") && !slices.Contains(document.Reasons, keys[0]) {
		return err
	}
	return b.sendGlass(v, http.StatusUnprocessableEntity, func(x *glassView) {
		x.as.Value, x.ref.Value, x.purpose.Value, x.dossiers.Value = f.words["as"], in.Reference, in.Purpose, in.Dossiers
		for _, key := range keys {
			x.wrong(v, key)
		}
	})
}

// glassLacks are what is missing, by the reason of the room.
var glassLacks = map[string]string{
	"glass.officer": "glass.officer_missing", "glass.reference": "glass.reference_missing", "glass.purpose": "glass.purpose_missing",
	"glass.dossiers": "glass.dossiers_missing", "glass.paper": "glass.paper_missing",
}

// wrong marks the field that a reason is about: of the paper, the reasons of any file too.
func (x *glassView) wrong(v *web.Visit, key string) {
	at := map[string]*components.Field{"glass.officer": &x.as, "glass.reference": &x.ref, "glass.purpose": &x.purpose, "glass.dossiers": &x.dossiers}[key]
	if at == nil {
		at = &x.paper
	}
	if words := glassLacks[key]; words != "" {
		key = words
	}
	at.Error = v.P.T(key)
	x.problems = append(x.problems, components.Problem{ID: at.ID, Text: at.Error})
}

// glassOneView is one request, with what can be done about it.
type glassOneView struct {
	r        glass.Request
	state    components.Status
	rows     []components.Row
	dossiers []components.Link
	decides  bool // the agent may decide now
	own      bool // it is the agent's own, and waits
	ends     bool
	word     components.Field
	problems []components.Problem
}

func (b *desk) getGlassOne(v *web.Visit) error {
	return b.sendGlassOne(v, http.StatusOK, func(*glassOneView) {})
}

func (b *desk) sendGlassOne(v *web.Visit, status int, add func(*glassOneView)) error {
	r, err := b.Glass.Request(v.R.Context(), v.Actor, v.Param("request"))
	if err != nil {
		return err
	}
	names, err := b.names(v, slices.DeleteFunc([]int64{r.AskedBy, r.DecidedBy, r.EndedBy}, func(id int64) bool { return id == 0 }))
	if err != nil {
		return err
	}
	own := r.AskedBy == v.Actor.AccountID
	x := &glassOneView{
		r: r, state: glassStatus(v, r), rows: b.glassRows(v, r, names), own: own && r.State == glass.Asked,
		decides: !own && r.State == glass.Asked && glass.Decides(v.Actor, r.Procedure), ends: r.State == glass.Opened && (own || glass.Decides(v.Actor, r.Procedure)) || own && r.State == glass.Asked,
		word: components.Field{ID: "word", Name: "word", Label: v.P.T("glass.word"), Rows: 3},
	}
	if own {
		for _, d := range r.Dossiers {
			x.dossiers = append(x.dossiers, components.Link{Href: dossierPath(d.ID), Label: d.Reference})
		}
	}
	add(x)
	pg := v.Frame(v.P.T("glass.one", "reference", r.Reference))
	pg.Back, pg.Error, pg.LangURL = glassPath, len(x.problems) > 0, langAt(v, glassPath+"/"+r.ID)
	return v.PageStatus(status, glassOnePage(pg, x))
}

func (b *desk) glassRows(v *web.Visit, r glass.Request, names map[int64]string) []components.Row {
	row := func(key, value string) components.Row {
		return components.Row{Key: v.P.T(key), Values: lines(value)}
	}
	by := func(id int64) string { return orWords(names[id], v.P.T("glass.itself")) }
	out := []components.Row{
		row("glass.as", b.roleWords(v, r.Procedure, r.Role)),
		row("glass.asked_by", v.P.T("desk.release.by_at", "name", names[r.AskedBy], "at", v.P.ShortDateTimeAt(r.AskedAt))),
		row("glass.purpose", r.Purpose),
		row("glass.dossiers", strings.Join(r.References, "\n")),
	}
	if r.DecidedBy != 0 {
		out = append(out, row("glass.decided_by", v.P.T("desk.release.by_at", "name", names[r.DecidedBy], "at", v.P.ShortDateTimeAt(r.DecidedAt))))
	}
	if r.Word != "" {
		out = append(out, row("glass.word", r.Word))
	}
	if !r.Until.IsZero() {
		out = append(out, row("glass.until", v.P.DateTimeAt(r.Until)))
	}
	if !r.EndedAt.IsZero() {
		out = append(out, row("glass.ended", v.P.T("desk.release.by_at", "name", by(r.EndedBy), "at", v.P.ShortDateTimeAt(r.EndedAt))))
	}
	return out
}

// RegisterFiles lays out on the files' door what agents fetch there by links that [web.Visit.FileURL] signs.
func RegisterFiles(d *web.Door, x Deps) {
	b := &desk{Deps: x}
	d.Get(glassPath+"/{request}/paper.pdf", web.Linked, b.sendGlassPaper)
}

// getGlassPaper leads to the original on the origin of files, which has no session: nobody's file leaves by the agents' own.
func (b *desk) getGlassPaper(v *web.Visit) error {
	_, _, err := b.Glass.Paper(v.R.Context(), v.Actor, v.Param("request"))
	if words := glassUnread[fault.Key(err)]; words != "" {
		return b.glassNot(v, v.P.T(words))
	}
	if err != nil {
		return err
	}
	return v.Redirect(v.FileURL(glassPath + "/" + v.Param("request") + "/paper.pdf"))
}

// glassUnread is why nobody can open the paper of a request.
var glassUnread = map[string]string{"glass.scanner": "glass.scanner_away", "glass.infected": "glass.infected_since"}

func (b *desk) sendGlassPaper(v *web.Visit) error {
	body, name, err := b.Glass.Paper(v.R.Context(), v.Actor, v.Param("request"))
	if err != nil {
		return err
	}
	return v.Send(web.File{Name: name, Kind: "application/pdf", Size: int64(len(body)), Body: bytes.NewReader(body)})
}

func (b *desk) postGlassApprove(v *web.Visit) error {
	err := b.Glass.Approve(v.R.Context(), v.Actor, v.Param("request"))
	if unknown, ok := errors.AsType[*glass.Unknown](err); ok {
		return b.glassNot(v, v.P.T("glass.unknown", "references", strings.Join(unknown.References, ", ")))
	}
	switch fault.Key(err) {
	case "glass.scanner", "glass.infected":
		return b.glassNot(v, v.P.T(glassUnread[fault.Key(err)]))
	case "glass.officer":
		return b.glassNot(v, v.P.T("glass.officer_missing"))
	case "glass.gone":
		return b.glassNot(v, v.P.T("glass.gone"))
	case "glass.old":
		return b.glassNot(v, v.P.T("glass.old"))
	case "glass.own":
		return fault.New(fault.Forbidden, "")
	}
	return b.glassDone(v, "glass.was_opened", err)
}

// glassNot says on the request's page why nothing was opened.
func (b *desk) glassNot(v *web.Visit, why string) error {
	return b.sendGlassOne(v, http.StatusUnprocessableEntity, func(x *glassOneView) {
		x.problems = []components.Problem{{ID: "approve", Text: why}}
	})
}

func (b *desk) postGlassRefuse(v *web.Visit) error {
	posted, err := v.OneEach("word")
	if err != nil {
		return err
	}
	err = b.Glass.Refuse(v.R.Context(), v.Actor, v.Param("request"), posted["word"])
	if fault.Key(err) != "glass.word" {
		return b.glassDone(v, "glass.was_refused", err)
	}
	return b.sendGlassOne(v, http.StatusUnprocessableEntity, func(x *glassOneView) {
		x.word.Value, x.word.Error = posted["word"], v.P.T("glass.word_missing")
		x.problems = []components.Problem{{ID: x.word.ID, Text: x.word.Error}}
	})
}

func (b *desk) postGlassEnd(v *web.Visit) error {
	return b.glassDone(v, "glass.was_ended", b.Glass.End(v.R.Context(), v.Actor, v.Param("request")))
}

func (b *desk) glassDone(v *web.Visit, flash string, err error) error {
	if fault.Key(err) == "glass.decided" {
		flash, err = "glass.decided", nil
	}
	if err != nil {
		return err
	}
	v.Flash(flash)
	return v.Redirect(glassPath + "/" + v.Param("request"))
}

// glassReferences are the references of the written requests that a dossier was read by, for the words of its journal.
func (b *desk) glassReferences(v *web.Visit, reads []journal.Reading) (map[string]string, error) {
	var ids []string
	for _, r := range reads {
		if id, ok := strings.CutPrefix(r.Basis, journal.Glass+":"); ok && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return b.Glass.References(v.R.Context(), ids)
}
