package backoffice

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/internal/workflow"
)

// typed is what an agent has posted for a move.
type typed struct {
	act     dossier.Act
	version string
	holder  string
	ticked  []string          // paths
	listed  []string          // paths that stood in the request when the page was drawn: what a colleague adds since is not on it
	word    map[string]string // by path
	why     map[string]string // by path
	until   url.Values        // the day to answer by, as typed
	save    bool              // the request is kept, and not sent yet
}

// mostWord is how long a word on an item may be, in characters.
const mostWord = 500

// bindMove reads what the page of the move can post, and nothing else. The state is the one the agent saw.
func bindMove(m *workflow.Move, posted url.Values) (typed, error) {
	t := typed{act: dossier.Act{Move: m.ID, Fields: map[string][]string{}}, word: map[string]string{}, why: map[string]string{}, until: url.Values{}}
	for name, values := range posted {
		if !t.take(m, name, values) {
			return t, fault.New(fault.Invalid, "error.form")
		}
	}
	if t.act.State == "" {
		return t, fault.New(fault.Invalid, "error.form")
	}
	return t, nil
}

func (t *typed) take(m *workflow.Move, name string, values []string) bool {
	path, isWord := strings.CutPrefix(name, "word.")
	about, isWhy := strings.CutPrefix(name, "why.")
	switch {
	case name == "pick" && m.Form.Pick:
		t.ticked = values
		return true
	case name == "listed" && m.Form.Pick:
		t.listed = values
		return true
	case slices.ContainsFunc(m.Form.Fields, func(f string) bool { return name == f || strings.HasPrefix(name, f+".") }):
		t.act.Fields[name] = values
		return true
	case slices.ContainsFunc(m.Form.Fields, func(f string) bool { return name == fileName(f) }):
		return true // chosen and not sent: the office says that it is missing
	case len(values) != 1:
		return false
	case name == "state":
		t.act.State = values[0]
	case name == "version":
		t.version = values[0]
	case name == "holder":
		t.holder = values[0]
	case name == "reason":
		t.act.Reason = values[0]
		return len(m.Form.Reasons) > 0
	case name == "assignee":
		t.act.Assignee, _ = strconv.ParseInt(values[0], 10, 64) // what is no account is checked with the rest
		return assigns(m, "chosen")
	case strings.HasPrefix(name, "until."):
		t.until[name] = values
		return m.Form.Due != ""
	case name == "action":
		t.save = values[0] == "prepare"
		return m.Form.Pick
	case isWhy:
		t.why[about] = values[0]
		return m.Form.Pick
	case isWord:
		t.word[path] = strings.TrimSpace(strings.ReplaceAll(values[0], "\r\n", "\n"))
		return m.Form.Pick || slices.Contains(m.Form.Asks, path)
	default:
		return false
	}
	return true
}

// stale tells whether a colleague has meanwhile changed what the move is about to write over: the agents' own answers, or
// whose dossier it is. The state is the office's to compare.
func (t typed) stale(m *workflow.Move, d *dossier.Dossier) bool {
	reassigns := slices.ContainsFunc(m.Do, func(e workflow.Effect) bool { return e.Assign != "" })
	return len(m.Form.Fields) > 0 && t.version != versionOf(d) || reassigns && t.holder != holderOf(d)
}

// words are the sentences the agent has written, so that a conflict loses none.
func (t typed) words(m *workflow.Move) []string {
	var out []string
	for _, id := range m.Form.Fields {
		for _, w := range t.act.Fields[id] {
			if strings.ContainsAny(w, " \n") {
				out = append(out, w)
			}
		}
	}
	for _, w := range t.word {
		if w != "" {
			out = append(out, w)
		}
	}
	slices.Sort(out)
	return out
}

// problem is something the agent has to mend: what it is about, and where it stands on the page.
type problem struct{ field, id, text string }

