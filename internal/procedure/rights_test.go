package procedure_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"guichet"
	"guichet/internal/form"
	"guichet/internal/procedure"
	"guichet/internal/text"
)

// docs/rights.md says of every role what it may do and what is hidden from it, and of every hidden category which answers it holds:
// line by line what the definitions have (ASVS 8.1.1, 8.1.2).
func TestRightsAreWrittenDown_ASVS_8_1_1_8_1_2(t *testing.T) {
	doc, err := os.ReadFile("../../docs/rights.md")
	if err != nil {
		t.Fatal(err)
	}
	have := string(doc)
	want := func(format string, args ...any) {
		if line := fmt.Sprintf(format, args...); !strings.Contains(have, line+"\n") {
			t.Errorf("docs/rights.md lacks: %s", line)
		}
	}
	all, refused := procedure.Load(guichet.Files)
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	for _, p := range all.All() {
		want("## %s", p.Title.In(text.EN))
		hidden := map[string]bool{}
		for _, r := range p.Flow.Roles {
			for _, c := range r.Hide {
				hidden[c] = true
			}
			want("| %s | %s | %s | %s |", r.ID, r.Kind, or(strings.Join(r.Can, ", ")), or(strings.Join(r.Hide, ", ")))
		}
		for _, x := range seen(p.Form.Form) {
			want("| %s | %s |", x.ID, strings.Join(x.See, ", "))
		}
		for _, c := range p.Form.Categories {
			if hidden[c.ID] {
				want("| %s | %s |", c.ID, or(strings.Join(answers(p.Form.Form, c.ID), ", ")))
			}
		}
	}
}

func or(words string) string {
	if words == "" {
		return "–"
	}
	return words
}

// seen are the answers that some roles alone read.
func seen(f *form.Form) (out []*form.Field) {
	add := func(fields []*form.Field) {
		for _, x := range fields {
			if len(x.See) > 0 {
				out = append(out, x)
			}
		}
	}
	for _, step := range f.Steps {
		add(step.Fields)
	}
	add(f.AgentFields)
	return out
}

func answers(f *form.Form, category string) (out []string) {
	add := func(fields []*form.Field, whole string) {
		for _, x := range fields {
			of := x.Category
			if of == "" {
				of = whole
			}
			if of == category {
				out = append(out, x.ID)
			}
		}
	}
	for _, step := range f.Steps {
		add(step.Fields, step.Category)
	}
	add(f.AgentFields, "")
	return out
}
