package portal

import (
	"slices"
	"strings"

	"guichet/internal/dossier"
	"guichet/internal/text"
	"guichet/internal/web"
)

// getMessages shows every letter ever sent, the latest first (RP-124).
func (p *portal) getMessages(v *web.Visit) error {
	f, err := p.Office.Read(v.R.Context(), v.Actor, v.Param("dossier"))
	if err != nil {
		return err
	}
	letters := slices.Clone(f.Letters)
	slices.Reverse(letters)
	pg := v.Frame(v.P.T("portal.messages.title"))
	pg.Back = dossierPath(f.Dossier)
	return v.Page(messagesPage(pg, p.letters(v, letters), f.Reference))
}

// letter is a message as it was sent.
type letter struct {
	subject, at string
	paragraphs  []string
}

func (p *portal) letters(v *web.Visit, messages []dossier.Message) []letter {
	out := make([]letter, len(messages))
	for i, m := range messages {
		out[i] = letter{subject: p.filled(m.Subject, v.P.Lang), at: v.P.DateTimeAt(m.At)}
		for paragraph := range strings.SplitSeq(p.filled(m.Body, v.P.Lang), "\n\n") {
			if paragraph = linkless(paragraph); paragraph != "" {
				out[i].paragraphs = append(out[i].paragraphs, paragraph)
			}
		}
	}
	return out
}

// linkless ends a paragraph whose last words were the link to this very dossier, which a kept letter leaves out.
func linkless(paragraph string) string {
	words := strings.TrimSpace(paragraph)
	if cut := strings.TrimRight(words, ":\u00a0 "); strings.HasSuffix(words, ":") {
		return cut + "."
	}
	return words
}

func (p *portal) filled(words string, l text.Lang) string {
	return p.say(text.Words{FR: words, EN: words}, l)
}
