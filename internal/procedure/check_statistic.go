package procedure

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"guichet/internal/form"
	"guichet/internal/workflow"
)

// The bounds of statistics: what is hidden, and how many ways there are to look at one month.
const (
	leastLeast  = 3
	mostLeast   = 50
	maxFigures  = 12
	maxAxes     = 6
	mostOptions = 20
)

// statistics reads the declared statistics, if there are any.
func (l *loader) statistics(p *Procedure, f *form.Form, w *workflow.Workflow) {
	file := "forms/" + p.ID + ".stats.yaml"
	if _, err := fs.Stat(l.fsys, file); err != nil {
		return
	}
	s := &Statistics{}
	src := readYAML(l.fsys, file, s, &l.refusals)
	if src == nil {
		return
	}
	if s.Statistics != p.ID {
		l.add(src, "statistics", "write the procedure's id", "the statistics are for %q and stand beside %q", s.Statistics, p.ID)
	}
	if s.Least < leastLeast || s.Least > mostLeast {
		l.add(src, "least", fmt.Sprintf("write %d to %d", leastLeast, mostLeast), "counts under %d are hidden: that hides nothing, or everything", s.Least)
	}
	if len(s.Figures) > maxFigures {
		l.add(src, "figures", "keep those that are asked", "%d figures, %d are the most: each is one more look at the same records", len(s.Figures), maxFigures)
	}
	c := statisticCheck{&l.refusals, src, p, f, w, s}
	sound := true
	for i := range s.Dimensions {
		sound = c.dimension(fmt.Sprintf("dimensions[%d]", i), s.Dimensions[:i], &s.Dimensions[i]) && sound
	}
	for i := range s.Figures {
		sound = c.figure(fmt.Sprintf("figures[%d]", i), s.Figures[:i], &s.Figures[i]) && sound
	}
	if sound {
		c.together()
	}
	p.Statistics = s
}

type statisticCheck struct {
	*refusals
	src  *source
	p    *Procedure
	form *form.Form
	flow *workflow.Workflow
	all  *Statistics
}

func (r statisticCheck) dimension(path string, before []Dimension, d *Dimension) bool {
	if !schemaName.MatchString(strings.ReplaceAll(d.ID, "_", "-")) || slices.ContainsFunc(before, func(o Dimension) bool { return o.ID == d.ID }) {
		r.add(r.src, path+".id", "give each dimension an id of its own, of small letters and underscores", "the id %q will not do, or is used twice", d.ID)
	}
	r.words(r.src, path+".label", d.Label)
	if (d.Field == "") == (d.Derived == "") {
		r.add(r.src, path, "give a field, or what is derived", "a dimension is one of `field` and `derived`")
		return false
	}
	if twin := slices.IndexFunc(before, func(o Dimension) bool { return o.Field == d.Field && o.Derived == d.Derived }); twin >= 0 {
		r.add(r.src, path, "use that one", "dimension %q tells the same apart: two cuts of one thing differ by few", before[twin].ID)
	}
	if d.Derived != ByTime && (len(d.Cuts) > 0 || d.From != "") {
		r.add(r.src, path, "take `cuts` and `from` away", "only time is cut, from a clock")
	}
	if d.Field != "" {
		return r.field(path+".field", d)
	}
	return r.derived(path, d)
}

func (r statisticCheck) derived(path string, d *Dimension) bool {
	switch d.Derived {
	case ByOutcome:
		d.Values = append(closingStates(r.flow), Unsaid) // one that an older definition had
		r.released(path+".derived", func(c Column) bool { return c.Derived == ByOutcome }, func(b By) bool { return b.Derived == ByOutcome })
	case ByChannel:
		for _, in := range r.flow.Intake {
			d.Values = append(d.Values, in.Channel)
		}
		d.Values = append(d.Values, Unsaid)
	case ByDeadline:
		d.Values = []string{OnTime, Late, NoDay}
	case ByTime:
		if d.From != "submitted" && d.From != "received" {
			r.add(r.src, path+".from", "write submitted or received", "time counts from no clock %q", d.From)
		}
		r.released(path+".derived", func(Column) bool { return false }, func(b By) bool { return b.Derived == ByProcessing })
		if (questionCheck{refusals: r.refusals, src: r.src}).cuts(path, &By{Cuts: d.Cuts}) {
			d.Values = Level{Cuts: d.Cuts}.Values()
		}
	default:
		r.add(r.src, path+".derived", "choose one of: outcome, channel, deadline, time", "nothing derives %q", d.Derived)
	}
	return len(d.Values) > 0
}

