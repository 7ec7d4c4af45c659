package notify

import (
	"regexp"

	"guichet/internal/text"
)

// Wording is what one message says, in each language, before its values are put in. Who edits messages shows a changed one
// with [Wording.Preview]: nothing else renders words than this.
type Wording struct {
	Key       string // "account.confirm", "dossier.<procedure>.<notification>", "sms.news", DeskMail
	Procedure string // "" for a message of the service
	Channel   string // ByMail or BySMS
	Subject   text.Words
	Body      text.Words
	Values    []string // names that may stand between braces; none of them is an answer
}

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

// examples stand in for a message's values in a preview.
var examples = map[string]text.Words{
	"reference": {FR: "AB-2345-6789", EN: "AB-2345-6789"},
	"link":      {FR: "https://guichet.example/…", EN: "https://guichet.example/…"},
	"date":      {FR: "3 mars 2027", EN: "3 March 2027"},
	"until":     {FR: "2 avril 2027", EN: "2 April 2027"},
	"site":      {FR: "guichet.example", EN: "guichet.example"},
	"code":      {FR: "123456", EN: "123456"},
	"news":      {FR: "- Nouvelles demandes : 3", EN: "- New applications: 3"},
}

// Preview shows a message with invented values; known are those that are the same in every message, such as the service's name.
func (w Wording) Preview(lang text.Lang, known map[string]string) Letter {
	values := map[string]string{}
	for name, v := range examples {
		values[name] = v.In(lang)
	}
	for name, v := range known {
		values[name] = v
	}
	return w.Render(lang, values)
}
