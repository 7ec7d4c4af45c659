package components

import (
	"strconv"

	"github.com/a-h/templ"

	"guichet/internal/text"
)

// Scripted are the address of the part that sends the files in pieces, and the sentences it says.
func (u Upload) Scripted(p text.Printer) templ.Attributes {
	a := templ.Attributes{
		"data-upload":   u.Script,
		"data-begin":    u.Begin,
		"data-progress": p.T("ui.upload.progress", "name", "{name}", "percent", "{percent}"),
		"data-checking": p.T("ui.upload.checking", "name", "{name}"),
		"data-again":    p.T("ui.upload.again"),
		"data-failed":   p.T("ui.upload.failed"),
		"data-saved":    p.T("ui.upload.saved"),
		"data-wrong":    p.T("ui.upload.wrong_type", "name", "{name}"),
		"data-empty":    p.T("ui.upload.empty", "name", "{name}"),
		"data-camera":   p.T("ui.upload.camera"),
	}
	if u.MaxBytes > 0 {
		a["data-max"], a["data-too-large"] = strconv.FormatInt(u.MaxBytes, 10), p.T("ui.upload.too_large", "name", "{name}", "size", p.Size(u.MaxBytes))
	}
	if left := max(0, u.Most-u.Given); u.Most > 0 {
		a["data-left"], a["data-too-many"] = strconv.Itoa(left), p.N("ui.upload.too_many", left)
	}
	return a
}

// FileInput asks for one file within a form that asks other things too; accept lists endings, such as ".pdf".
func FileInput(p text.Printer, f Field, accept string) templ.Component {
	return draw(func(m *markup) {
		m.open("div", "class", f.groupClass())
		m.label(p, f)
		m.hints(p, f)
		m.open("input", "class", f.control("govuk-file-upload"), "id", f.ID, "name", f.Name, "type", "file", "accept", accept,
			"aria-describedby", f.describedBy(), "aria-invalid", f.invalid())
		m.close("div")
	})
}
