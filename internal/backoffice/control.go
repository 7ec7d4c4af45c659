package backoffice

import (
	"slices"

	"github.com/a-h/templ"

	"guichet/internal/form"
	"guichet/internal/text"
	"guichet/web/components"
)

// control draws an agents' question.
func control(p text.Printer, f *form.FieldState, wrong string) templ.Component {
	c := components.Field{
		ID: f.Path, Name: f.Path, Label: f.Label.In(p.Lang), Hint: f.Hint.In(p.Lang), Error: wrong, Optional: !f.Required,
		Width: f.Field.Width, Autocomplete: "off",
	}
	if len(f.Raw) > 0 {
		c.Value = f.Raw[0]
	}
	switch f.Field.Kind {
	case form.LongText:
		if f.Field.Max != nil {
			c.MaxLength = int(*f.Field.Max)
		}
		return components.Textarea(p, c)
	case form.Date:
		copy(c.Date[:], f.Raw)
		return components.DateInput(p, c)
	case form.Time:
		return components.TimeInput(p, c)
	case form.Bool:
		c.Inline, c.Options = true, []components.Option{{Value: "yes", Label: p.T("desk.yes")}, {Value: "no", Label: p.T("desk.no")}}
		return components.Radios(p, c)
	case form.Choice:
		c.Options = append([]components.Option{{}}, options(f.Field, f.Raw, p.Lang)...)
		return components.Select(p, c)
	case form.Choices:
		c.Values, c.Options = f.Raw, options(f.Field, f.Raw, p.Lang)
		return components.Checkboxes(p, c)
	case form.Country:
		c.Search, c.Choices = true, components.Countries(p.Lang)
		return components.Select(p, c)
	case form.Number, form.Decimal, form.Money:
		c.InputMode, c.Width = "decimal", 10
	}
	return components.TextInput(p, c)
}

// options are the answers that may be chosen: one that is retired only where it was chosen before.
func options(f *form.Field, chosen []string, l text.Lang) []components.Option {
	var out []components.Option
	for _, o := range f.Options {
		if !o.Retired || slices.Contains(chosen, o.ID) {
			out = append(out, components.Option{Value: o.ID, Label: o.Label.In(l), Hint: o.Hint.In(l)})
		}
	}
	return out
}
