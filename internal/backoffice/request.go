package backoffice

import (
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

// request is what an agent has gathered and not sent yet.
type request struct {
	rows []components.Row
	send string // address of the page that sends it, "" while it cannot be sent
}

// asking is the move that picks items, from any state, or nil.
func asking(d *dossier.Dossier) *workflow.Move {
	i := slices.IndexFunc(d.Def.Flow.Workflow.Moves, func(m *workflow.Move) bool { return m.Form.Pick })
	if i < 0 {
		return nil
	}
	return d.Def.Flow.Workflow.Moves[i]
}

// mayGather tells whether the agent may put items into a request.
func mayGather(s sight, d *dossier.Dossier) bool {
	return asking(d) != nil && !d.Closed() && access.Can(s.actor, access.Process, d.Dossier, "")
}

func (r reading) request(f *dossier.File) request {
	var out request
	for _, i := range f.Request {
		if !r.sight.field(i.Path) {
			continue
		}
		out.rows = append(out.rows, components.Row{
			Key: r.label(i.Path), Values: []string{r.p.T("desk.ask.why." + i.Why), i.Word},
			Links: []components.Link{{Href: gatherPath(f.Dossier, i.Path), Label: r.p.T("ui.change")}},
		})
	}
	if m := asking(f.Dossier); m != nil && slices.Contains(r.sight.moves(f.Dossier), m) {
		out.send = movePath(f.Dossier, m)
	}
	return out
}

// gatherPath is the page that puts one item into the request.
func gatherPath(d *dossier.Dossier, path string) string {
	return dossierPath(d.PublicID) + "/ask?" + query("item", path)
}

// gathered fills a first view of the page with what was prepared.
func (t *typed) gathered(f *dossier.File) {
	t.word, t.why = map[string]string{}, map[string]string{}
	for _, i := range f.Request {
		t.ticked, t.listed = append(t.ticked, i.Path), append(t.listed, i.Path)
		t.word[i.Path], t.why[i.Path] = i.Word, i.Why
	}
}

// prepare keeps what the page of the request bears, and sends nothing.
func (b *desk) prepare(v *web.Visit, d *dossier.Dossier, m *workflow.Move, t typed) error {
	f, err := b.Office.Read(v.R.Context(), v.Actor, d.PublicID)
	if err != nil {
		return err
	}
	r := readingOf(v, f)
	picks, problems := t.picked(v.P, r)
	if i := slices.IndexFunc(picks, func(p dossier.Pick) bool { return utf8.RuneCountInString(p.Word) > mostWord }); i >= 0 {
		return b.sendMove(v, http.StatusUnprocessableEntity, m, t, problems)
	}
	if err := b.Office.Prepare(v.R.Context(), v.Actor, d.PublicID, picks, t.left(r.sight, picks)); err != nil {
		return err
	}
	v.Flash("desk.ask.saved")
	return v.Redirect(dossierPath(d.PublicID) + "#request")
}

// gatherView is the page of one item.
type gatherView struct {
	d             *dossier.Dossier
	path, label   string
	answer        string
	why, word     components.Field
	listed        bool // it is in the request already
	problems      []components.Problem
	heading, back string
}

func (b *desk) getGather(v *web.Visit) error {
	return b.sendGather(v, v.Query("item"), nil, http.StatusOK)
}

// sendGather shows the page of one item; typed is what was posted, nil for what stands in the request.
func (b *desk) sendGather(v *web.Visit, path string, posted *dossier.Pick, status int) error {
	f, err := b.Office.Read(v.R.Context(), v.Actor, v.Param("dossier"))
	if err != nil {
		return err
	}
	r := readingOf(v, f)
	state := r.now.Field(path)
	if state == nil || !f.Askable(path) || !r.sight.field(path) || !mayGather(r.sight, f.Dossier) {
		return fault.New(fault.NotFound, "")
	}
	x := &gatherView{d: f.Dossier, path: path, label: r.label(path), answer: firstLine(r.answer(state)), heading: r.sight.heading(f.Def, dossier.Heading(f.Def, f.Filed))}
	x.back = dossierPath(f.PublicID)
	x.why = components.Field{ID: "why", Name: "why", Label: v.P.T("desk.ask.why_title"), Options: whys(v.P), Value: usualWhy(state)}
	x.word = components.Field{ID: "word", Name: "word", Label: v.P.T("desk.ask.sentence"), Hint: v.P.T("desk.ask.sentence_hint"), Rows: 3, MaxLength: mostWord}
	if i := f.InTheMaking(path); i != nil {
		x.listed, x.why.Value, x.word.Value = true, i.Why, i.Word
	}
	if posted != nil {
		x.why.Value, x.word.Value, x.word.Error = posted.Why, posted.Word, wordProblem(v, *posted, x.label)
		x.problems = []components.Problem{{ID: "word", Text: x.word.Error}}
	}
	pg := v.Frame(v.P.T("desk.ask.title"))
	pg.Back, pg.Error, pg.LangURL = x.back, len(x.problems) > 0, langAt(v, gatherPath(f.Dossier, path))
	if pg.LangURL != "" {
		pg.LangURL = strings.Replace(pg.LangURL, "?lang", "&lang", 1)
	}
	return v.PageStatus(status, gatherPage(pg, x))
}

func wordProblem(v *web.Visit, p dossier.Pick, label string) string {
	switch n := utf8.RuneCountInString(p.Word); {
	case n == 0:
		return v.P.T("desk.move.problem.word", "item", label)
	case n > mostWord:
		return v.P.T("desk.move.problem.word_long", "item", label, "n", mostWord)
	}
	return ""
}

// postGather puts one item into the request, or takes it out.
func (b *desk) postGather(v *web.Visit) error {
	posted, err := v.OneEach("item", "why", "word", "action")
	if err != nil {
		return err
	}
	pick := dossier.Pick{Path: posted["item"], Why: posted["why"], Word: strings.TrimSpace(strings.ReplaceAll(posted["word"], "\r\n", "\n"))}
	d, err := b.Office.Open(v.R.Context(), v.Actor, v.Param("dossier"))
	if err != nil {
		return err
	}
	if !sightOf(v.Actor, d).field(pick.Path) {
		return fault.New(fault.NotFound, "")
	}
	picks, dropped, flash := []dossier.Pick{pick}, []string(nil), "desk.ask.added"
	switch {
	case posted["action"] == "drop":
		picks, dropped, flash = nil, []string{pick.Path}, "desk.ask.dropped"
	case wordProblem(v, pick, "") != "":
		return b.sendGather(v, pick.Path, &pick, http.StatusUnprocessableEntity)
	}
	if err := b.Office.Prepare(v.R.Context(), v.Actor, d.PublicID, picks, dropped); err != nil {
		return err
	}
	v.Flash(flash)
	return v.Redirect(dossierPath(d.PublicID) + "#request")
}

// untilField is the day to answer by, proposed from the definition.
func untilField(v *web.Visit, d *dossier.Dossier, m *workflow.Move, t typed, wrong string) *components.Field {
	proposed, first, last, _ := d.Def.Flow.Due(m, v.Now)
	c := &components.Field{
		ID: "until", Name: "until", Label: v.P.T("desk.ask.until"), Error: wrong, Date: form.DateParts(proposed),
		Hint: v.P.T("desk.ask.until_hint", "first", v.P.Date(first), "last", v.P.Date(last)),
	}
	if len(t.until) > 0 {
		c.Date = [3]string{t.until.Get("until.day"), t.until.Get("until.month"), t.until.Get("until.year")}
	}
	return c
}

// day reads the day to answer by, within the definition's bounds.
func (t *typed) day(v *web.Visit, d *dossier.Dossier, m *workflow.Move) []problem {
	_, first, last, ok := d.Def.Flow.Due(m, v.Now)
	if !ok || len(t.until) == 0 {
		return nil
	}
	day, wrong, _ := form.ReadDate(t.until.Get("until.day"), t.until.Get("until.month"), t.until.Get("until.year"))
	switch {
	case !wrong.IsZero():
		return []problem{{"due", "until", v.P.T("desk.ask.until") + v.P.T("portal.state.colon") + wrong.In(v.P.Lang)}}
	case day.Before(first) || day.After(last):
		return []problem{{"due", "until", v.P.T("desk.ask.due_outside", "first", v.P.Date(first), "last", v.P.Date(last))}}
	}
	t.act.Until = day
	return nil
}
