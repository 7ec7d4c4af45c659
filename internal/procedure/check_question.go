package procedure

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"guichet/internal/workflow"
)

// questions reads the declared tables, if there are any; they draw on the release schema.
func (l *loader) questions(p *Procedure, w *workflow.Workflow) {
	file := "forms/" + p.ID + ".tables.yaml"
	if _, err := fs.Stat(l.fsys, file); err != nil {
		return
	}
	var q Questions
	src := readYAML(l.fsys, file, &q, &l.refusals)
	switch {
	case src == nil:
		return
	case p.Release == nil:
		l.whole(file, "write forms/"+p.ID+".release.yaml, or remove the tables", "counts by columns of a release schema, and there is none")
		return
	case q.Tables != p.ID:
		l.add(src, "tables", "write the procedure's id", "the tables are for %q and stand beside %q", q.Tables, p.ID)
	}
	if n := len(q.Questions); n > maxQuestions {
		l.add(src, "questions", "keep those that are asked", "%d questions, %d are the most: each is one more look at the same records", n, maxQuestions)
	}
	c := questionCheck{&l.refusals, src, p.Release, closingStates(w), map[string]int{}}
	for i := range q.Questions {
		c.check(fmt.Sprintf("questions[%d]", i), q.Questions[:i], &q.Questions[i])
	}
	p.Questions = q.Questions
}

func closingStates(w *workflow.Workflow) (out []string) {
	for _, s := range w.States {
		if s.Kind == workflow.Closed {
			out = append(out, s.ID)
		}
	}
	return out
}

type questionCheck struct {
	*refusals
	src     *source
	schema  *ReleaseSchema
	closing []string
	levels  map[string]int // of each column that a question before has counted by
}

func (r questionCheck) check(path string, before []Question, q *Question) {
	if !schemaName.MatchString(q.ID) || slices.ContainsFunc(before, func(o Question) bool { return o.ID == q.ID }) {
		r.add(r.src, path+".id", "give each question an id of its own, of small letters and hyphens", "the id %q will not do, or is used twice", q.ID)
	}
	r.words(r.src, path+".title", q.Title)
	if n := len(q.By); n < 1 || n > 2 {
		r.add(r.src, path+".by", "name one or two", "a question counts by one thing or two, not %d", n)
		return
	}
	cells, sound := 1, true
	for i := range q.By {
		at := fmt.Sprintf("%s.by[%d]", path, i)
		if sound = r.thing(at, &q.By[i]) && sound; sound {
			cells *= max(len(q.By[i].Values()), 1)
		}
	}
	if !sound {
		return
	}
	if a, b := q.By[0], q.By[len(q.By)-1]; len(q.By) == 2 && a.Column == b.Column && a.Derived == b.Derived {
		r.add(r.src, path+".by", "name two different things, or one", "the question counts by one thing twice")
	}
	if cells > maxCells {
		r.add(r.src, path+".by", "choose coarser levels", "%d cells a month, %d are the most", cells, maxCells)
	}
	if q.Frozen() {
		r.released(path, q)
	}
}

// thing resolves one thing to count by.
func (r questionCheck) thing(path string, b *By) bool {
	if (b.Column == "") == (b.Derived == "") {
		r.add(r.src, path, "give a column, or what is derived", "a question counts by one of `column` and `derived`")
		return false
	}
	if b.Column != "" {
		return r.column(path, b)
	}
	if b.Level != 0 {
		r.add(r.src, path+".level", "take it away", "only a column has levels")
	}
	if b.Derived != ByProcessing && len(b.Cuts) > 0 {
		r.add(r.src, path+".cuts", "take them away", "only processing is cut")
	}
	switch b.Derived {
	case ByMonth:
	case ByOutcome:
		b.States = r.closing
	case ByProcessing:
		return r.cuts(path, b)
	default:
		r.add(r.src, path+".derived", "choose one of: month, outcome, processing", "nothing derives %q", b.Derived)
		return false
	}
	return true
}

func (r questionCheck) cuts(path string, b *By) bool {
	if len(b.Cuts) == 0 || b.Cuts[0] < 1 || !slices.IsSorted(b.Cuts) || len(slices.Compact(slices.Clone(b.Cuts))) != len(b.Cuts) {
		r.add(r.src, path+".cuts", "write days in rising order, for example `cuts: [30, 60]`", "processing is counted between cuts")
		return false
	}
	return true
}

// column finds a column of the release schema. One level serves all questions: two would differ by few persons.
func (r questionCheck) column(path string, b *By) bool {
	i := slices.IndexFunc(r.schema.Columns, func(c Column) bool { return c.ID == b.Column })
	if i < 0 {
		var known []string
		for _, c := range r.schema.Columns {
			known = append(known, c.ID)
		}
		r.add(r.src, path+".column", "choose one of: "+strings.Join(known, ", "), "the release schema has no column %q, so nothing may be counted by it", b.Column)
		return false
	}
	b.Of = &r.schema.Columns[i]
	if len(b.Cuts) > 0 {
		r.add(r.src, path+".cuts", "take them away, and choose a level", "only processing is cut")
	}
	if b.Level < 0 || b.Level >= len(b.Of.Levels) {
		r.add(r.src, path+".level", fmt.Sprintf("choose 0 to %d", len(b.Of.Levels)-1), "the column %q has no level %d", b.Column, b.Level)
		return false
	}
	if other, used := r.levels[b.Column]; used && other != b.Level {
		r.add(r.src, path+".level", fmt.Sprintf("write %d", other), "another question counts by level %d of %q: the difference would be of few persons", other, b.Column)
	}
	r.levels[b.Column] = b.Level
	return true
}

// released wants a question that shows a secret to ask what stands in the released rows alone.
func (r questionCheck) released(path string, q *Question) {
	for i, b := range q.By {
		at := fmt.Sprintf("%s.by[%d]", path, i)
		switch {
		case b.Derived == ByMonth:
		case b.Derived != "":
			r.add(r.src, at+".derived", "take it away, or the secret", "a secret is counted from released rows alone, and %s is not in them", b.Derived)
		case b.Level != b.Of.Level:
			r.add(r.src, at+".level", "write the level at which the release writes the column, if it does", "a secret is counted from released rows alone, and they have %q at level %d", b.Column, b.Of.Level)
		}
	}
}
