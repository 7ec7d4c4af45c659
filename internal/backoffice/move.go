package backoffice

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

// moveView is the page of one move: what it does, what it asks of the agent, and what is wrong with what was typed.
type moveView struct {
	d        *dossier.Dossier
	m        *workflow.Move
	heading  string
	state    components.Status
	fields   []templ.Component
	reasons  *components.Field
	assignee *components.Field
	until    *components.Field // the day to answer by
	picks    []pickStep
	asks     []components.Field // a word on each thing that the move asks for
	files    []components.Upload
	problems []components.Problem
	held     *heldView
	button   string
}

// versionOf is how often the agents' own answers were written: two agents never overwrite each other unseen.
func versionOf(d *dossier.Dossier) string { return strconv.Itoa(d.Version(form.AgentStep)) }

// holderOf is whose dossier it is, so that nobody takes from a colleague what they saw in nobody's hands.
func holderOf(d *dossier.Dossier) string { return strconv.FormatInt(d.AssigneeID, 10) }

func (b *desk) getMove(v *web.Visit) error {
	d, m, err := b.moveAt(v)
	if err != nil {
		return err
	}
	if !slices.Contains(sightOf(v.Actor, d).moves(d), m) {
		return b.sendConflict(v, nil)
	}
	if direct(m) {
		return v.Redirect(dossierPath(d.PublicID))
	}
	if sent, err := b.take(v, d, m); sent || err != nil {
		return err
	}
	return b.sendMove(v, http.StatusOK, m, typed{}, nil)
}

// moveAt finds the dossier and the move of the address. A move that is not the agent's to make is Forbidden.
func (b *desk) moveAt(v *web.Visit) (*dossier.Dossier, *workflow.Move, error) {
	d, err := b.Office.Open(v.R.Context(), v.Actor, v.Param("dossier"))
	if err != nil {
		return nil, nil, err
	}
	m := d.Def.Flow.Move(v.Param("move"))
	if m == nil {
		return nil, nil, fault.New(fault.NotFound, "")
	}
	if !slices.ContainsFunc(sightOf(v.Actor, d).roles, func(r string) bool { return slices.Contains(m.By, r) }) {
		return nil, nil, fault.New(fault.Forbidden, "")
	}
	return d, m, nil
}

func (b *desk) postMove(v *web.Visit) error {
	d, m, err := b.moveAt(v)
	if err != nil {
		return err
	}
	posted, err := v.Form()
	if err != nil {
		return err
	}
	t, err := bindMove(m, posted)
	if err != nil {
		return err
	}
	if t.save {
		return b.prepare(v, d, m, t)
	}
	if t.stale(m, d) {
		return b.sendConflict(v, t.words(m))
	}
	problems, err := b.check(v, d, m, &t)
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		return b.sendMove(v, http.StatusUnprocessableEntity, m, t, problems)
	}
	err = b.Office.Move(v.R.Context(), v.Actor, d.PublicID, t.act)
	if err == nil {
		said := "desk.move.done"
		if p, err := b.Office.Waiting(v.R.Context(), v.Actor, d.PublicID); err == nil && p.Move == m.ID && p.By == v.Actor.AccountID {
			said = "desk.second.sent"
		}
		v.Flash(said, "move", m.Label.In(v.P.Lang))
		return v.Redirect(dossierPath(d.PublicID))
	}
	return b.refused(v, m, t, err)
}

// refused explains why a move was not made.
func (b *desk) refused(v *web.Visit, m *workflow.Move, t typed, err error) error {
	if held, ok := errors.AsType[*dossier.Held](err); ok {
		return b.sendHeld(v, m, t, held)
	}
	if missing, ok := errors.AsType[*dossier.Missing](err); ok {
		return b.sendMove(v, http.StatusUnprocessableEntity, m, t, lacking(v.P, missing))
	}
	if unmet, ok := errors.AsType[*workflow.Unmet](err); ok {
		return b.sendUnmet(v, m, t, unmet.Needs)
	}
	if key := fault.Key(err); key == "second.waiting" || key == "second.decided" {
		return b.sendSecondConflict(v, t.words(m))
	}
	if fault.Of(err) == fault.Conflict {
		return b.sendConflict(v, t.words(m))
	}
	return err
}

// sendMove shows the page of a move, with what was typed and what is wrong with it.
func (b *desk) sendMove(v *web.Visit, status int, m *workflow.Move, t typed, problems []problem) error {
	f, err := b.Office.Read(v.R.Context(), v.Actor, v.Param("dossier"))
	if err != nil {
		return err
	}
	x, err := b.moveView(v, f, m, t, problems)
	if err != nil {
		return err
	}
	pg := v.Frame(m.Label.In(v.P.Lang))
	pg.Back, pg.Error, pg.LangURL = dossierPath(f.PublicID), len(problems) > 0, langAt(v, movePath(f.Dossier, m))
	return v.PageStatus(status, movePage(pg, x))
}

