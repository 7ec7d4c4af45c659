package components

import (
	"strings"

	"github.com/a-h/templ"

	"guichet/internal/text"
)

// Select asks for one of many. With Search the script makes it a combobox.
func Select(p text.Printer, f Field) templ.Component {
	return draw(func(m *markup) {
		m.open("div", "class", f.groupClass())
		m.label(p, f)
		m.hints(p, f)
		none, found := "", ""
		if f.Search {
			none, found = p.T("ui.search.none"), p.T("ui.search.found", "n", "{n}")
		}
		m.open("select", "class", f.control("govuk-select"), "id", f.ID, "name", f.Name, "data-search", none, "data-found", found,
			"autocomplete", f.Autocomplete, "aria-describedby", f.describedBy(), "aria-invalid", f.invalid())
		if f.Choices != nil {
			m.choose(f.Choices, f.Value)
		} else {
			for _, o := range f.Options {
				m.option(o, o.Value == f.Value)
			}
		}
		m.close("select")
		m.close("div")
	})
}

func (m *markup) option(o Option, selected bool) {
	m.b = append(m.b, `<option value="`...)
	m.text(o.Value)
	m.b = append(m.b, '"')
	if selected {
		m.b = append(m.b, " selected"...)
	}
	m.b = append(m.b, '>')
	m.text(o.Label)
	m.close("option")
}

// Choices is the list of a long select as HTML made once; only the place of the chosen one differs.
type Choices struct {
	html string
	at   map[string]int // where " selected" goes in html
}

// NewChoices renders options, after an empty first one, for use in any number of pages.
func NewChoices(options []Option) *Choices {
	c := &Choices{at: make(map[string]int, len(options)+1)}
	var m markup
	for _, o := range append([]Option{{}}, options...) {
		start := len(m.b)
		m.option(o, false)
		c.at[o.Value] = start + strings.Index(string(m.b[start:]), ">")
	}
	c.html = string(m.b)
	return c
}

// choose writes the options with one of them selected: the empty one when what was typed is none of them.
func (m *markup) choose(c *Choices, value string) {
	at, ok := c.at[value]
	if !ok {
		at = c.at[""]
	}
	m.b = append(append(append(m.b, c.html[:at]...), " selected"...), c.html[at:]...)
}

// Radios asks for one of a few.
func Radios(p text.Printer, f Field) templ.Component {
	return draw(func(m *markup) {
		m.choices(p, f, "radio", "govuk-radios", func(o Option) bool { return o.Value == f.Value })
	})
}

// Checkboxes asks for any of a few.
func Checkboxes(p text.Printer, f Field) templ.Component {
	return draw(func(m *markup) {
		m.choices(p, f, "checkbox", "govuk-checkboxes", func(o Option) bool { return f.chosen(o.Value) })
	})
}

func (m *markup) choices(p text.Printer, f Field, kind, class string, chosen func(Option) bool) {
	m.fieldset(p, f, func() {
		m.open("div", "class", f.choiceClass(class))
		for i, o := range f.Options {
			m.choice(f.Name, f.optionID(i), kind, class, o, chosen(o))
		}
		m.close("div")
	})
}

func (m *markup) choice(name, id, kind, class string, o Option, chosen bool) {
	hint := ""
	if o.Hint != "" {
		hint = id + "-item-hint"
	}
	m.open("div", "class", class+"__item")
	m.open("input", "class", class+"__input", "id", id, "name", name, "type", kind, "value", o.Value,
		"checked", bare(chosen), "aria-describedby", hint)
	m.el("label", o.Label, "class", "govuk-label "+class+"__label", "for", id)
	if hint != "" {
		m.el("div", o.Hint, "id", hint, "class", "govuk-hint "+class+"__hint")
	}
	m.close("div")
}

// Checkbox asks for a yes, a consent for one: its label is the sentence agreed to. It posts "yes".
func Checkbox(p text.Printer, f Field) templ.Component {
	return draw(func(m *markup) {
		m.open("div", "class", f.groupClass())
		m.hints(p, f)
		m.open("div", "class", "govuk-checkboxes")
		m.open("div", "class", "govuk-checkboxes__item")
		m.open("input", "class", "govuk-checkboxes__input", "id", f.ID, "name", f.Name, "type", "checkbox", "value", "yes",
			"checked", bare(f.Value == "yes"), "aria-describedby", f.describedBy(), "aria-invalid", f.invalid())
		m.open("label", "class", "govuk-label govuk-checkboxes__label", "for", f.ID, "lang", string(f.Lang))
		m.words(p, f)
		m.close("label")
		m.close("div")
		m.close("div")
		m.close("div")
	})
}
