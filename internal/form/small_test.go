package form_test

import (
	"testing"

	"guichet/internal/form"
	"guichet/internal/text"
)

func w(s string) text.Words { return text.Words{FR: s, EN: s} }

func ptr(x float64) *float64 { return &x }

// small is a form with each kind once and each relation between fields.
func small() *form.Form {
	field := func(id string, kind form.Kind, more ...func(*form.Field)) *form.Field {
		f := &form.Field{ID: id, Kind: kind, Label: w("Champ " + id), Privacy: form.NoPrivacy}
		for _, m := range more {
			m(f)
		}
		return f
	}
	required := func(f *form.Field) { f.Required = "true" }
	options := func(f *form.Field) { f.Options = []form.Option{{ID: "a", Label: w("A")}, {ID: "b", Label: w("B")}} }
	child := func(f *form.Field) {
		f.RowTitle = w("Enfant")
		f.Max = ptr(30)
		f.Fields = []*form.Field{
			field("name", form.Text, required),
			field("birth_date", form.Date, required),
			field("school", form.Text, func(f *form.Field) { f.When = "age(row.birth_date) < 18" }),
		}
	}
	return &form.Form{
		ID: "small", Title: w("Petit"), Languages: []string{"fr", "en"},
		Categories: []form.Category{{ID: "all", Label: w("Tout")}},
		Steps: []*form.Step{
			{ID: "kinds", Title: w("Genres"), Category: "all", Fields: []*form.Field{
				field("a.text", form.Text, func(f *form.Field) { f.Max = ptr(10) }),
				field("a.name", form.Text, required, func(f *form.Field) { f.Validate = "person_name" }),
				field("a.long", form.LongText), field("a.number", form.Number, func(f *form.Field) { f.Min, f.Max = ptr(0), ptr(20) }),
				field("a.decimal", form.Decimal), field("a.money", form.Money), field("a.date", form.Date), field("a.time", form.Time),
				field("a.bool", form.Bool, required), field("a.choice", form.Choice, options), field("a.choices", form.Choices, options),
				field("a.email", form.Email), field("a.phone", form.Phone), field("a.country", form.Country),
				field("a.iban", form.Text, func(f *form.Field) { f.Validate = "iban_if_iban" }),
				field("a.id", form.Text, func(f *form.Field) { f.Validate = "id_document_number" }),
				field("a.postcode", form.Text, func(f *form.Field) { f.Validate = "postcode" }),
			}},
			{ID: "children", Title: w("Enfants"), Category: "all", When: "a.bool", Fields: []*form.Field{
				field("children", form.Group, child),
				field("children.count", form.Number, func(f *form.Field) { f.Compute = "len(children)" }),
				field("children.note", form.Text, func(f *form.Field) { f.When, f.Prefill = "children.count > 0", "a.name" }),
			}},
			{ID: "documents", Title: w("Pièces"), Category: "all", Files: true, Fields: []*form.Field{
				field("documents.id", form.File, required, func(f *form.Field) { f.Max = ptr(2) }),
				field("documents.child", form.File, required, func(f *form.Field) {
					f.PerRow, f.RowWhen = "children", "age(row.birth_date) < 18"
				}),
			}},
		},
		AgentFields: []*form.Field{field("decision.comment", form.LongText, func(f *form.Field) { f.Category = "all" })},
	}
}

func compiled(t testing.TB) *form.Compiled {
	t.Helper()
	c, refusals := form.Compile(small())
	if c == nil {
		t.Fatal(refusals)
	}
	return c
}

// only walks the small form with one answer and gives its state and its problem's code, "" for none.
func only(t *testing.T, path string, raw ...string) (*form.FieldState, form.Problem) {
	t.Helper()
	answers := form.Raw{"a.name": {"Anne"}}
	answers[path] = raw
	j := compiled(t).Walk(answers, nil, today)
	for _, p := range j.Check("kinds") {
		if p.Path == path {
			return j.Field(path), p
		}
	}
	return j.Field(path), form.Problem{}
}
