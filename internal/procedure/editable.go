package procedure

import (
	"fmt"
	"slices"
	"strings"

	"guichet/internal/form"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// Editable is what the configuration screens may change of a procedure, as its files have it (RP-159).
type Editable struct {
	Words  []Word
	Lists  []List
	Limits []Limit
}

// Word is a text of a definition.
type Word struct {
	Path   string // such as notifications.registered.body
	Kind   string // the path's first part
	Words  text.Words
	Values []string // what it may bear between braces
	Long   bool     // more than a line
}

// List is a closed list whose entries have words, an order, and may be retired; none is ever removed, since what was decided
// bears their ids. Reasons can be added; the options of a question cannot, since what leaves for analysts knows those of the file.
type List struct {
	Path    string
	Label   text.Words
	Grows   bool
	Entries []Entry
}

// Entry is one of them.
type Entry struct {
	ID      string
	Label   text.Words
	Retired bool
}

// Limit is a duration (ISO 8601) or a whole number, between two bounds.
type Limit struct {
	Path        string
	Label       text.Words
	Value       string
	Least, Most string
	Number      bool
}

// Changes is what an administration has set, by path. A list's entries stand in the order that is shown.
type Changes struct {
	Words  map[string]text.Words
	Lists  map[string][]Entry
	Limits map[string]string
}

// IsZero reports whether nothing is changed.
func (x Changes) IsZero() bool { return len(x.Words) == 0 && len(x.Lists) == 0 && len(x.Limits) == 0 }

// place is a text of the definition where it stands, to be read and set.
type place struct {
	Word
	at *text.Words
}

// wordPlaces finds the texts of the kinds that a workflow lets be edited, in file order.
func wordPlaces(f *form.Form, w *workflow.Workflow) []place {
	var out []place
	kind := ""
	add := func(long bool, at *text.Words, path ...string) {
		if at.IsZero() || !slices.Contains(w.Editable.Words, kind) {
			return
		}
		p := place{Word{Path: kind + "." + strings.Join(path, "."), Kind: kind, Words: *at, Values: w.Values(kind), Long: long}, at}
		out = append(out, p)
	}
	kind = "notifications"
	for i := range w.Notifications {
		n := &w.Notifications[i]
		add(false, &n.Subject, n.ID, "subject")
		add(true, &n.Body, n.ID, "body")
	}
	kind = "answers"
	for _, a := range w.Answers {
		add(false, &a.Label, a.ID, "label")
		add(true, &a.Text, a.ID, "text")
	}
	kind = "states"
	for _, s := range w.States {
		add(false, &s.Label, s.ID, "label")
		add(true, &s.Next, s.ID, "next")
		add(false, &s.Desk, s.ID, "desk")
	}
	kind = "moves"
	for _, m := range w.Moves {
		add(false, &m.Label, m.ID, "label")
		add(true, &m.Help, m.ID, "help")
	}
	kind = "notices"
	for _, n := range w.Notices {
		if n.Kind == "consent" { // the opinion's words, to the letter (RP-034)
			continue
		}
		add(false, &n.Title, n.ID, "title")
		add(false, &n.Label, n.ID, "label")
		add(true, &n.Text, n.ID, "text")
	}
	kind = "steps"
	for _, s := range f.Steps {
		add(false, &s.Title, s.ID, "title")
		add(true, &s.Intro, s.ID, "intro")
	}
	kind = "fields"
	visit(f, func(path string, _ *form.Step, field *form.Field) {
		if strings.Count(path, "fields[") < 2 { // a cell is named inside its group alone
			add(false, &field.Label, field.ID, "label")
			add(true, &field.Hint, field.ID, "hint")
		}
	})
	return out
}

// listPlace is a closed list where it stands.
type listPlace struct {
	List
	set func([]Entry)
}

// listAt finds a list by its path, nil when there is none.
func listAt(f *form.Form, w *workflow.Workflow, path string) *listPlace {
	kind, id, _ := strings.Cut(path, ".")
	out := &listPlace{List: List{Path: path}}
	switch kind {
	case "rejections":
		out.Grows = true
		out.bind(shown(w.Rejections), func(e []Entry) { w.Rejections = laid(w.Rejections, e, true) })
		return out
	case "moves":
		for _, m := range w.Moves {
			if m.ID == id && len(m.Form.Reasons) > 0 {
				out.Label = m.Label
				out.Grows = true
				out.bind(shown(m.Form.Reasons), func(e []Entry) { m.Form.Reasons = laid(m.Form.Reasons, e, true) })
				return out
			}
		}
	case "fields":
		for _, field := range f.AgentFields {
			if field.ID == id && len(field.Options) > 0 {
				out.Label = field.Label
				out.bind(shown(field.Options), func(e []Entry) { field.Options = laid(field.Options, e, false) })
				return out
			}
		}
	}
	return nil
}

func (l *listPlace) bind(entries []Entry, set func([]Entry)) { l.Entries, l.set = entries, set }

// listed are the kinds of entry a list may have.
type listed interface {
	workflow.Reason | workflow.Rejection | form.Option
}

// entry reads what every kind of entry has.
func entry[T listed](x *T) (id *string, label *text.Words, retired *bool) {
	switch x := any(x).(type) {
	case *workflow.Reason:
		return &x.ID, &x.Label, &x.Retired
	case *workflow.Rejection:
		return &x.ID, &x.Label, &x.Retired
	case *form.Option:
		return &x.ID, &x.Label, &x.Retired
	}
	return new(string), new(text.Words), new(bool)
}

func shown[T listed](items []T) []Entry {
	out := make([]Entry, len(items))
	for i := range items {
		id, label, retired := entry(&items[i])
		out[i] = Entry{*id, *label, *retired}
	}
	return out
}

// added is an entry that the file has not.
func added[T listed](e Entry) T {
	var x T
	if r, ok := any(&x).(*workflow.Rejection); ok {
		r.Why = "other"
	}
	id, _, _ := entry(&x)
	*id = e.ID
	return x
}

// laid gives the items the words and the order of entries. One that entries do not name keeps what it has, at the end; one that
// only entries name is added where the list grows.
func laid[T listed](items []T, entries []Entry, grows bool) []T {
	rest := slices.Clone(items)
	out := make([]T, 0, len(items))
	for _, e := range entries {
		i := slices.IndexFunc(rest, func(x T) bool { id, _, _ := entry(&x); return *id == e.ID })
		var x T
		switch {
		case i >= 0:
			x = rest[i]
			rest = slices.Delete(rest, i, i+1)
		case grows:
			x = added[T](e)
		default:
			continue
		}
		_, label, retired := entry(&x)
		*label, *retired = e.Label, e.Retired
		out = append(out, x)
	}
	return append(out, rest...)
}

// editable reads what the definition declares, and refuses what it declares of something else.
func (l *loader) editable(src *source, f *form.Form, w *workflow.Workflow) Editable {
	var out Editable
	kinds := []string{"notifications", "answers", "states", "moves", "notices", "steps", "fields"}
	for i, kind := range w.Editable.Words {
		if !slices.Contains(kinds, kind) {
			l.add(src, fmt.Sprintf("editable.words[%d]", i), "choose among: "+strings.Join(kinds, ", "), "no kind of words %q", kind)
		}
	}
	for _, p := range wordPlaces(f, w) {
		out.Words = append(out.Words, p.Word)
	}
	for i, path := range w.Editable.Lists {
		list := listAt(f, w, path)
		if list == nil {
			l.add(src, fmt.Sprintf("editable.lists[%d]", i), "write rejections, moves.<a move with reasons> or fields.<an agents' field with options>", "no list %q", path)
			continue
		}
		out.Lists = append(out.Lists, list.List)
	}
	for i := range w.Editable.Limits {
		if limit, ok := l.limit(src, fmt.Sprintf("editable.limits[%d]", i), f, w, &w.Editable.Limits[i]); ok {
			out.Limits = append(out.Limits, limit)
		}
	}
	return out
}