// check finds what the office leaves to the page: items asked for without a word, and who a dossier is given to.
// It fills in the picks of the act.
func (b *desk) check(v *web.Visit, d *dossier.Dossier, m *workflow.Move, t *typed) ([]problem, error) {
	if assigns(m, "chosen") {
		ids, err := b.Office.Colleagues(v.R.Context(), v.Actor, d.Procedure)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(ids, t.act.Assignee) {
			return []problem{{"assignee", "assignee", v.P.T("desk.move.problem.assignee")}}, nil
		}
	}
	problems := append(t.day(v, d, m), t.worded(v.P, d, m)...)
	if !m.Form.Pick {
		return problems, nil
	}
	r := reading{p: v.P, sight: sightOf(v.Actor, d), now: d.Def.Form.Walk(filed(d), nil, workflow.Day(v.Now))}
	picks, wrong := t.picked(v.P, r)
	t.act.Picks, t.act.Left = picks, t.left(r.sight, picks)
	return append(wrong, problems...), nil
}

// picked puts ticks and words together, in the order of the form; a word alone counts as a tick.
func (t typed) picked(p text.Printer, r reading) ([]dossier.Pick, []problem) {
	var picks []dossier.Pick
	var problems []problem
	for _, step := range r.pickable() {
		for _, i := range step.items {
			word := t.word[i.path]
			if word == "" && !slices.Contains(t.ticked, i.path) {
				continue
			}
			picks = append(picks, dossier.Pick{Path: i.path, Why: t.why[i.path], Word: word})
			switch n := utf8.RuneCountInString(word); {
			case n == 0:
				problems = append(problems, problem{i.path, "word." + i.path, p.T("desk.move.problem.word", "item", i.label)})
			case n > mostWord:
				problems = append(problems, problem{i.path, "word." + i.path, p.T("desk.move.problem.word_long", "item", i.label, "n", mostWord)})
			}
		}
	}
	return picks, problems
}

// worded puts what the move asks for together with the words on it.
func (t *typed) worded(p text.Printer, d *dossier.Dossier, m *workflow.Move) (out []problem) {
	for _, path := range m.Form.Asks {
		t.act.Picks = append(t.act.Picks, dossier.Pick{Path: path, Why: "missing", Word: t.word[path]})
		label := d.Def.Form.Field(path).Label.In(p.Lang)
		switch n := utf8.RuneCountInString(t.word[path]); {
		case n == 0:
			out = append(out, problem{path, "word." + path, p.T("desk.move.problem.word", "item", label)})
		case n > mostWord:
			out = append(out, problem{path, "word." + path, p.T("desk.move.problem.word_long", "item", label, "n", mostWord)})
		}
	}
	return out
}

// left are the items that stood on the page and were not picked.
func (t typed) left(s sight, picks []dossier.Pick) []string {
	return slices.DeleteFunc(slices.Clone(t.listed), func(path string) bool {
		return !s.field(path) || slices.ContainsFunc(picks, func(p dossier.Pick) bool { return p.Path == path })
	})
}

// lacking puts what the office found missing in words.
func lacking(p text.Printer, x *dossier.Missing) []problem {
	var out []problem
	for _, q := range x.Problems {
		if !q.Warn {
			out = append(out, problem{q.Path, controlID(q), q.Message.In(p.Lang)})
		}
	}
	for _, name := range x.Names {
		switch {
		case name == "reason":
			out = append(out, problem{"reason", "reason", p.T("desk.move.problem.reason")})
		case name == "due":
			out = append(out, problem{"due", "until", p.T("desk.ask.due_wrong")})
		case name == "items":
			out = append(out, problem{"items", "picks", p.T("desk.move.problem.items")})
		case !slices.ContainsFunc(out, func(q problem) bool { return q.field == name }):
			out = append(out, problem{name, name, p.T("desk.move.problem.field")})
		}
	}
	return out
}

func controlID(x form.Problem) string {
	if x.Part == "" || x.Part == "day" {
		return x.Path
	}
	return x.Path + "." + x.Part
}
