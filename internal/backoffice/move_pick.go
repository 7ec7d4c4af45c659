package backoffice

import (
	"cmp"
	"slices"
	"strings"

	"guichet/internal/form"
	"guichet/internal/text"
	"guichet/internal/workflow"
	"guichet/web/components"
)

// pickStep is a step with what can be asked for again.
type pickStep struct {
	title string
	open  bool
	items []pickItem
}

// pickItem is a question or a document that can be asked for, with a word on it (RP-014).
type pickItem struct {
	path, label, answer string
	usual               string // what is most likely wrong with it
	ticked              bool
	listed              bool // it stood in the request when the page was drawn
	why, word           components.Field
}

// mostCells is how many items a page offers one by one; beyond, a group is asked for as a whole, so that no family is too
// large for a form.
const mostCells = 400

// pickable lists what the answers call for, step by step; what is computed cannot be asked.
func (r reading) pickable() []pickStep {
	out, n := r.pickableCells(true)
	if n > mostCells {
		out, _ = r.pickableCells(false)
	}
	return out
}

func (r reading) pickableCells(cells bool) (out []pickStep, n int) {
	for _, s := range r.now.Steps() {
		if !s.Relevant {
			continue
		}
		step := pickStep{title: s.Step.Title.In(r.p.Lang), open: s.Step.Files}
		for _, f := range s.Fields {
			step.items = r.offer(step.items, f, "", cells)
		}
		if n += len(step.items); len(step.items) > 0 {
			out = append(out, step)
		}
	}
	return out, n
}

func (r reading) offer(items []pickItem, f *form.FieldState, row string, cells bool) []pickItem {
	if !f.Relevant || f.Computed() || !r.sight.field(f.Path) {
		return items
	}
	byRow := f.Field.Kind == form.File && f.Rows != nil
	if !byRow {
		items = append(items, pickItem{path: f.Path, label: row + f.Label.In(r.p.Lang), answer: r.answer(f), usual: usualWhy(f)})
	}
	if !cells && !byRow {
		return items
	}
	for _, x := range f.Rows {
		for _, cell := range x.Fields {
			items = r.offer(items, cell, x.Title.In(r.p.Lang)+" – ", cells)
		}
	}
	return items
}

func (r reading) answer(f *form.FieldState) string {
	if s := f.Display(r.p.Lang); s != "" {
		return s
	}
	if f.Required {
		return r.p.T("desk.papers.missing")
	}
	return r.p.T("ui.no_answer")
}

// picks is the list with what was ticked and typed; steps in which something was are open, and the documents always.
func (r reading) picks(t typed, errs map[string]string) []pickStep {
	steps := r.pickable()
	for s := range steps {
		for i := range steps[s].items {
			x := &steps[s].items[i]
			x.listed = slices.Contains(t.listed, x.path)
			x.ticked = slices.Contains(t.ticked, x.path) || t.word[x.path] != ""
			x.word = components.Field{
				ID: "word." + x.path, Name: "word." + x.path, Label: r.p.T("desk.move.word", "item", x.label), Hidden: true, Value: t.word[x.path], Error: errs[x.path],
			}
			x.why = components.Field{
				ID: "why." + x.path, Name: "why." + x.path, Label: r.p.T("desk.ask.why_of", "item", x.label), Hidden: true,
				Value: cmp.Or(t.why[x.path], x.usual), Options: whys(r.p),
			}
			steps[s].open = steps[s].open || x.ticked
		}
	}
	return steps
}

// usualWhy is missing for what was not given, and else nothing in particular.
func usualWhy(f *form.FieldState) string {
	if !f.Answered() {
		return "missing"
	}
	return "other"
}

// whys are the kinds of an item, to choose from.
func whys(p text.Printer) []components.Option {
	out := make([]components.Option, len(workflow.Whys))
	for i, w := range workflow.Whys {
		out[i] = components.Option{Value: w, Label: p.T("desk.ask.why." + w)}
	}
	return out
}

// firstLine keeps a long answer from filling the list.
func firstLine(s string) string {
	line, rest, _ := strings.Cut(s, "\n")
	if runes := []rune(line); len(runes) > 80 {
		return string(runes[:80]) + "…"
	}
	if rest != "" {
		return line + " …"
	}
	return line
}
