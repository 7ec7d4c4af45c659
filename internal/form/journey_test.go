package form_test

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"guichet/internal/form"
	"guichet/internal/rule"
	"guichet/internal/text"
)

func withChildren() form.Raw {
	return form.Raw{
		"a.name": {"Anne"}, "a.bool": {"yes"}, "children": {"k1", "k2"},
		"children.k1.name": {"Nour"}, "children.k1.birth_date": {"3", "2", "2014"}, "children.k1.school": {"École"},
		"children.k2.name": {"Yara"}, "children.k2.birth_date": {"12", "12", "2005"}, "children.k2.school": {"left over"},
		"documents.id": {"d1"}, "documents.child.k1": {"d2"}, "documents.child.k2": {"d3"},
	}
}

func TestWalk(t *testing.T) {
	j := compiled(t).Walk(withChildren(), nil, today)
	if got := j.Value("children.count"); got != 2 {
		t.Errorf("count is %v", got)
	}
	if s := j.Field("children.k1.school"); s == nil || !s.Relevant {
		t.Error("a minor's school is not asked")
	}
	if s := j.Field("children.k2.school"); s.Relevant || s.Raw != nil {
		t.Error("an adult's school is shown")
	}
	if note := j.Field("children.note"); !note.Prefilled || note.Raw[0] != "Anne" || note.Value != nil {
		t.Errorf("the note is not offered: %q", note.Raw)
	}
	docs := j.Documents()
	if len(docs) != 2 || docs[1].Path != "documents.child.k1" || docs[1].Field.ID != "documents.child" {
		t.Errorf("documents: %v", len(docs))
	}
	want := "a.bool a.name children children.k1.birth_date children.k1.name children.k1.school children.k2.birth_date children.k2.name documents.child.k1 documents.id"
	if got := paths(j.Relevant()); got != want {
		t.Errorf("relevant:\n%s\nwant\n%s", got, want)
	}
	if title := j.Field("children").Rows[1].Title.FR; title != "Enfant 2" {
		t.Errorf("title %q", title)
	}
}

func paths(r form.Raw) string {
	var list []string
	for p := range r {
		list = append(list, p)
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}

// Answers of a skipped step stay in the draft and nothing downstream sees them (design, decision 2).
func TestSkippedStepIsUnseen(t *testing.T) {
	raw := withChildren()
	raw["a.bool"] = []string{"no"}
	j := compiled(t).Walk(raw, nil, today)
	if j.Value("children.count") != nil || j.Value("children.k1.name") != nil {
		t.Error("a skipped step has values")
	}
	if got := paths(j.Relevant()); got != "a.bool a.name documents.id" {
		t.Errorf("relevant: %s", got)
	}
	if s := j.Status("children"); s != form.Skipped {
		t.Errorf("status %v", s)
	}
	for _, p := range j.Problems() {
		t.Errorf("problem at %s", p.Path)
	}
	if v := j.Values()["children.count"]; v != 0 {
		t.Errorf("rules see %v children", v)
	}
}

func TestStatus(t *testing.T) {
	c := compiled(t)
	for _, s := range []struct {
		step string
		raw  form.Raw
		want form.Status
	}{
		{"kinds", form.Raw{}, form.Todo},
		{"kinds", form.Raw{"a.name": {}}, form.Started},
		{"kinds", form.Raw{"a.name": {"Anne"}}, form.Started},
		{"kinds", form.Raw{"a.name": {"Anne"}, "a.bool": {"no"}}, form.Done},
		{"kinds", form.Raw{"a.name": {"Anne"}, "a.bool": {"no"}, "a.date": {"31", "2", "2024"}}, form.Started},
		{"children", form.Raw{}, form.Skipped},
		{"children", form.Raw{"a.bool": {"yes"}}, form.Todo},
		{"children", form.Raw{"a.bool": {"yes"}, "children": {}}, form.Done},
		{"children", form.Raw{"a.bool": {"yes"}, "children": {"k1"}}, form.Started},
		{"documents", form.Raw{}, form.Todo},
		{"documents", form.Raw{"documents.id": {"d"}}, form.Done},
		{"documents", form.Raw{"documents.id": {"d", "e", "f"}}, form.Started},
		{"nowhere", form.Raw{}, form.Skipped},
	} {
		if got := c.Walk(s.raw, nil, today).Status(s.step); got != s.want {
			t.Errorf("%s with %q is %v, want %v", s.step, map[string][]string(s.raw), got, s.want)
		}
	}
}

func TestMissingDocumentsAreNamedByRow(t *testing.T) {
	raw := withChildren()
	delete(raw, "documents.child.k1")
	j := compiled(t).Walk(raw, nil, today)
	missing := j.MissingDocuments()
	if len(missing) != 1 || missing[0].Path != "documents.child.k1" {
		t.Fatalf("missing %d", len(missing))
	}
	problems := j.Check("documents")
	if len(problems) != 1 || problems[0].Path != "documents.child.k1" || problems[0].Code != "required" {
		t.Errorf("problems %+v", problems)
	}
}

func TestAgentFields(t *testing.T) {
	c := compiled(t)
	j := c.Walk(form.Raw{}, nil, today)
	problems := j.CheckAgent([]string{"decision.comment"}, []string{"decision.comment"})
	if len(problems) != 1 || problems[0].Path != "decision.comment" {
		t.Errorf("problems %+v", problems)
	}
	if n := len(j.Problems()); n == 0 || slices.ContainsFunc(j.Problems(), func(p form.Problem) bool { return p.Path == "decision.comment" }) {
		t.Error("submitting asks for the agents' fields")
	}
	raw, err := c.Bind(form.AgentStep, map[string][]string{"decision.comment": {"Vu."}}, nil)
	if err != nil || c.Walk(raw, nil, today).Field("decision.comment").Display(text.FR) != "Vu." {
		t.Errorf("bound %v", err)
	}
}

func TestFactsAreOffered(t *testing.T) {
	f := small()
	f.Steps[0].Fields[11].Prefill = "account.email"
	c, _ := form.Compile(f)
	facts := form.Facts{"account.email": "lina@exemple.mc", "account.phone": 12, "today": "never"}
	s := c.Walk(form.Raw{}, facts, today).Field("a.email")
	if !s.Prefilled || s.Raw[0] != "lina@exemple.mc" || s.Answered() {
		t.Errorf("offered %q", s.Raw)
	}
	if s.Display(text.EN) != "" {
		t.Error("an offer is shown as an answer")
	}
	blanked := c.Walk(form.Raw{"a.email": {}}, facts, today)
	if blanked.Field("a.email").Prefilled {
		t.Error("what was blanked is offered again")
	}
	if c.Walk(blanked.Relevant(), facts, today).Field("a.email").Prefilled {
		t.Error("what was blanked is offered again after filing")
	}
}

func TestRawPrintsNoAnswer(t *testing.T) {
	raw := form.Raw{"a.name": {"Canary"}, "a.text": {"Canary"}}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "answers", raw)
	out := fmt.Sprintf("%v %+v %#v %s %q %d", raw, raw, raw, raw, raw, raw) + log.String()
	if strings.Contains(out, "Canary") || !strings.Contains(out, "[2 answers]") {
		t.Error(out)
	}
}

