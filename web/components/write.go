package components

import (
	"context"
	"io"
	"sync"

	"github.com/a-h/templ"

	"guichet/internal/text"
)

func escape(s string) string { return templ.EscapeString(s) }

// choose writes the options of a long select with one of them selected.
func (c *Choices) choose(value string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		at, ok := c.at[value]
		if !ok { // what was typed is no option: nothing is selected
			at = c.at[""]
		}
		for _, part := range [...]string{c.html[:at], " selected", c.html[at:]} {
			if _, err := io.WriteString(w, part); err != nil {
				return err
			}
		}
		return nil
	})
}

var countries, nationalities = perLang(text.Countries), perLang(text.Nationalities)

func perLang(list func(text.Lang) []text.Country) map[text.Lang]func() *Choices {
	m := map[text.Lang]func() *Choices{}
	for _, l := range text.Langs {
		m[l] = sync.OnceValue(func() *Choices {
			var options []Option
			for _, c := range list(l) {
				options = append(options, Option{Value: c.Code, Label: c.Name})
			}
			return NewChoices(options)
		})
	}
	return m
}

// Countries is the list of countries for a Select, in the reader's language and order.
func Countries(l text.Lang) *Choices { return countries[l]() }

// Nationalities is the list of countries and statelessness for a Select.
func Nationalities(l text.Lang) *Choices { return nationalities[l]() }
