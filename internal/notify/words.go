package notify

import (
	"regexp"

	"guichet/internal/text"
)

// Wording is what one message says, in each language, before its values are put in.
type Wording struct{ Subject, Body text.Words }

var braces = regexp.MustCompile(`\{([a-z_]*)\}`)

// Render puts the values into the words of a language: the only place where it is done. What stands between braces and
// is no value stays as it is.
func (w Wording) Render(lang text.Lang, values map[string]string) Letter {
	fill := func(s text.Words) string {
		return braces.ReplaceAllStringFunc(s.In(lang), func(name string) string {
			if v, ok := values[name[1:len(name)-1]]; ok {
				return v
			}
			return name
		})
	}
	return Letter{Subject: fill(w.Subject), Body: fill(w.Body)}
}
