// Package text holds what the product says: words in French and English, and dates, sums and country names as each reads them.
package text

import "golang.org/x/text/language"

// Lang is a language of the service, as an HTML lang attribute bears it.
type Lang string

// The languages of the service. French is the authoritative one.
const (
	FR Lang = "fr"
	EN Lang = "en"
)

// Langs lists the languages, the authoritative one first.
var Langs = []Lang{FR, EN}

// ParseLang recognises a language of the service by its code.
func ParseLang(code string) (Lang, bool) {
	for _, l := range Langs {
		if code == string(l) {
			return l, true
		}
	}
	return FR, false
}

var matcher = language.NewMatcher([]language.Tag{language.French, language.English})

// Negotiate chooses the language that best fits an Accept-Language header, French where nothing fits.
func Negotiate(acceptLanguage string) Lang {
	if len(acceptLanguage) > 200 {
		return FR
	}
	tags, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil || len(tags) == 0 {
		return FR
	}
	_, i, _ := matcher.Match(tags...)
	return Langs[i]
}

// Other is the language that the switch on every page leads to.
func (l Lang) Other() Lang {
	if l == EN {
		return FR
	}
	return EN
}

func (l Lang) tag() language.Tag {
	if l == EN {
		return language.English
	}
	return language.French
}

// Words is one text in each language, as a definition file writes it.
type Words struct {
	FR string `yaml:"fr"`
	EN string `yaml:"en"`
}

// In gives the text in a language, and in French where the language has none.
func (w Words) In(l Lang) string {
	if l == EN && w.EN != "" {
		return w.EN
	}
	return w.FR
}

// IsZero reports whether no language has a text.
func (w Words) IsZero() bool { return w == Words{} }
