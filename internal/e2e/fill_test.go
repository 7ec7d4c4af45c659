package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/chromedp/chromedp"

	"guichet/internal/form"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// control is one on the page that does not yet hold what the persona would answer.
type control struct {
	ID, Kind, Value, Label string
}

// missing lists, in the order of the page, the controls of the step that hold something else than wanted.
const missing = `(wanted => [...document.querySelectorAll("#step [name]")].flatMap(e => {
	const want = wanted[e.name]
	if (!want || e.type === "hidden" || e.tagName === "BUTTON") return []
	if (e.type === "radio" || e.type === "checkbox")
		return want.includes(e.value) && !e.checked ? [{ID: e.id, Kind: "choose"}] : []
	if (e.value === want[0]) return []
	if (e.tagName === "SELECT")
		return [{ID: e.hidden ? e.id.replace(/-select$/, "") : e.id, Kind: "pick", Value: want[0], Label: [...e.options].find(o => o.value === want[0])?.label}]
	return [{ID: e.id, Kind: "write", Value: want[0]}]
}))(%s)`

// fill answers all that the step's page asks, further questions and rows included, and goes on to the next.
func (t *tab) fill(s *form.Step, p testkit.Persona) {
	t.t.Helper()
	at := t.at()
	for range 12 {
		t.answer(s, p)
		if add := t.lacksRow(s, p); add != "" {
			t.send(fmt.Sprintf(`button[value=%q]`, "add:"+add))
			continue
		}
		t.send(`main button[value=continue]`)
		if t.at() != at {
			return
		}
	}
	t.t.Fatalf("%s does not let go:\n%s", at, t.words())
}

// answer works until nothing is missing: an answer may bring further questions.
func (t *tab) answer(s *form.Step, p testkit.Persona) {
	t.t.Helper()
	for range 200 {
		wanted, err := json.Marshal(t.wanted(s, p))
		must(t.t, err)
		todo := look[[]control](t, fmt.Sprintf(missing, wanted))
		if len(todo) == 0 && t.rests() {
			return
		}
		if len(todo) > 0 {
			t.work(todo[0])
		}
	}
	t.t.Fatalf("never ready:\n%s", t.words())
}

// rests waits until no save is under way; false when something was saved meanwhile, so that the page may ask more.
func (t *tab) rests() bool {
	t.t.Helper()
	if !t.hand.scripted() {
		return true
	}
	before := look[string](t, `document.querySelector("[name=_version]").value`)
	t.until(`document.querySelector("#step [data-status]").innerText !== document.querySelector("#step").dataset.saving`)
	return before == look[string](t, `document.querySelector("[name=_version]").value`)
}

func (t *tab) work(c control) {
	t.t.Helper()
	switch c.Kind {
	case "choose":
		t.hand.choose(t, c.ID)
	case "pick":
		t.hand.pick(t, c.ID, c.Value, c.Label)
	default:
		t.hand.write(t, c.ID, c.Value)
	}
}

// wanted is what the persona would answer on the step, by the names of controls.
func (t *tab) wanted(s *form.Step, p testkit.Persona) map[string][]string {
	t.t.Helper()
	out := map[string][]string{}
	add := func(f *form.Field, path string, answer any) {
		if answer == nil || f.Compute != "" || f.Kind == form.File {
			return
		}
		for name, values := range stage.Typed(f, path, answer) {
			out[name] = values
		}
	}
	for _, f := range s.Fields {
		if f.Kind != form.Group {
			add(f, f.ID, p.Answers[f.ID])
			continue
		}
		rows, _ := p.Answers[f.ID].([]any)
		for i, id := range t.rows(f.ID) {
			cells, _ := rows[i].(map[string]any)
			for _, cell := range f.Fields {
				add(cell, f.ID+"."+id+"."+cell.ID, cells[cell.ID])
			}
		}
	}
	if s.Notice != "" {
		out["notice."+s.Notice] = []string{"yes"}
	}
	return out
}

// rows are the ids of the rows of a group on the page.
func (t *tab) rows(group string) []string {
	t.t.Helper()
	return look[[]string](t, fmt.Sprintf(`[...document.querySelectorAll('#step input[type=hidden][name=%q]')].map(e => e.value)`, group))
}

// lacksRow is a group that needs one row more.
func (t *tab) lacksRow(s *form.Step, p testkit.Persona) string {
	t.t.Helper()
	for _, f := range s.Fields {
		rows, _ := p.Answers[f.ID].([]any)
		if f.Kind == form.Group && len(t.rows(f.ID)) < len(rows) &&
			look[bool](t, fmt.Sprintf(`!!document.querySelector('button[value=%q]')`, "add:"+f.ID)) {
			return f.ID
		}
	}
	return ""
}

// picture is a file on disk, each shade one of its own.
func (t *tab) picture(shade uint8) string {
	t.t.Helper()
	path := filepath.Join(t.t.TempDir(), fmt.Sprintf("pièce %d.png", shade))
	must(t.t, os.WriteFile(path, testkit.Picture(shade), 0o600))
	return path
}

// attach chooses a file in an upload form, as the file dialog would, and sends it.
func (t *tab) attach(id, file string) {
	t.t.Helper()
	t.hand.focus(t, id)
	must(t.t, chromedp.Do(t.ctx, chromedp.SetUploadFiles(byID(id), []string{file})))
	send := fmt.Sprintf(`form:has([id=%q]) button.govuk-button`, id)
	kept := fmt.Sprintf(`form:has([id=%q]) .guichet-files`, id)
	if t.hand.scripted() {
		t.hand.press(t, send)
	} else {
		t.send(send)
	}
	t.until(fmt.Sprintf(`document.querySelector(%q)?.innerText.includes(%q)`, kept, filepath.Base(file)))
}

// attachOwed gives a file for each document that must be given and is not yet there; the number of them.
func (t *tab) attachOwed() int {
	t.t.Helper()
	for n := range 40 {
		id := look[string](t, `[...document.querySelectorAll(".guichet-document")]
			.find(s => s.querySelector(".govuk-tag--blue") && !s.querySelector(".guichet-files"))?.querySelector("[type=file]").id ?? ""`)
		if id == "" {
			return n
		}
		t.attach(id, t.picture(uint8(20+n)))
	}
	t.t.Fatal("more documents than any list has")
	return 0
}
