package components

import (
	"github.com/a-h/templ"

	"guichet/internal/text"
)

func label(p text.Printer, f Field) templ.Component { return draw(func(m *markup) { m.label(p, f) }) }

func hints(p text.Printer, f Field) templ.Component { return draw(func(m *markup) { m.hints(p, f) }) }

// label names a single control.
func (m *markup) label(p text.Printer, f Field) {
	class := "govuk-label"
	switch {
	case f.Heading:
		m.open("h1", "class", "govuk-label-wrapper")
		defer m.close("h1")
		class = "govuk-label govuk-label--l"
	case f.Hidden:
		class = "govuk-label govuk-visually-hidden"
	}
	m.open("label", "class", class, "for", f.ID, "lang", string(f.Lang))
	m.words(p, f)
	m.close("label")
}

// legend names a group of controls.
func (m *markup) legend(p text.Printer, f Field) {
	class := "govuk-fieldset__legend"
	if f.Heading {
		class += " govuk-fieldset__legend--l"
	} else if f.Hidden {
		class += " govuk-visually-hidden"
	}
	m.open("legend", "class", class, "lang", string(f.Lang))
	if f.Heading {
		m.open("h1", "class", "govuk-fieldset__heading")
		m.words(p, f)
		m.close("h1")
	} else {
		m.words(p, f)
	}
	m.close("legend")
}

func (m *markup) words(p text.Printer, f Field) {
	m.text(f.Label)
	if f.Optional {
		m.text(" ")
		m.el("span", p.T("ui.optional"), "class", "guichet-optional")
	}
}

// hints writes what describes the field: its hint and its error.
func (m *markup) hints(p text.Printer, f Field) {
	if f.Hint != "" {
		m.el("div", f.Hint, "id", f.ID+"-hint", "class", "govuk-hint")
	}
	if f.Error != "" {
		m.open("p", "id", f.ID+"-error", "class", "govuk-error-message")
		m.el("span", p.T("ui.error_prefix"), "class", "govuk-visually-hidden")
		m.text(" " + f.Error)
		m.close("p")
	}
}

// fieldset wraps a group of controls with its legend, hint and error.
func (m *markup) fieldset(p text.Printer, f Field, controls func()) {
	m.open("div", "class", f.groupClass())
	m.open("fieldset", "class", "govuk-fieldset", "aria-describedby", f.describedBy())
	m.legend(p, f)
	m.hints(p, f)
	controls()
	m.close("fieldset")
	m.close("div")
}
