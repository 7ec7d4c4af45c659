package components

import (
	"sync"

	"guichet/internal/text"
)

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
