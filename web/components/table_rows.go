package components

import (
	"context"
	"io"
	"sync"

	"github.com/a-h/templ"
)

// tableRows is the body of a table. It is no template: a page of the agents' queue has some three hundred cells, and a component
// for each cost a third of the page.
func tableRows(t Table) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		kept := rowBytes.Get().(*[]byte)
		defer rowBytes.Put(kept)
		b := (*kept)[:0]
		for _, row := range t.Rows {
			b = append(b, `<tr class="govuk-table__row" data-row>`...)
			for i, c := range row {
				b = t.appendCell(b, c, i)
			}
			b = append(b, "</tr>"...)
		}
		*kept = b
		_, err := w.Write(b)
		return err
	})
}

// rowBytes are what tables were written into, to be written into again: a page of the queue takes some 75 KB, and growing to it
// was a tenth of its garbage.
var rowBytes = sync.Pool{New: func() any { return new([]byte) }}

// appendCell writes one cell; what it shows is escaped, in text and in attributes.
func (t Table) appendCell(b []byte, c Cell, i int) []byte {
	if c.Header {
		return append(c.appendContent(append(b, `<th scope="row" class="govuk-table__header">`...)), "</th>"...)
	}
	b = attribute(append(b, "<td"...), "class", t.cellClass(i))
	if l := t.label(i); l != "" {
		b = attribute(b, "data-label", l)
	}
	return append(c.appendContent(append(b, '>')), "</td>"...)
}

func (c Cell) appendContent(b []byte) []byte {
	if c.Box != nil {
		b = c.Box.append(b)
	}
	if c.Href != "" {
		b = attribute(append(b, `<a class="govuk-link"`...), "href", string(templ.URL(c.Href)))
		b = append(append(append(b, '>'), templ.EscapeString(c.Text)...), "</a>"...)
	} else {
		b = append(b, templ.EscapeString(c.Text)...)
	}
	switch s := c.Status; {
	case s.Label == "":
	case s.Colour != "":
		b = attribute(append(b, " <strong"...), "class", "govuk-tag govuk-tag--"+s.Colour)
		b = append(append(append(b, '>'), templ.EscapeString(s.Label)...), "</strong>"...)
	default:
		b = append(append(append(b, ` <span class="guichet-status">`...), templ.EscapeString(s.Label)...), "</span>"...)
	}
	return b
}

func (x *Box) append(b []byte) []byte {
	id := x.Name + "." + x.Value
	b = append(b, `<div class="govuk-checkboxes govuk-checkboxes--small"><div class="govuk-checkboxes__item"><input class="govuk-checkboxes__input" type="checkbox"`...)
	for _, a := range [][2]string{{"form", x.Form}, {"name", x.Name}, {"value", x.Value}, {"id", id}} {
		b = attribute(b, a[0], a[1])
	}
	b = attribute(append(b, `><label class="govuk-label govuk-checkboxes__label"`...), "for", id)
	b = append(append(b, `><span class="govuk-visually-hidden">`...), templ.EscapeString(x.Label)...)
	return append(b, "</span></label></div></div>"...)
}

func attribute(b []byte, name, value string) []byte {
	b = append(append(append(b, ' '), name...), `="`...)
	return append(append(b, templ.EscapeString(value)...), '"')
}
