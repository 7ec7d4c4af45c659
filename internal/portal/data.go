package portal

import (
	"strings"

	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/procedure"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

func dataPath(proc *procedure.Procedure) string { return "/data/" + proc.ID }

// getData is the record of a processing, written from the definition that the service runs on (RP-001 to RP-009, RP-150).
func (p *portal) getData(v *web.Visit) error {
	proc := p.Catalogue.Get(v.Param("procedure"))
	if proc == nil {
		return fault.New(fault.NotFound, "")
	}
	pg := v.Frame(v.P.T("portal.data.title"))
	pg.Wide = true
	return v.Page(dataPage(pg, &dataView{p: p, proc: proc, pr: v.P}))
}

// dataView reads a definition aloud.
type dataView struct {
	p    *portal
	proc *procedure.Procedure
	pr   text.Printer
}

func (d *dataView) words(w text.Words) string { return d.p.told(d.proc, w, d.pr.Lang) }

func (d *dataView) all(list []text.Words) []string {
	var out []string
	for _, w := range list {
		out = append(out, d.words(w))
	}
	return out
}

var grounds = map[string]string{
	"consent": "portal.data.ground.consent", "legal_obligation": "portal.data.ground.legal_obligation",
	"legitimate_interest": "portal.data.ground.legitimate_interest", "contract": "portal.data.ground.contract",
	"public_interest": "portal.data.ground.public_interest", "vital_interest": "portal.data.ground.vital_interest",
}

// known says a word of the definitions' vocabulary, and the word itself when it has no words of its own.
func (d *dataView) known(keys map[string]string, word string) string {
	if key := keys[word]; key != "" {
		return d.pr.T(key)
	}
	return word
}

// record is who answers for the processing, what it is for and what it rests on (RP-001, RP-003, RP-004).
func (d *dataView) record() []components.Row {
	r := d.proc.Flow.Processing
	var rests []string
	for _, g := range r.Grounds {
		rests = append(rests, d.known(grounds, g))
	}
	return []components.Row{
		{Key: d.pr.T("portal.data.purpose"), Values: []string{d.words(r.Purpose)}},
		{Key: d.pr.T("portal.data.controller"), Values: []string{d.words(r.Controller)}},
		{Key: d.pr.T("portal.data.grounds"), Values: rests},
		{Key: d.pr.T("portal.data.texts"), Values: r.Texts},
		{Key: d.pr.T("portal.data.opinion"), Values: present(r.Opinion)},
		{Key: d.pr.T("portal.data.persons"), Values: d.all(r.Persons)},
		{Key: d.pr.T("portal.data.comes"), Values: d.comes()},
	}
}

func present(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// step is the table of what one step asks for, the rows of its groups included.
func (d *dataView) step(s *form.Step) components.Table {
	t := components.Table{Caption: s.Title.In(d.pr.Lang), Head: []components.Column{
		{Label: d.pr.T("portal.data.datum")}, {Label: d.pr.T("portal.data.category")}, {Label: d.pr.T("portal.data.why")}, {Label: d.pr.T("portal.data.source")},
	}}
	for _, f := range s.Fields {
		t.Rows = append(t.Rows, d.field(s, f, "")...)
	}
	return t
}

func (d *dataView) agentFields() components.Table {
	return d.step(&form.Step{Title: both(d.pr.T("portal.data.agent_fields")), Source: "agent", Fields: d.proc.Form.AgentFields})
}

func (d *dataView) field(s *form.Step, f *form.Field, group string) [][]components.Cell {
	label := f.Label.In(d.pr.Lang)
	if group != "" {
		label = group + " – " + label
	}
	row := []components.Cell{{Text: label, Header: true}, {Text: d.category(first(f.Category, s.Category))}, {Text: d.reason(f)}, {Text: d.source(s, f)}}
	if f.Kind != form.Group {
		return [][]components.Cell{row}
	}
	var out [][]components.Cell
	for _, inner := range f.Fields {
		if inner.Category == "" {
			c := *inner
			c.Category = f.Category
			inner = &c
		}
		out = append(out, d.field(s, inner, label)...)
	}
	return out
}

func (d *dataView) category(id string) string {
	for _, c := range d.proc.Form.Categories {
		if c.ID == id {
			return c.Label.In(d.pr.Lang)
		}
	}
	return d.known(systemCategories, id)
}

// reason is the row of the authorised processing that lists the datum, or why the service itself needs it (RP-150, RP-151).
func (d *dataView) reason(f *form.Field) string {
	if len(f.Rows) > 0 {
		return d.pr.T("portal.data.listed", "rows", strings.Join(f.Rows, ", "))
	}
	return d.pr.T("portal.data.own")
}

var origins = map[string]string{"user": "portal.data.origin.user", "agent": "portal.data.origin.agent", "system": "portal.data.origin.system"}

// source is where the value comes from (RP-148, RP-149).
func (d *dataView) source(s *form.Step, f *form.Field) string {
	return d.known(origins, first(f.Source, s.Source))
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// roles says who may do what (RP-157 to RP-163).
func (d *dataView) roles() components.Table {
	t := components.Table{Caption: d.pr.T("portal.data.roles"), Head: []components.Column{{Label: d.pr.T("portal.data.role")}, {Label: d.pr.T("portal.data.may")}}}
	for _, r := range d.proc.Flow.Roles {
		if r.Kind == "system" || r.Kind == "owner" {
			continue
		}
		t.Rows = append(t.Rows, []components.Cell{{Text: r.Label.In(d.pr.Lang), Header: true}, {Text: d.may(r)}})
	}
	return t
}

var verbs = map[string]string{
	"read": "portal.data.verb.read", "process": "portal.data.verb.process", "configure": "portal.data.verb.configure",
	"assign": "portal.data.verb.assign", "message": "portal.data.verb.message", "export": "portal.data.verb.export",
}

func (d *dataView) may(r *workflow.Role) string {
	var out []string
	for _, verb := range r.Can {
		out = append(out, d.known(verbs, verb))
	}
	return d.pr.List(out)
}
