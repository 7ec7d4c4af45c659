package portal

import (
	"context"
	"io"
	"strings"

	"github.com/a-h/templ"

	"guichet/internal/form"
	"guichet/internal/text"
	"guichet/web/components"
)

// mostRadios is how many options are shown at once; beyond, they are a list to open.
const mostRadios = 9

// fields draws the questions of a step in order; they write to one writer without a template between them.
func (s *stepView) fields(list []*form.FieldState) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		for _, f := range list {
			if !f.Relevant {
				continue
			}
			if err := s.field(f).Render(ctx, w); err != nil {
				return err
			}
			if warning := s.warned[f.Path]; warning != "" {
				if err := stepWarning(s.pr, warning).Render(ctx, w); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func (s *stepView) field(f *form.FieldState) templ.Component {
	switch {
	case f.Computed():
		return s.told(f)
	case f.Field.Kind == form.Group:
		return stepGroup(s, f)
	case !s.openTo(f.Path):
		return s.told(f)
	}
	return s.control(f)
}

// told shows an answer that is not asked here: a computed one, or one that is frozen.
func (s *stepView) told(f *form.FieldState) templ.Component {
	answer := f.Display(s.pr.Lang)
	if answer == "" && f.Computed() {
		return templ.NopComponent
	}
	return components.SummaryList(s.pr, "", []components.Row{{Key: s.label(f), Values: lines(answer), ID: f.Path}})
}

// lines are the lines of an answer; none for an empty one.
func lines(answer string) []string {
	if answer == "" {
		return nil
	}
	return strings.Split(answer, "\n")
}

func (s *stepView) label(f *form.FieldState) string { return f.Label.In(s.pr.Lang) }

// control draws the control of one question.
func (s *stepView) control(f *form.FieldState) templ.Component {
	c := s.common(f)
	switch f.Field.Kind {
	case form.LongText:
		c.MaxLength = most(f.Field)
		return components.Textarea(s.pr, c)
	case form.Date:
		copy(c.Date[:], f.Raw)
		return components.DateInput(s.pr, c)
	case form.Time:
		return components.TimeInput(s.pr, c)
	case form.Bool:
		c.Inline, c.Options = true, yesNo(s.pr)
		return components.Radios(s.pr, c)
	case form.Choice:
		c.Options = options(f.Field, s.pr.Lang)
		if len(c.Options) > mostRadios {
			c.Options = append([]components.Option{{}}, c.Options...)
			return components.Select(s.pr, c)
		}
		return components.Radios(s.pr, c)
	case form.Choices:
		c.Values, c.Options = f.Raw, options(f.Field, s.pr.Lang)
		return components.Checkboxes(s.pr, c)
	case form.Country:
		c.Search, c.Choices = true, countries(f.Field, s.pr.Lang)
		return components.Select(s.pr, c)
	}
	return components.TextInput(s.pr, typed(c, f.Field.Kind))
}

// countries are all of them, and for a nationality the possibility to have none.
func countries(f *form.Field, l text.Lang) *components.Choices {
	if strings.Contains(f.ID, "nationality") {
		return components.Nationalities(l)
	}
	return components.Countries(l)
}

// common is what every control takes from its question.
func (s *stepView) common(f *form.FieldState) components.Field {
	c := components.Field{
		ID: f.Path, Name: f.Path, Label: s.label(f), Hint: f.Hint.In(s.pr.Lang), Error: s.fault(f.Path), ErrorPart: s.part(f.Path), Optional: !f.Required,
		Autocomplete: f.Field.Autocomplete, Width: f.Field.Width,
	}
	if len(f.Raw) > 0 {
		c.Value = f.Raw[0]
	}
	if item := itemFor(s.asked, f.Path); item != nil && item.Path == f.Path && item.Word != "" {
		c.Hint = strings.TrimSpace(said(s.pr, *item) + " " + c.Hint)
	}
	return c
}

// typed says which keyboard and which marks a line of text has.
func typed(c components.Field, k form.Kind) components.Field {
	switch k {
	case form.Number:
		c.InputMode, c.Width = "numeric", orWidth(c.Width, 5)
	case form.Decimal:
		c.InputMode, c.Width = "decimal", orWidth(c.Width, 5)
	case form.Money:
		c.InputMode, c.Suffix, c.Width = "decimal", "€", orWidth(c.Width, 10)
	case form.Email:
		c.Type, c.InputMode = "email", "email"
	case form.Phone:
		c.Type, c.InputMode, c.Width = "tel", "tel", orWidth(c.Width, 20)
	}
	return c
}

func orWidth(width, usual int) int {
	if width == 0 {
		return usual
	}
	return width
}

func most(f *form.Field) int {
	if f.Max == nil {
		return 0
	}
	return int(*f.Max)
}

func options(f *form.Field, l text.Lang) []components.Option {
	out := make([]components.Option, len(f.Options))
	for i, o := range f.Options {
		out[i] = components.Option{Value: o.ID, Label: o.Label.In(l), Hint: o.Hint.In(l)}
	}
	return out
}

func yesNo(p text.Printer) []components.Option {
	return []components.Option{{Value: "yes", Label: p.T("portal.step.yes")}, {Value: "no", Label: p.T("portal.step.no")}}
}

// tick is the box of the step's notice, never ticked in advance (RP-035).
func (s *stepView) tick() components.Field {
	n := s.notice()
	f := components.Field{
		ID: tickName(n), Name: tickName(n), Label: n.Title.In(s.pr.Lang), Hint: s.p.say(n.Text, s.pr.Lang), Error: s.fault(tickName(n)),
		Options: []components.Option{{Value: "yes", Label: s.p.say(n.Label, s.pr.Lang)}},
	}
	if s.ticked() {
		f.Values = []string{"yes"}
	}
	return f
}
