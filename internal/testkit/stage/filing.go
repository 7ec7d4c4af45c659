package stage

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"guichet/internal/form"
	"guichet/internal/procedure"
	"guichet/internal/testkit"
)

// Filing is a person at work on one dossier.
type Filing struct {
	*Browser
	Persona testkit.Persona
	Def     *procedure.Procedure
	ID      string               // public id of the dossier
	Asked   map[*form.Field]bool // questions that the person has read on a page

	app *App
}

var dossierAddress = regexp.MustCompile(`^/dossier/([a-z0-9]{20,})`)

// Start takes the entry of a procedure: its notices, its boxes, and the first page.
func (b *Browser) Start(def *procedure.Procedure, p testkit.Persona) *Filing {
	t := b.app.t
	t.Helper()
	page := b.Get("/start/" + def.ID).Form("start").TickAll().Submit("").Want(200)
	found := dossierAddress.FindStringSubmatch(page.Path())
	if found == nil {
		t.Fatalf("no dossier was started: %s", clip(page.Text()))
	}
	return &Filing{Browser: b, Persona: p, Def: def, ID: found[1], Asked: map[*form.Field]bool{}, app: b.app}
}

// Path is an address of the dossier.
func (f *Filing) Path(rest string) string { return "/dossier/" + f.ID + rest }

// Fill answers every step that the task list leads to, as the persona would.
func (f *Filing) Fill() {
	f.app.t.Helper()
	for _, s := range f.Def.Form.Steps {
		if !s.Files && f.leadsTo(s) {
			f.FillStep(s)
		}
	}
}

// leadsTo tells whether the task list has the step.
func (f *Filing) leadsTo(s *form.Step) bool {
	return slices.ContainsFunc(f.Get(f.Path("")).Links(), func(href string) bool { return strings.HasSuffix(href, "/step/"+s.ID) })
}

// passes bounds how often one page is sent: an answer may bring further questions, and each row is a page anew.
const passes = 40

// FillStep opens a step, answers what the page asks, adds the rows that are missing, and continues until the step lets go
// and has nothing further to ask.
func (f *Filing) FillStep(s *form.Step) {
	f.app.t.Helper()
	at := f.Path("/step/" + s.ID)
	page := f.Get(at)
	for range passes {
		step := f.answer(page, s)
		page = step.Submit(f.next(step, s))
		if page.Status != 200 || page.Path() == at {
			continue
		}
		page = f.Get(at) // without the script, what an answer brought up shows when the person comes back
		if before := len(f.Asked); f.answer(page, s) != nil && len(f.Asked) == before {
			return
		}
	}
	f.app.t.Fatalf("%s does not let go: %s", at, clip(page.Text()))
}

// next is the button to press: one that adds a row of a group while the persona has more, else the one to go on.
func (f *Filing) next(step *Form, s *form.Step) string {
	for _, group := range s.Fields {
		rows, _ := f.Persona.Answers[group.ID].([]any)
		if add := "add:" + group.ID; group.Kind == form.Group && len(step.Values[group.ID]) < len(rows) && step.Button(add) {
			return add
		}
	}
	return "continue"
}

// answer fills in whatever the page asks and the persona knows.
func (f *Filing) answer(page *Page, s *form.Step) *Form {
	f.app.t.Helper()
	step := page.Form("step")
	for _, field := range s.Fields {
		if field.Kind == form.Group {
			f.answerRows(page, step, field)
			continue
		}
		f.put(page, step, field, field.ID, f.Persona.Answers[field.ID])
	}
	if s.Notice != "" {
		step.Tick("notice." + s.Notice)
	}
	return step
}

func (f *Filing) answerRows(page *Page, step *Form, group *form.Field) {
	f.app.t.Helper()
	rows, _ := f.Persona.Answers[group.ID].([]any)
	for i, id := range step.Values[group.ID] {
		for _, cell := range group.Fields {
			cells, _ := rows[i].(map[string]any)
			f.put(page, step, cell, group.ID+"."+id+"."+cell.ID, cells[cell.ID])
		}
	}
}

// put answers one question where the page asks it, and remembers that it was asked in the persona's language.
func (f *Filing) put(page *Page, step *Form, field *form.Field, path string, answer any) {
	f.app.t.Helper()
	if answer == nil || field.Compute != "" || !step.Asks(firstName(field, path)) {
		return
	}
	if page.Says(label(field, f.Persona.Lang)) {
		f.Asked[field] = true
	}
	posted := Typed(field, path, answer)
	for _, name := range slices.Sorted(maps.Keys(posted)) {
		step.Set(name, posted[name]...)
	}
}

func firstName(field *form.Field, path string) string {
	if field.Kind == form.Date {
		return path + ".day"
	}
	return path
}

func label(f *form.Field, lang string) string {
	if lang == "en" {
		return f.Label.EN
	}
	return f.Label.FR
}