// field finds an answer that may be counted by: one with options, that neither names anybody nor is a secret.
func (r statisticCheck) field(path string, d *Dimension) bool {
	d.Of = r.find(d.Field)
	if d.Of == nil {
		r.add(r.src, path, "name a field of the form that is in no group", "the form has no field %q", d.Field)
		return false
	}
	switch d.Of.Kind {
	case form.Choice, form.Choices:
		for _, o := range d.Of.Options {
			d.Values = append(d.Values, o.ID)
		}
		if d.Of.Kind == form.Choices {
			d.Values = append(d.Values, Several)
		}
	case form.Bool:
		d.Values = []string{"yes", "no"}
	default:
		r.add(r.src, path, "name a field with options", "%q is of kind %s: only what has few answers is counted", d.Field, d.Of.Kind)
		return false
	}
	if len(d.Values) > mostOptions {
		r.add(r.src, path, "count it in a question of the tables, at a coarse level", "%q has %d answers, %d are the most", d.Field, len(d.Values), mostOptions)
	}
	d.Values = append(d.Values, Unsaid)
	if d.Of.Privacy != form.Quasi && d.Of.Privacy != form.NoPrivacy {
		r.add(r.src, path, "take it away; a secret is counted in forms/"+r.p.ID+".tables.yaml, from frozen cohorts alone", "%q is %s: its exact counts would say more of people than they may", d.Field, d.Of.Privacy)
	}
	if c := r.category(d.Field); c != nil && c.Health {
		r.add(r.src, path, "take it away", "%q is about health", d.Field)
	}
	r.released(path, func(c Column) bool { return c.Field == d.Field }, func(b By) bool { return b.Of != nil && b.Of.Field == d.Field })
	return true
}

// released refuses what leaves in some other way: a secret, which is counted from frozen cohorts alone; what is written in the
// released file, since what is held back there would be the difference; and what is told with noise, which exact counts undo.
func (r statisticCheck) released(path string, column func(Column) bool, by func(By) bool) {
	tables := "forms/" + r.p.ID + ".tables.yaml"
	if s := r.p.Release; s != nil {
		for _, c := range s.Columns {
			switch {
			case !column(c):
			case c.Sensitive:
				r.add(r.src, path, "take it away; "+tables+" counts it, from frozen cohorts alone", "column %q of the release schema is sensitive", c.ID)
				return
			case c.Level < len(c.Levels):
				r.add(r.src, path, "take it away; "+tables+" counts it, with noise", "column %q is in the released file: exact counts would tell what is held back there", c.ID)
				return
			}
		}
	}
	for _, q := range r.p.Questions {
		if slices.ContainsFunc(q.By, by) {
			r.add(r.src, path, "take it away here or in "+tables, "question %q tells it with noise, which exact counts would take off", q.ID)
			return
		}
	}
}

func (r statisticCheck) find(id string) *form.Field {
	for _, s := range r.form.Steps {
		for _, f := range s.Fields {
			if f.ID == id {
				return f
			}
		}
	}
	for _, f := range r.form.AgentFields {
		if f.ID == id {
			return f
		}
	}
	return nil
}

// category is that of a field, or of its step.
func (r statisticCheck) category(id string) *form.Category {
	name := ""
	for _, s := range r.form.Steps {
		for _, f := range s.Fields {
			if f.ID == id {
				name = s.Category
			}
		}
	}
	if f := r.find(id); f != nil && f.Category != "" {
		name = f.Category
	}
	for i := range r.form.Categories {
		if r.form.Categories[i].ID == name {
			return &r.form.Categories[i]
		}
	}
	return nil
}