func TestDiff(t *testing.T) {
	got := form.Diff(
		form.Raw{"a": {"1"}, "b": {"2"}, "c": {""}, "d": {"4"}},
		form.Raw{"a": {"1"}, "b": {"3"}, "e": {}, "f": {"6"}})
	want := "[{b [2] [3]} {d [4] []} {f [] [6]}]"
	if s := fmt.Sprint(got); s != want {
		t.Errorf("%s, want %s", s, want)
	}
}

// A check that warns is shown and does not block.
func TestWarning(t *testing.T) {
	f := small()
	f.Steps[0].Fields[3].Checks = []form.Check{{Rule: "value < 10", Message: w("Beaucoup"), Warn: true}}
	c, _ := form.Compile(f)
	j := c.Walk(form.Raw{"a.name": {"Anne"}, "a.bool": {"no"}, "a.number": {"12"}}, nil, today)
	problems := j.Check("kinds")
	if len(problems) != 1 || !problems[0].Warn || j.Status("kinds") != form.Done {
		t.Errorf("%+v, %v", problems, j.Status("kinds"))
	}
}

// A workflow's rules see every answer, also those that no rule of the form looks at.
func TestValuesHoldEveryName(t *testing.T) {
	c := compiled(t)
	raw := withChildren()
	raw["a.money"], raw["a.email"] = []string{"12,50"}, []string{"x@y.mc"}
	values := c.Walk(raw, form.Facts{"account.last_name": "Roux"}, today).Values()
	for _, name := range c.Env().Names() {
		if _, ok := values[name]; !ok {
			t.Errorf("no value for %s", name)
		}
	}
	rows, _ := values["children"].([]any)
	if values["a.money"] != 12.5 || values["?a.money"] != true || values["account.last_name"] != "Roux" || len(rows) != 2 {
		t.Errorf("%v", values)
	}
	if row, _ := rows[0].(map[string]any); row["name"] != "Nour" || row["school"] != "École" {
		t.Errorf("%v", row)
	}
	if r, err := rule.Compile(`any(children, .name == "Nour" && .school != "") && a.money > 12`, c.Env(), rule.TypeBool); err != nil {
		t.Error(err)
	} else if ok, err := r.Bool(values); !ok || err != nil {
		t.Errorf("%v %v", ok, err)
	}
}
