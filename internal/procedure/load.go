package procedure

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"guichet/internal/form"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// Load reads and compiles every procedure of fsys, which holds forms/, workflows/, docs/requirements.tsv and
// docs/opinions/. It gives every refusal at once, in the order of the files; with any, the catalogue is nil
// and the program must not start.
func Load(fsys fs.FS) (*Catalogue, []Refusal) {
	l := &loader{fsys: fsys}
	l.rows = readRequirements(fsys, &l.refusals)
	stems := l.stems("forms", ".yaml")
	if len(stems) == 0 {
		l.whole("forms", "write forms/<procedure>.yaml and workflows/<procedure>.yaml", "there is no procedure")
	}
	c := &Catalogue{fsys: fsys}
	for _, stem := range stems {
		c.written = append(c.written, l.load(stem))
	}
	l.orphans(stems)
	days, calendar := l.closedDays()
	if len(l.refusals) > 0 {
		return nil, l.sorted()
	}
	c.days = days
	c.Serve(nil, calendar)
	return c, nil
}

type loader struct {
	refusals
	fsys fs.FS
	rows map[string]requirement
	edit func(*form.Form, *workflow.Workflow) // lays what was set on a definition before it is checked; nil = nothing was
}

// stems lists the procedures that have a file in a folder; release schemas, tables and statistics stand apart.
func (l *loader) stems(dir, suffix string) []string {
	files, _ := fs.Glob(l.fsys, dir+"/*"+suffix) // fails on a bad pattern alone
	var out []string
	for _, f := range files {
		stem := strings.TrimSuffix(path.Base(f), suffix)
		if suffix == ".yaml" && (strings.HasSuffix(stem, ".release") || strings.HasSuffix(stem, ".tables") || strings.HasSuffix(stem, ".stats")) {
			continue
		}
		out = append(out, stem)
	}
	slices.Sort(out)
	return out
}

// orphans refuses a workflow or a release schema without a form.
func (l *loader) orphans(stems []string) {
	for _, stem := range l.stems("workflows", ".yaml") {
		if !slices.Contains(stems, stem) {
			l.whole("workflows/"+stem+".yaml", "write forms/"+stem+".yaml, or remove the workflow", "stands alone: a procedure is a form and a workflow")
		}
	}
	for _, stem := range l.stems("forms", ".release.yaml") {
		if !slices.Contains(stems, stem) {
			l.whole("forms/"+stem+".release.yaml", "write forms/"+stem+".yaml, or remove the schema", "stands alone: there is no form to release")
		}
	}
	for _, stem := range l.stems("forms", ".stats.yaml") {
		if !slices.Contains(stems, stem) {
			l.whole("forms/"+stem+".stats.yaml", "write forms/"+stem+".yaml, or remove the statistics", "stands alone: there is no form to count by")
		}
	}
	for _, stem := range l.stems("forms", ".tables.yaml") {
		if !slices.Contains(stems, stem) {
			l.whole("forms/"+stem+".tables.yaml", "write forms/"+stem+".yaml, or remove the tables", "stands alone: there is no form to count by")
		}
	}
}

// load makes one procedure; with any refusal what it gives is not used.
func (l *loader) load(stem string) *Procedure {
	f, w := &form.Form{}, &workflow.Workflow{}
	formSrc := readYAML(l.fsys, "forms/"+stem+".yaml", f, &l.refusals)
	flowSrc := l.readFlow(stem, w)
	if formSrc == nil || flowSrc == nil {
		return nil
	}
	p := &Procedure{ID: stem, Hash: hashOf(f, w), source: pack(l.fsys, stem), Editable: l.editable(flowSrc, f, w)}
	if l.edit != nil {
		l.edit(f, w)
	}
	p.Title = f.Title
	l.checkStem(formSrc, flowSrc, stem, f, w)
	l.checkFields(formSrc, f, w, l.rows)
	l.checkConnectors(flowSrc, f, w)
	l.checkRetention(formSrc, flowSrc, f, w)
	l.checkLanguages(formSrc, f)
	l.checkMandate(flowSrc, w)
	if o, ok := l.readOpinion(l.fsys, flowSrc, w); ok {
		l.checkQuotes(flowSrc, w, o)
	}
	l.compile(p, formSrc, flowSrc, f, w)
	l.release(p, f, w)
	l.questions(p, w)
	l.statistics(p, f, w)
	return p
}

func (l *loader) readFlow(stem string, w *workflow.Workflow) *source {
	file := "workflows/" + stem + ".yaml"
	if _, err := fs.Stat(l.fsys, file); err != nil {
		l.whole("forms/"+stem+".yaml", "write "+file+", or remove the form", "stands alone: a procedure is a form and a workflow")
		return nil
	}
	return readYAML(l.fsys, file, w, &l.refusals)
}

func (l *loader) checkStem(formSrc, flowSrc *source, stem string, f *form.Form, w *workflow.Workflow) {
	if f.ID != stem {
		l.add(formSrc, "form", "write the file's stem", "the form calls itself %q", f.ID)
	}
	if w.ID != stem {
		l.add(flowSrc, "workflow", "write the file's stem", "the workflow calls itself %q", w.ID)
	}
	if w.Processing.Rows == "" {
		l.add(flowSrc, "processing.rows", "write the prefix of its rows in "+requirementsFile, "the workflow does not say which rows are its own")
	}
}

// checkLanguages wants the languages of the service, the authoritative one first.
func (l *loader) checkLanguages(src *source, f *form.Form) {
	var want []string
	for _, lang := range text.Langs {
		want = append(want, string(lang))
	}
	if !slices.Equal(f.Languages, want) {
		l.add(src, "languages", "write "+strings.Join(want, ", "), "the form is not in the languages of the service")
	}
}

// compile compiles form, then workflow, and places their refusals in the files.
func (l *loader) compile(p *Procedure, formSrc, flowSrc *source, f *form.Form, w *workflow.Workflow) {
	compiled, faults := form.Compile(f)
	for _, fault := range faults {
		l.place(formSrc, fault.Path, fault.Line, fault.Column, fault.Message, fault.Remedy)
	}
	if compiled == nil {
		return // the workflow's rules need the form's names
	}
	p.Form = compiled
	flow, refused := workflow.Compile(w, compiled)
	for _, fault := range refused {
		l.place(flowSrc, fault.Path, fault.Line, fault.Column, fault.Message, fault.Remedy)
	}
	p.Flow = flow
	if flow != nil && !flow.Announced() {
		l.add(flowSrc, "timers", "write a timer such as `at: goes - P14D` with a `notify` to the person, in each state that closes",
			"what is decided would be erased without a word: nobody could fetch it first")
	}
}

// place adds a refusal at a position inside the value that path names.
func (l *loader) place(src *source, path string, line, column int, message, remedy string) {
	row, col := src.inside(path, line, column)
	l.refusals = append(l.refusals, Refusal{src.file, row, col, message, remedy})
}

// release reads the release schema, if there is one.
func (l *loader) release(p *Procedure, f *form.Form, w *workflow.Workflow) {
	file := "forms/" + p.ID + ".release.yaml"
	if _, err := fs.Stat(l.fsys, file); err != nil {
		return
	}
	s := &ReleaseSchema{}
	src := readYAML(l.fsys, file, s, &l.refusals)
	if src == nil {
		return
	}
	if s.Release != f.ID {
		l.add(src, "release", "write the procedure's id", "the schema is for %q and stands beside %q", s.Release, f.ID)
	}
	l.checkRelease(src, s, f, closingStates(w))
	s.Hash, s.Source = hashRelease(s), src.raw
	p.Release = s
}
