package report

import (
	"strings"

	"guichet/internal/fault"
	"guichet/internal/text"
)

// Notice is a text of a definition on paper, to be handed to those it is about who never come to the service (RP-179): under the
// purpose of the processing, as on its page. authority says which of two languages counts, "" where the words are those.
func Notice(purpose, title, words, authority string, lang text.Lang) (_ []byte, err error) {
	defer fault.Wrap(&err, "report.Notice %s", lang)
	p := New(string(lang), title, epoch)
	p.H1(title)
	p.P(purpose)
	p.Prose(words)
	if authority != "" {
		p.P(authority)
	}
	return p.Bytes()
}

// Prose prints a text of a definition: a blank line parts paragraphs, "## " begins a heading, "- " an item.
func (p *PDF) Prose(words string) {
	for part := range strings.SplitSeq(strings.TrimSpace(words), "\n\n") {
		switch heading, ok := strings.CutPrefix(part, "## "); {
		case ok:
			p.Label(heading)
		case strings.HasPrefix(part, "- "):
			for item := range strings.SplitSeq(strings.TrimPrefix(part, "- "), "\n- ") {
				p.P("– " + item)
			}
		case part != "":
			p.P(part)
		}
	}
}
