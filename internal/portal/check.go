package portal

import (
	"slices"
	"strings"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/form"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

// checkView is every answer on one page, what is still missing, and the way to send.
type checkView struct {
	feet     []foot
	intro    string
	left     []components.Link // what is still missing, each with the page that mends it
	warnings []components.Link
	parts    []checkPart
	boxes    []components.Field // what is declared on sending, never ticked in advance
	forms    []moveForm
	summary  []components.Problem
	change   bool // answers can still be changed
}

type checkPart struct {
	title string
	rows  []components.Row
}

func (p *portal) getCheck(v *web.Visit) error {
	d, err := p.open(v)
	if err != nil {
		return err
	}
	c, err := p.check(v, d)
	if err != nil {
		return err
	}
	return v.Page(checkPage(c.frame(v, d), c))
}

func (c *checkView) frame(v *web.Visit, d *dossier.Dossier) components.Page {
	title := v.P.T("portal.check.title")
	if !c.change {
		title = v.P.T("portal.check.answers")
	}
	pg := v.Frame(title)
	pg.Back, pg.LangURL, pg.Error = dossierPath(d), langAt(v, dossierPath(d)+"/check"), len(c.summary) > 0
	return pg
}

// check gathers the page: a draft can be changed and sent, anything else is read.
func (p *portal) check(v *web.Visit, d *dossier.Dossier) (*checkView, error) {
	j := d.Journey(nil, v.Now)
	c := &checkView{change: d.StateKind == workflow.Draft && access.Can(v.Actor, access.Own, d.Dossier, "")}
	for _, s := range j.Steps() {
		if s.Relevant {
			c.parts = c.part(v, d, s)
		}
	}
	if !c.change {
		return c, nil
	}
	papers, err := p.Office.Papers(v.R.Context(), d)
	if err != nil {
		return nil, err
	}
	c.intro, c.feet = v.P.T("portal.check.text"), p.feet(d.Def, v.P.Lang)
	if d.AtCounter() && !v.Guest() {
		c.intro = v.P.T("portal.counter.check")
	}
	c.find(v, d, j)
	c.spoilt(v, d, d.Spoilt(j, papers, today(v)))
	c.forms = p.forms(v, d)
	for _, n := range d.Def.Flow.NoticesAt("review") {
		if n.Ack == "required" {
			c.boxes = append(c.boxes, p.box(v, n))
		}
	}
	return c, nil
}

// spoilt lists the documents that do not meet their rules.
func (c *checkView) spoilt(v *web.Visit, d *dossier.Dossier, spoilt []dossier.Spoilt) {
	for _, s := range spoilt {
		label := s.Message.In(v.P.Lang)
		if f := d.Def.Form.Field(s.Path); f != nil {
			label = f.Label.In(v.P.Lang) + v.P.T("portal.state.colon") + label
		}
		link := components.Link{Href: dossierPath(d) + "/documents#about-" + s.ID, Label: label}
		if s.Warn {
			c.warnings = append(c.warnings, link)
		} else {
			c.left = append(c.left, link)
		}
	}
}

// box is a notice with its box.
func (p *portal) box(v *web.Visit, n *workflow.Notice) components.Field {
	return components.Field{
		ID: tickName(n), Name: tickName(n), Label: n.Title.In(v.P.Lang), Hint: p.say(n.Text, v.P.Lang),
		Options: []components.Option{{Value: "yes", Label: p.say(n.Label, v.P.Lang)}},
	}
}

// part lists the answers of a step, group by group.
func (c *checkView) part(v *web.Visit, d *dossier.Dossier, s *form.StepState) []checkPart {
	change := ""
	if c.change {
		change = stepPath(d, s.Step) + "?check=1#"
	}
	own := checkPart{title: s.Step.Title.In(v.P.Lang)}
	rows := c.parts
	var groups []checkPart
	for _, f := range s.Fields {
		switch {
		case !f.Relevant:
		case f.Field.Kind == form.Group && len(f.Rows) > 0:
			groups = append(groups, rowParts(v, f, change)...)
		case f.Rows != nil && f.Field.Kind == form.File:
			for _, r := range f.Rows {
				own.rows = append(own.rows, answerRow(v, r.Fields[0], r.Title.In(v.P.Lang), change))
			}
		default:
			own.rows = append(own.rows, answerRow(v, f, "", change))
		}
	}
	if len(own.rows) > 0 || len(groups) > 0 {
		rows = append(append(rows, own), groups...)
	}
	return rows
}

// rowParts makes a part of each row of a group: « Enfant 1 ».
func rowParts(v *web.Visit, group *form.FieldState, change string) []checkPart {
	var out []checkPart
	for _, r := range group.Rows {
		part := checkPart{title: r.Title.In(v.P.Lang)}
		for _, cell := range r.Fields {
			if cell.Relevant {
				part.rows = append(part.rows, answerRow(v, cell, "", change))
			}
		}
		out = append(out, part)
	}
	return out
}

func answerRow(v *web.Visit, f *form.FieldState, about, change string) components.Row {
	row := components.Row{Key: f.Label.In(v.P.Lang), Values: lines(f.Display(v.P.Lang)), ID: "answer-" + f.Path}
	if about != "" {
		row.Key = about + " – " + row.Key
	}
	if f.Field.Kind == form.Group {
		row.Values = []string{v.P.T("portal.check.no_row")}
	}
	if change != "" && !f.Computed() {
		row.Change = change + f.Path
	}
	if f.Required && len(row.Values) == 0 {
		row.Status = components.Status{Label: v.P.T("portal.check.missing"), Colour: "red"}
	}
	return row
}

// find lists what keeps the draft from being sent, with a link to each.
func (c *checkView) find(v *web.Visit, d *dossier.Dossier, j *form.Journey) {
	unticked := d.Unticked(j)
	for _, s := range j.Steps() {
		for _, x := range j.Check(s.Step.ID) {
			link := components.Link{Href: stepPath(d, s.Step) + "?check=1#" + controlID(x), Label: x.Message.In(v.P.Lang)}
			if x.Warn {
				c.warnings = append(c.warnings, link)
			} else {
				c.left = append(c.left, link)
			}
		}
		if slices.Contains(unticked, s.Step.ID) {
			words := v.P.T("portal.step.tick_first") + " (" + s.Step.Title.In(v.P.Lang) + ")"
			c.left = append(c.left, components.Link{Href: stepPath(d, s.Step) + "?check=1#notice." + s.Step.Notice, Label: words})
		}
	}
}

// refuse says at the top why the draft was not sent; boxes that were ticked stay so.
func (c *checkView) refuse(v *web.Visit, act dossier.Act) {
	for i := range c.boxes {
		id := strings.TrimPrefix(c.boxes[i].ID, "notice.")
		if slices.Contains(act.Accepted, id) {
			c.boxes[i].Values = []string{"yes"}
		} else {
			c.boxes[i].Error = v.P.T("portal.check.tick")
			c.summary = append(c.summary, components.Problem{ID: c.boxes[i].ID, Text: c.boxes[i].Error})
		}
	}
	if len(c.left) > 0 {
		c.summary = append(c.summary, components.Problem{ID: "left", Text: v.P.N("portal.check.left", len(c.left))})
	}
	if len(c.summary) == 0 {
		c.summary = []components.Problem{{Text: v.P.T("portal.check.not_sent")}}
	}
}
