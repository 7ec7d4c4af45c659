package form_test

import (
	"strings"
	"testing"

	"guichet/internal/form"
	"guichet/internal/text"
)

func TestRefusals(t *testing.T) {
	kinds := func(f *form.Form, i int) *form.Field { return f.Steps[0].Fields[i] }
	for name, c := range map[string]struct {
		spoil         func(*form.Form)
		path, message string
	}{
		"no step":          {func(f *form.Form) { f.Steps = nil }, "$.steps", "no step"},
		"step id":          {func(f *form.Form) { f.Steps[1].ID = "kinds" }, "$.steps[1].id", "cannot be the id"},
		"agent's step":     {func(f *form.Form) { f.Steps[1].ID = "agent" }, "$.steps[1].id", "cannot be the id"},
		"one language":     {func(f *form.Form) { kinds(f, 0).Label = text.Words{FR: "Nom"} }, "$.steps[0].fields[0].label", "both languages"},
		"unknown kind":     {func(f *form.Form) { kinds(f, 0).Kind = "textt" }, "$.steps[0].fields[0].kind", "unknown kind “textt”"},
		"field id":         {func(f *form.Form) { kinds(f, 0).ID = "a.Text" }, "$.steps[0].fields[0].id", "cannot be the id"},
		"id twice":         {func(f *form.Form) { kinds(f, 1).ID = "a.text" }, "$.steps[0].fields[1].id", "used twice"},
		"no option":        {func(f *form.Form) { kinds(f, 9).Options = nil }, "$.steps[0].fields[9].options", "a choice needs them"},
		"option twice":     {func(f *form.Form) { kinds(f, 9).Options[1].ID = "a" }, "$.steps[0].fields[9].options[1].id", "no id of its own"},
		"no privacy":       {func(f *form.Form) { kinds(f, 0).Privacy = "" }, "$.steps[0].fields[0].privacy", "not a privacy role"},
		"no hierarchy":     {func(f *form.Form) { kinds(f, 0).Privacy = form.Quasi }, "$.steps[0].fields[0].hierarchy", "generalise"},
		"category":         {func(f *form.Form) { kinds(f, 0).Category = "al" }, "$.steps[0].fields[0].category", "“al” is not a category"},
		"unknown tag":      {func(f *form.Form) { kinds(f, 0).Validate = "max=10,ibann" }, "$.steps[0].fields[0].validate", "does not accept"},
		"tag's parameter":  {func(f *form.Form) { kinds(f, 0).Validate = "max=ten" }, "$.steps[0].fields[0].validate", "does not accept"},
		"tag of a date":    {func(f *form.Form) { kinds(f, 6).Validate = "max=10" }, "$.steps[0].fields[6].validate", "does not apply"},
		"min above max":    {func(f *form.Form) { kinds(f, 3).Min = ptr(30) }, "$.steps[0].fields[3].min", "above max"},
		"when of no type":  {func(f *form.Form) { kinds(f, 2).When = "a.name" }, "$.steps[0].fields[2].when", "yields “text”"},
		"looking forward":  {func(f *form.Form) { kinds(f, 2).When = "a.bool" }, "$.steps[0].fields[2].when", "asked later"},
		"looking at self":  {func(f *form.Form) { kinds(f, 2).When = `a.long == ""` }, "$.steps[0].fields[2].when", "asked later"},
		"misspelt":         {func(f *form.Form) { f.Steps[1].When = "a.boll" }, "$.steps[1].when", "unknown name “a.boll”"},
		"check's message":  {func(f *form.Form) { kinds(f, 0).Checks = []form.Check{{Rule: "true"}} }, "$.steps[0].fields[0].checks[0].message", "both languages"},
		"check's rule":     {func(f *form.Form) { kinds(f, 0).Checks = []form.Check{{Rule: "valeur > 1", Message: w("x")}} }, "$.steps[0].fields[0].checks[0].rule", "unknown name “valeur”"},
		"empty check":      {func(f *form.Form) { kinds(f, 0).Checks = []form.Check{{Message: w("x")}} }, "$.steps[0].fields[0].checks[0].rule", "no rule"},
		"compute's type":   {func(f *form.Form) { f.Steps[1].Fields[1].Compute = `"two"` }, "$.steps[1].fields[1].compute", "yields “text”"},
		"cell looks ahead": {func(f *form.Form) { f.Steps[1].Fields[0].Fields[0].When = "given(row.school)" }, "$.steps[1].fields[0].fields[0].when", "unknown name “row.school”"},
		"group in group":   {func(f *form.Form) { f.Steps[1].Fields[0].Fields[0].Kind = form.File }, "$.steps[1].fields[0].fields[0].kind", "neither groups nor files"},
		"no cells":         {func(f *form.Form) { f.Steps[1].Fields[0].Fields = nil }, "$.steps[1].fields[0].fields", "a group has fields"},
		"31 rows":          {func(f *form.Form) { f.Steps[1].Fields[0].Max = ptr(31) }, "$.steps[1].fields[0].max", "at most 30 rows"},
		"no row title":     {func(f *form.Form) { f.Steps[1].Fields[0].RowTitle = text.Words{} }, "$.steps[1].fields[0].row_title", "need a title"},
		"per_row of none":  {func(f *form.Form) { f.Steps[2].Fields[1].PerRow = "child" }, "$.steps[2].fields[1].per_row", "not an earlier group"},
		"proves nothing":   {func(f *form.Form) { f.Steps[2].Fields[1].Proves = []string{"child"} }, "$.steps[2].fields[1].proves[0]", "no earlier answer"},
		"row_when alone":   {func(f *form.Form) { f.Steps[2].Fields[0].RowWhen = "true" }, "$.steps[2].fields[0].row_when", "no per_row"},
		"computed file":    {func(f *form.Form) { f.Steps[2].Fields[0].Compute = "finance" }, "$.steps[2].fields[0].compute", "cannot be computed"},
	} {
		t.Run(name, func(t *testing.T) {
			f := small()
			c.spoil(f)
			compiled, refusals := form.Compile(f)
			if compiled != nil {
				t.Fatal("accepted")
			}
			for _, r := range refusals {
				if r.Path == c.path && strings.Contains(r.Message, c.message) && r.Remedy != "" {
					return
				}
			}
			t.Errorf("want %s: %s, got\n%v", c.path, c.message, refusals)
		})
	}
}

func TestRefusalSaysWhereInTheRule(t *testing.T) {
	f := small()
	f.Steps[1].When = "a.bool &&\n  a.nane == \"x\""
	_, refusals := form.Compile(f)
	if len(refusals) == 0 || refusals[0].Line != 2 || refusals[0].Column != 3 || !strings.Contains(refusals[0].Remedy, "a.name") {
		t.Errorf("%+v", refusals)
	}
}
