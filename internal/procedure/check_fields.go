package procedure

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"guichet/internal/form"
	"guichet/internal/workflow"
)

func at(format string, i int) string { return fmt.Sprintf(format, i) }

// visit calls do with every field, cells of groups and agents' fields included, with the step that gives it its defaults.
func visit(f *form.Form, do func(path string, step *form.Step, field *form.Field)) {
	var walk func(path string, step *form.Step, fields []*form.Field)
	walk = func(path string, step *form.Step, fields []*form.Field) {
		for i, field := range fields {
			p := fmt.Sprintf("%s[%d]", path, i)
			do(p, step, field)
			inner := *step
			inner.Category = cmp.Or(field.Category, step.Category)
			inner.Source = cmp.Or(field.Source, step.Source)
			inner.Mirror = mirrors(step, field)
			walk(p+".fields", &inner, field.Fields)
		}
	}
	for i, s := range f.Steps {
		walk(at("steps[%d].fields", i), s, s.Fields)
	}
	walk("agent_fields", &form.Step{}, f.AgentFields)
}

func mirrors(step *form.Step, field *form.Field) bool {
	if field.Mirror != nil {
		return *field.Mirror
	}
	return step.Mirror
}

// fieldCheck is what a field is held to.
type fieldCheck struct {
	*refusals
	src    *source
	rows   map[string]requirement
	prefix string
	core   bool // a core system receives the answers: nothing it does not collect, except what the service needs (RP-150)
	roles  []string
	listed map[string]bool // rows some field carries
}

// checkFields holds the form to the closed list (RP-150, RP-151) and to what each field must say of itself.
func (r *refusals) checkFields(src *source, f *form.Form, w *workflow.Workflow, rows map[string]requirement) {
	c := &fieldCheck{refusals: r, src: src, rows: rows, prefix: w.Processing.Rows + "-", listed: map[string]bool{}}
	c.core = slices.ContainsFunc(w.Connectors, func(k workflow.Connector) bool { return k.Kind == "push" })
	for _, o := range w.Roles {
		c.roles = append(c.roles, o.ID)
	}
	visit(f, c.field)
	c.coverage()
	c.notices(f, w)
}

func (c *fieldCheck) field(path string, step *form.Step, field *form.Field) {
	c.origin(path, step, field)
	c.listedBy(path, field)
	for i, role := range field.See {
		if !slices.Contains(c.roles, role) {
			c.add(c.src, fmt.Sprintf("%s.see[%d]", path, i), "name a role of the workflow", "no role %q", role)
		}
	}
	if source := cmp.Or(field.Source, step.Source); !slices.Contains([]string{"user", "agent", "system"}, source) {
		c.add(c.src, path+".source", "write user, agent or system, on the field or on its step (RP-148, RP-149)", "the field %q does not say where its value comes from", field.ID)
	}
	c.say(path, field)
}

// listedBy resolves the rows that list a field's datum. Without the list, its own refusal says enough.
func (c *fieldCheck) listedBy(path string, field *form.Field) {
	for i, id := range field.Rows {
		p := fmt.Sprintf("%s.rows[%d]", path, i)
		switch {
		case c.rows == nil:
		case c.rows[id].id == "":
			c.add(c.src, p, "look the row up in "+requirementsFile, "there is no row %s", id)
		case !strings.HasPrefix(id, c.prefix):
			c.add(c.src, p, "name a row that begins with "+c.prefix, "the row %s is another procedure's", id)
		}
		c.listed[id] = true
	}
}

// origin wants a reason for every datum. A group carries the rows of its cells.
func (c *fieldCheck) origin(path string, step *form.Step, field *form.Field) {
	if field.Kind == form.Group {
		return
	}
	switch {
	case len(field.Rows) == 0 && field.Own == "":
		c.add(c.src, path, "name the row that lists it in `rows`, or say in `own` why the service itself needs it",
			"the field %q is neither in the closed list nor the service's own", field.ID)
	case c.core && !mirrors(step, field) && field.Own == "":
		c.add(c.src, path, "write `mirror: true` if the core system collects it too, or say in `own` why the service needs it",
			"the field %q would extend what the core system collects", field.ID)
	}
}

// say wants what is said beside the question in both languages; labels are the form's own check.
func (c *fieldCheck) say(path string, field *form.Field) {
	c.both(c.src, path+".hint", field.Hint)
	c.both(c.src, path+".row_title", field.RowTitle)
	for i, o := range field.Options {
		c.both(c.src, fmt.Sprintf("%s.options[%d].hint", path, i), o.Hint)
	}
}

// coverage refuses a listed datum that no field asks.
func (c *fieldCheck) coverage() {
	for _, id := range slices.Sorted(maps.Keys(c.rows)) {
		row := c.rows[id]
		if row.asks && strings.HasPrefix(id, c.prefix) && !c.listed[id] {
			c.add(c.src, "steps", "add the field, or name the row in the `rows` of the one that asks it", "no field asks the listed datum %s: %s", id, row.text)
		}
	}
}

// notices resolves the notices that steps show, and wants the steps' words in both languages.
func (c *fieldCheck) notices(f *form.Form, w *workflow.Workflow) {
	for i, s := range f.Steps {
		if s.Notice != "" && !slices.ContainsFunc(w.Notices, func(n *workflow.Notice) bool { return n.ID == s.Notice }) {
			c.add(c.src, at("steps[%d].notice", i), "name a notice of the workflow", "no notice %q", s.Notice)
		}
		c.both(c.src, at("steps[%d].intro", i), s.Intro)
	}
	c.words(c.src, "title", f.Title)
}