func (r statisticCheck) figure(path string, before []Statistic, f *Statistic) bool {
	if !schemaName.MatchString(f.ID) || slices.ContainsFunc(before, func(o Statistic) bool { return o.ID == f.ID }) {
		r.add(r.src, path+".id", "give each figure an id of its own, of small letters and hyphens", "the id %q will not do, or is used twice", f.ID)
	}
	r.words(r.src, path+".title", f.Title)
	if f.Counts != CountSubmitted && f.Counts != CountClosed {
		r.add(r.src, path+".counts", "write submitted or closed", "dossiers are not counted by %q", f.Counts)
		return false
	}
	if len(f.By) > 2 || len(f.By) == 2 && f.By[0] == f.By[1] {
		r.add(r.src, path+".by", "name two different dimensions at most", "a figure counts by one thing or two")
		return false
	}
	cells := 1
	for i, id := range f.By {
		d := r.all.Dimension(id)
		switch {
		case d == nil:
			r.add(r.src, fmt.Sprintf("%s.by[%d]", path, i), "declare it among the dimensions", "there is no dimension %q", id)
			return false
		case f.Counts == CountSubmitted && d.Derived != "" && d.Derived != ByChannel:
			r.add(r.src, fmt.Sprintf("%s.by[%d]", path, i), "count what is closed", "nobody knows the %s of what was only submitted", d.Derived)
		}
		cells *= max(len(d.Values), 1)
	}
	// Counts are kept under what is counted: a twin would be kept twice, and its clock never again.
	if twin := slices.IndexFunc(before, func(o Statistic) bool { return o.Counts == f.Counts && slices.Equal(o.By, f.By) }); twin >= 0 {
		r.add(r.src, path+".by", "give that one the rates of both", "figure %q counts the same", before[twin].ID)
	}
	if cells > maxCells {
		r.add(r.src, path+".by", "choose coarser dimensions", "%d cells a month, %d are the most", cells, maxCells)
	}
	r.rates(path, f)
	return true
}

func (r statisticCheck) rates(path string, f *Statistic) {
	for i, rate := range f.Rates {
		at := fmt.Sprintf("%s.rates[%d]", path, i)
		r.words(r.src, at+".label", rate.Label)
		if len(f.By) == 0 {
			r.add(r.src, at, "count by a dimension", "a rate is a share of a dimension's values, and there is none")
			return
		}
		values := r.all.Dimension(f.By[len(f.By)-1]).Values
		for _, v := range rate.Whole {
			if !slices.Contains(values, v) {
				r.add(r.src, at+".whole", "choose among: "+strings.Join(slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == Unsaid }), ", "), "the dimension has no value %q", v)
			}
		}
		for _, v := range rate.Part {
			if !slices.Contains(rate.Whole, v) {
				r.add(r.src, at+".part", "name it in whole too", "%q is no part of the whole", v)
			}
		}
		if len(rate.Part) == 0 || len(rate.Part) >= len(rate.Whole) {
			r.add(r.src, at, "name some values in part, and more in whole", "the rate is a share of nothing, or of all")
		}
	}
}

// together holds the figures to what can be hidden together: a dimension is counted by one clock, since who comes in and who
// goes out in other months would be the difference; and the pairs of dimensions of a clock close no circle.
func (r statisticCheck) together() {
	clock := map[string]string{}
	for _, counts := range []string{CountSubmitted, CountClosed} {
		root := map[string]string{}
		for i := range r.all.Figures {
			f := &r.all.Figures[i]
			path := fmt.Sprintf("figures[%d].by", i)
			if f.Counts != counts {
				continue
			}
			for _, id := range f.By {
				if other := clock[id]; other != "" && other != counts {
					r.add(r.src, path, "count it by one of the two", "%q is counted when %s too: the difference over months would be of few", id, other)
				}
				clock[id] = counts
				if root[id] == "" {
					root[id] = id
				}
			}
			if len(f.By) == 2 {
				a, b := root[f.By[0]], root[f.By[1]]
				if a == b {
					r.add(r.src, path, "leave one pair out", "%s and %s hang together in other figures already: cells cannot be hidden in a circle of pairs", f.By[0], f.By[1])
				}
				for id, at := range root {
					if at == a {
						root[id] = b
					}
				}
			}
		}
		if n := len(root); n > maxAxes {
			r.add(r.src, "figures", "leave some out", "%d dimensions are counted when %s, %d are the most", n, counts, maxAxes)
		}
	}
}
