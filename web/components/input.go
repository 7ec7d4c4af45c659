package components

import (
	"github.com/a-h/templ"

	"guichet/internal/text"
)

// TextInput asks for one line.
func TextInput(p text.Printer, f Field) templ.Component {
	return draw(func(m *markup) {
		m.open("div", "class", f.groupClass())
		m.label(p, f)
		m.hints(p, f)
		if f.Prefix != "" || f.Suffix != "" {
			m.affixed(f)
		} else {
			m.input(f)
		}
		m.close("div")
	})
}

// affixed sets a sign or a unit against the input; hint and label say it to those who do not see it.
func (m *markup) affixed(f Field) {
	m.open("div", "class", "govuk-input__wrapper")
	if f.Prefix != "" {
		m.el("div", f.Prefix, "class", "govuk-input__prefix", "aria-hidden", "true")
	}
	m.input(f)
	if f.Suffix != "" {
		m.el("div", f.Suffix, "class", "govuk-input__suffix", "aria-hidden", "true")
	}
	m.close("div")
}

func (m *markup) input(f Field) {
	m.open("input", "class", f.inputClass(), "id", f.ID, "name", f.Name, "type", f.kind(), "spellcheck", "false",
		"value", f.Value, "autocomplete", f.Autocomplete, "inputmode", f.InputMode, "data-weigh", f.Weigh,
		"aria-describedby", f.describedBy(), "aria-invalid", f.invalid(), "readonly", bare(f.ReadOnly))
}

// TimeInput asks for an hour of the day, typed as 14:05.
func TimeInput(p text.Printer, f Field) templ.Component {
	f.Width, f.Autocomplete = 5, "off"
	return TextInput(p, f)
}

// Textarea asks for some lines. With a MaxLength the script counts what is left.
func Textarea(p text.Printer, f Field) templ.Component {
	return draw(func(m *markup) {
		m.textareaGroup(p, f)
		m.label(p, f)
		m.hints(p, f)
		m.open("textarea", "class", f.control("govuk-textarea"), "id", f.ID, "name", f.Name, "rows", f.rows(),
			"autocomplete", f.Autocomplete, "aria-describedby", f.countedBy(), "aria-invalid", f.invalid(), "readonly", bare(f.ReadOnly))
		m.text("\n" + f.Value) // the parser drops the first line break, not one that was typed
		m.close("textarea")
		if f.MaxLength > 0 {
			m.el("div", p.N("ui.count.limit", f.MaxLength), "id", f.ID+"-info", "class", "govuk-hint govuk-character-count__message")
		}
		m.close("div")
	})
}

// textareaGroup opens the group with the sentences that the script counts with.
func (m *markup) textareaGroup(p text.Printer, f Field) {
	if f.MaxLength == 0 {
		m.open("div", "class", f.groupClass())
		return
	}
	m.open("div", "class", f.groupClass()+" govuk-character-count", "data-count", number(f.MaxLength),
		"data-left-one", p.T("ui.count.left.one", "n", "{n}"), "data-left-other", p.T("ui.count.left.other", "n", "{n}"),
		"data-over-one", p.T("ui.count.over.one", "n", "{n}"), "data-over-other", p.T("ui.count.over.other", "n", "{n}"))
}

// DateInput asks for a known date in three boxes, posted as Name.day, Name.month and Name.year.
func DateInput(p text.Printer, f Field) templ.Component {
	return draw(func(m *markup) {
		m.fieldset(p, f, func() {
			m.open("div", "class", "govuk-date-input")
			for _, d := range f.dateParts() {
				m.datePart(p, f, d)
			}
			m.close("div")
		})
	})
}

func (m *markup) datePart(p text.Printer, f Field, d datePart) {
	m.open("div", "class", "govuk-date-input__item")
	m.open("div", "class", "govuk-form-group")
	m.el("label", p.T(d.key), "class", "govuk-label govuk-date-input__label", "for", d.id)
	m.open("input", "class", d.class(), "id", d.id, "name", d.name, "type", "text", "inputmode", "numeric",
		"value", d.value, "autocomplete", d.autocomplete, "aria-invalid", d.invalid(), "readonly", bare(f.ReadOnly))
	m.close("div")
	m.close("div")
}
