package backoffice

import (
	"slices"
	"strings"

	"guichet/internal/dossier"
	"guichet/internal/form"
	"guichet/internal/text"
	"guichet/internal/workflow"
	"guichet/web/components"
)

// section is a step with its answers.
type section struct {
	id, title string
	parts     []part
}

// part is a run of answers: those of the step itself, or of one row of a group, under its title.
type part struct {
	title  string
	status components.Status
	rows   []components.Row
}

// reading puts answers in words, what they were before beside what they are now.
type reading struct {
	p        text.Printer
	sight    sight
	now, old *form.Journey // old is nil where nothing was filed twice

	d      *dossier.Dossier    // where the agent may ask about answers and put them right; else nil
	asking []dossier.AskedItem // what the person is asked for now
}

// sections are the steps that apply, in order, the agents' own last; documents stand elsewhere.
func (r reading) sections() []section {
	var out []section
	for _, s := range append(slices.Clip(r.now.Steps()), r.now.Step(form.AgentStep)) {
		if s == nil || !s.Relevant || s.Step.Files {
			continue
		}
		title := s.Step.Title.In(r.p.Lang)
		if s.Step.ID == form.AgentStep {
			title = r.p.T("desk.dossier.agent_answers")
		}
		if parts := r.parts(s.Fields); len(parts) > 0 {
			out = append(out, section{s.Step.ID, title, parts})
		}
	}
	return out
}

// parts keep the order of the questions: a group stands between what comes before and after it.
func (r reading) parts(fields []*form.FieldState) []part {
	var out []part
	own := part{}
	for _, f := range fields {
		if !f.Relevant || !r.sight.field(f.Path) {
			continue
		}
		if f.Field.Kind != form.Group {
			own.rows = append(own.rows, r.row(f))
			continue
		}
		if len(f.Rows) == 0 && len(r.gone(f)) == 0 {
			own.rows = append(own.rows, components.Row{Key: f.Label.In(r.p.Lang), ID: f.Path})
			continue
		}
		if len(own.rows) > 0 {
			out = append(out, own)
		}
		out = append(out, r.group(f)...)
		own = part{}
	}
	if len(own.rows) > 0 {
		out = append(out, own)
	}
	return out
}

// group shows every row of a group, and those that the last filing took away.
func (r reading) group(f *form.FieldState) []part {
	var out []part
	for _, row := range f.Rows {
		x := part{title: row.Title.In(r.p.Lang), rows: r.cells(row)}
		if r.old != nil && !slices.ContainsFunc(r.oldRows(f), func(o form.RowState) bool { return o.ID == row.ID }) {
			x.status = components.Status{Label: r.p.T("desk.dossier.added"), Colour: "yellow"}
		}
		out = append(out, x)
	}
	for _, row := range r.gone(f) {
		was := reading{p: r.p, sight: r.sight, now: r.old}
		out = append(out, part{title: row.Title.In(r.p.Lang), rows: was.cells(row), status: components.Status{Label: r.p.T("desk.dossier.removed"), Colour: "red"}})
	}
	return out
}

func (r reading) cells(row form.RowState) []components.Row {
	var out []components.Row
	for _, cell := range row.Fields {
		if cell.Relevant && r.sight.field(cell.Path) {
			out = append(out, r.row(cell))
		}
	}
	return out
}

func (r reading) oldRows(f *form.FieldState) []form.RowState {
	if r.old == nil {
		return nil
	}
	if was := r.old.Field(f.Path); was != nil {
		return was.Rows
	}
	return nil
}

// gone are the rows of the filing before that are no more.
func (r reading) gone(f *form.FieldState) []form.RowState {
	return slices.DeleteFunc(slices.Clone(r.oldRows(f)), func(o form.RowState) bool {
		return slices.ContainsFunc(f.Rows, func(n form.RowState) bool { return n.ID == o.ID })
	})
}

// row is one answer; one that the last filing changed bears the old one too.
func (r reading) row(f *form.FieldState) components.Row {
	now := f.Display(r.p.Lang)
	out := components.Row{Key: f.Label.In(r.p.Lang), ID: f.Path, Values: lines(now), Links: r.links(f)}
	old, known := r.was(f.Path)
	if !known || old == now {
		return out
	}
	if len(out.Values) == 0 {
		out.Values = []string{r.p.T("ui.no_answer")}
	}
	if old == "" {
		old = r.p.T("ui.no_answer")
	}
	out.Values = append(out.Values, r.p.T("desk.dossier.before", "answer", old))
	out.Status = components.Status{Label: r.p.T("desk.dossier.changed"), Colour: "yellow"}
	return out
}

// links are what an agent can do about an answer: ask for it, or put it right at the counter.
func (r reading) links(f *form.FieldState) []components.Link {
	if r.d == nil || f.Computed() || !r.d.Askable(f.Path) {
		return nil
	}
	out := []components.Link{{Href: gatherPath(r.d, f.Path), Label: r.p.T("desk.ask.link")}}
	if r.correctable(f.Path) {
		out = append(out, components.Link{Href: correctPath(r.d, f.Path), Label: r.p.T("desk.correct.link")})
	}
	return out
}

// correctable tells whether an agent may type the answer in the person's place: all of it while the dossier is at work, and
// what was asked for while it waits for its person.
func (r reading) correctable(path string) bool {
	if r.d == nil || r.d.Correctable(path) == nil || !r.sight.field(path) {
		return false
	}
	return r.d.StateKind == workflow.Open || slices.ContainsFunc(r.asking, func(i dossier.AskedItem) bool {
		return path == i.Path || strings.HasPrefix(path, i.Path+".")
	})
}

// was is the answer of the filing before, known where there was one and the question stood in it.
func (r reading) was(path string) (string, bool) {
	if r.old == nil {
		return "", false
	}
	f := r.old.Field(path)
	if f == nil {
		return "", false
	}
	if !f.Relevant {
		return "", true
	}
	return f.Display(r.p.Lang), true
}

// lines are the lines of an answer; none for an empty one.
func lines(answer string) []string {
	if answer == "" {
		return nil
	}
	return strings.Split(answer, "\n")
}

// label names a path in words: the question, after the row it belongs to.
func (r reading) label(path string) string {
	for _, f := range r.now.Each {
		for _, row := range f.Rows {
			for _, cell := range row.Fields {
				if cell.Path == path {
					return row.Title.In(r.p.Lang) + " – " + cell.Label.In(r.p.Lang)
				}
			}
		}
		if f.Path == path {
			return f.Label.In(r.p.Lang)
		}
	}
	return path
}