func (b *desk) moveView(v *web.Visit, f *dossier.File, m *workflow.Move, t typed, problems []problem) (*moveView, error) {
	r, errs := readingOf(v, f), map[string]string{}
	x := &moveView{d: f.Dossier, m: m, heading: r.sight.heading(f.Def, dossier.Heading(f.Def, f.Filed)), state: status(f.Def, f.State, v.P.Lang)}
	x.button = m.Label.In(v.P.Lang)
	if b.Office.TakesTwo(f.Dossier, m.ID) {
		x.button = v.P.T("desk.second.propose", "move", x.button)
	}
	for _, p := range problems {
		x.problems = append(x.problems, components.Problem{ID: p.id, Text: p.text})
		if errs[p.field] == "" {
			errs[p.field] = p.text
		}
	}
	j, err := t.journey(v, f, m)
	if err != nil {
		return nil, err
	}
	x.files = proofs(v, f, m, errs)
	for _, s := range agentFields(j, m) {
		if r.sight.field(s.Path) && s.Field.Kind != form.File {
			s.Required = s.Required || slices.Contains(m.Form.Required, s.Path)
			x.fields = append(x.fields, control(v.P, s, errs[s.Path]))
		}
	}
	if len(m.Form.Reasons) > 0 {
		x.reasons = reasonField(v, m.Form.Offered(), t, errs["reason"])
		b.markSecond(v, f.Dossier, m, x.reasons)
	}
	if m.Form.Pick {
		if t.act.State == "" {
			t.gathered(f)
		}
		x.picks = r.picks(t, errs)
	}
	for _, path := range m.Form.Asks {
		x.asks = append(x.asks, components.Field{
			ID: "word." + path, Name: "word." + path, Label: v.P.T("desk.move.asks", "item", f.Def.Form.Field(path).Label.In(v.P.Lang)),
			Hint: v.P.T("desk.move.asks_hint"), Value: t.word[path], Error: errs[path], Rows: 4, MaxLength: mostWord,
		})
	}
	if m.Form.Due != "" {
		x.until = untilField(v, f.Dossier, m, t, errs["due"])
	}
	if assigns(m, "chosen") {
		if x.assignee, err = b.assigneeField(v, f, t, errs["assignee"]); err != nil {
			return nil, err
		}
	}
	if m.Locks {
		x.held, err = b.holder(v, f.Dossier)
	}
	return x, err
}

func reasonField(v *web.Visit, offered []workflow.Reason, t typed, wrong string) *components.Field {
	c := &components.Field{ID: "reason", Name: "reason", Label: v.P.T("desk.move.reason"), Value: t.act.Reason, Error: wrong}
	for _, x := range offered {
		c.Options = append(c.Options, components.Option{Value: x.ID, Label: x.Label.In(v.P.Lang)})
	}
	return c
}

func (b *desk) assigneeField(v *web.Visit, f *dossier.File, t typed, wrong string) (*components.Field, error) {
	ids, err := b.Office.Colleagues(v.R.Context(), v.Actor, f.Procedure)
	if err != nil {
		return nil, err
	}
	names, err := b.names(v, slices.Clone(ids))
	if err != nil {
		return nil, err
	}
	c := components.Field{ID: "assignee", Name: "assignee", Label: v.P.T("desk.move.assignee"), Error: wrong, Options: []components.Option{{}}}
	if id := t.act.Assignee; id != 0 {
		c.Value = strconv.FormatInt(id, 10)
	} else if f.AssigneeID != 0 {
		c.Value = strconv.FormatInt(f.AssigneeID, 10)
	}
	c = withColleagues(c, ids, names)
	return &c, nil
}

// journey walks the agents' answers as typed.
func (t typed) journey(v *web.Visit, f *dossier.File, m *workflow.Move) (*form.Journey, error) {
	raw := filed(f.Dossier)
	if t.act.Fields != nil {
		posted := url.Values{form.ShownName: typedFields(f.Def.Form, m)}
		for name, values := range t.act.Fields {
			posted[name] = values
		}
		next, err := f.Def.Form.Bind(form.AgentStep, posted, f.Agent)
		if err != nil {
			return nil, err
		}
		for path, values := range next {
			raw[path] = values
		}
	}
	return f.Def.Form.Walk(raw, nil, workflow.Day(v.Now)), nil
}

// buttonKind is the look of the button that makes the move.
func buttonKind(m *workflow.Move) string {
	if m.Danger {
		return "warning"
	}
	return ""
}
