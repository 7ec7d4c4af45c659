package procedure

import (
	"strconv"
	"strings"

	"guichet/internal/form"
	"guichet/internal/workflow"
)

// limitPlace is a limit where it stands, with the bounds that stand beside it.
type limitPlace struct {
	value  string
	bounds []string
	number bool
	set    func(string)
}

// limitAt finds a limit by its path, nil when there is none.
func limitAt(f *form.Form, w *workflow.Workflow, path string) *limitPlace {
	kind, rest, _ := strings.Cut(path, ".")
	id, what, _ := strings.Cut(rest, ".")
	switch {
	case path == "lock" && w.Lock != "":
		return &limitPlace{value: w.Lock, set: func(v string) { w.Lock = v }}
	case path == "figures.least":
		return wholeNumber(&w.Figures.Least)
	case path == "figures.weeks":
		return wholeNumber(&w.Figures.Weeks)
	case kind == "fields":
		return ofFile(f, rest)
	case kind == "moves" && what == "due":
		for _, m := range w.Moves {
			if m.ID == id && m.Form.Due != "" {
				return &limitPlace{value: m.Form.Due, bounds: m.Form.DueWithin, set: func(v string) { m.Form.Due = v }}
			}
		}
	case kind == "retention" && what == "keep":
		for i := range w.Retention {
			if k := &w.Retention[i]; k.ID == id {
				return &limitPlace{value: k.Keep, bounds: k.Bounds, set: func(v string) { k.Keep = v }}
			}
		}
	}
	return nil
}

// ofFile finds how many files a field takes, or how heavy one may be in MB, where its definition bounds it; path is the field's
// id with .max or .max_mb.
func ofFile(f *form.Form, path string) (out *limitPlace) {
	cut := strings.LastIndexByte(path, '.')
	if cut < 0 {
		return nil
	}
	visit(f, func(_ string, _ *form.Step, field *form.Field) {
		if field.ID != path[:cut] || field.Kind != form.File {
			return
		}
		at := map[string]**float64{"max": &field.Max, "max_mb": &field.MaxMB}[path[cut+1:]]
		if at == nil || *at == nil {
			return
		}
		out = &limitPlace{value: strconv.FormatFloat(**at, 'f', -1, 64), number: true, set: func(v string) {
			if n, err := strconv.ParseFloat(v, 64); err == nil { // read by Fits before
				*at = &n
			}
		}}
	})
	return out
}

func wholeNumber(at *int) *limitPlace {
	return &limitPlace{value: strconv.Itoa(*at), number: true, set: func(v string) { *at, _ = strconv.Atoi(v) }} // read by Fits before
}

// limit resolves one limit that the definition declares; its bounds hold the value that stands.
func (l *loader) limit(src *source, path string, f *form.Form, w *workflow.Workflow, x *workflow.Limit) (Limit, bool) {
	at := limitAt(f, w, x.Path)
	if at == nil {
		l.add(src, path+".limit", "write lock, figures.least, figures.weeks, moves.<a move with due>.due, retention.<id>.keep, or fields.<a file field>.max or .max_mb where it has one", "no limit %q", x.Path)
		return Limit{}, false
	}
	l.words(src, path+".label", x.Label)
	within := x.Within
	if len(within) == 0 {
		within = at.bounds
	}
	if len(within) != 2 {
		l.add(src, path+".within", "write the least and the most", "%q may be set, and has no bounds", x.Path)
		return Limit{}, false
	}
	limit := Limit{Path: x.Path, Label: x.Label, Value: at.value, Least: within[0], Most: within[1], Number: at.number}
	if !limit.Fits(at.value) {
		l.add(src, path+".within", "choose bounds that hold the value that stands", "%s is outside %s to %s, or they are of another kind", at.value, within[0], within[1])
		return Limit{}, false
	}
	return limit, true
}

// Fits tells whether a value is of the limit's kind and between its bounds.
func (x Limit) Fits(value string) bool {
	if x.Number {
		n, err1 := strconv.Atoi(value)
		least, err2 := strconv.Atoi(x.Least)
		most, err3 := strconv.Atoi(x.Most)
		return err1 == nil && err2 == nil && err3 == nil && n >= least && n <= most
	}
	d, err1 := workflow.ParseDuration(value)
	least, err2 := workflow.ParseDuration(x.Least)
	most, err3 := workflow.ParseDuration(x.Most)
	return err1 == nil && err2 == nil && err3 == nil && d.Compare(least) >= 0 && d.Compare(most) <= 0
}
