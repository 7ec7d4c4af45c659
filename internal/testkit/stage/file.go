package stage

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

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
	f := b.Get("/start/" + def.ID).Form("start")
	for _, c := range f.controls() {
		if attr(c, "type") == "checkbox" {
			f.Tick(attr(c, "name") + "=" + attr(c, "value"))
		}
	}
	page := f.Submit("").Want(200)
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

// Typed is an answer as a person types it, by the names of its controls.
func Typed(field *form.Field, path string, answer any) map[string][]string {
	switch field.Kind {
	case form.Date:
		at, err := time.Parse(time.DateOnly, fmt.Sprint(answer))
		if err != nil {
			panic(err) // a persona with a date that is none
		}
		return map[string][]string{
			path + ".day": {strconv.Itoa(at.Day())}, path + ".month": {strconv.Itoa(int(at.Month()))}, path + ".year": {strconv.Itoa(at.Year())},
		}
	case form.Choices:
		var out []string
		for _, x := range answer.([]any) {
			out = append(out, fmt.Sprint(x))
		}
		return map[string][]string{path: out}
	case form.Bool:
		return map[string][]string{path: {map[bool]string{true: "yes", false: "no"}[answer.(bool)]}}
	}
	return map[string][]string{path: {fmt.Sprint(answer)}}
}

// AttachAll gives a file for each document whose upload form the page shows, those that are optional included, and
// names the documents that were asked.
func (f *Filing) AttachAll() (asked []string) {
	f.app.t.Helper()
	shade := uint8(10)
	given := map[string]bool{}
	for {
		next := f.nextUpload(given)
		if next == nil {
			return asked
		}
		path := next.Values.Get("path")
		given[path] = true
		if field := f.Def.Form.Field(path); field != nil && next.page.Says(label(field, f.Persona.Lang)) {
			asked = append(asked, field.ID)
			f.Asked[field] = true
		}
		shade += 7
		next.Attach(next.FileControl(), "papier-"+strconv.Itoa(int(shade))+".png", testkit.Picture(shade)).Submit("").Want(200)
	}
}

// nextUpload is the first upload form of a fresh page that has had nothing yet.
func (f *Filing) nextUpload(given map[string]bool) *Form {
	f.app.t.Helper()
	for _, u := range f.Get(f.Path("/documents")).Forms("/document") {
		if path := u.Values.Get("path"); path != "" && !given[path] {
			return u
		}
	}
	return nil
}

// Attach gives one file for one document.
func (f *Filing) Attach(path string, content []byte) *Page {
	f.app.t.Helper()
	for _, u := range f.Get(f.Path("/documents")).Forms("/document") {
		if u.Values.Get("path") == path {
			return u.Attach(u.FileControl(), "papier.png", content).Submit("")
		}
	}
	f.app.t.Fatalf("no upload form for %s", path)
	return nil
}

// Send ticks what must be declared on the check page and sends the draft.
func (f *Filing) Send() *Page {
	f.app.t.Helper()
	check := f.Get(f.Path("/check"))
	for _, send := range check.Forms("/move/") {
		for _, c := range send.controls() {
			if attr(c, "type") == "checkbox" {
				send.Tick(attr(c, "name") + "=" + attr(c, "value"))
			}
		}
		return send.Submit("").Want(200)
	}
	f.app.t.Fatalf("the check page has nothing to send: %s", clip(check.Text()))
	return nil
}
