package procedure

import (
	"io/fs"
	"path"
	"strings"

	"guichet/internal/workflow"
)

// opinion is the authority's text, with every run of white space made one space; nothing else is normalised,
// so apostrophes, accents and guillemets must agree to the letter.
type opinion string

func oneSpace(s string) string { return strings.Join(strings.Fields(s), " ") }

func (o opinion) says(quote string) bool {
	return strings.Contains(string(o), oneSpace(quote))
}

// readOpinion reads the text that the workflow's quotes come from.
func (r *refusals) readOpinion(fsys fs.FS, src *source, w *workflow.Workflow) (opinion, bool) {
	name := w.Processing.Source
	if name == "" || path.Base(name) != name {
		r.add(src, "processing.source", "name a file of docs/opinions", "the workflow does not say which opinion it quotes")
		return "", false
	}
	raw, err := fs.ReadFile(fsys, "docs/opinions/"+name)
	if err != nil {
		r.add(src, "processing.source", "put the opinion there, or correct the name", "there is no docs/opinions/%s", name)
		return "", false
	}
	return opinion(oneSpace(string(raw))), true
}

// checkQuotes holds the words that are not ours to the opinion: the purpose (RP-001), each retention rule,
// each consent (RP-034), each connected processing (RP-166 to RP-169).
func (r *refusals) checkQuotes(src *source, w *workflow.Workflow, o opinion) {
	const remedy = "copy the words from docs/opinions to the letter, apostrophes and guillemets included"
	if !o.says(w.Processing.Purpose.FR) {
		r.add(src, "processing.purpose.fr", remedy, "the purpose is not the one the opinion names")
	}
	for i, k := range w.Retention {
		path := at("retention[%d].quote", i)
		switch {
		case k.Quote == "" && k.Fixed != "proposed":
			r.add(src, path, "quote the opinion, or write `fixed: proposed`", "the retention rule %q has no quote", k.ID)
		case k.Quote != "" && !o.says(k.Quote):
			r.add(src, path, remedy, "the opinion does not say what the retention rule %q quotes", k.ID)
		}
	}
	for i, d := range w.Deadlines {
		if d.Quote == "" || !o.says(d.Quote) {
			r.add(src, at("deadlines[%d].quote", i), remedy, "the opinion does not say what the deadline %q quotes", d.ID)
		}
	}
	for i, k := range w.Connectors {
		if !o.says(k.Name) {
			r.add(src, at("connectors[%d].name", i), remedy, "the opinion names no processing so")
		}
	}
	for i, n := range w.Notices {
		if n.Kind == "consent" {
			r.checkConsent(src, at("notices[%d]", i), n, o)
		}
	}
}

// checkConsent wants the box to bear exactly the opinion's words, without their outer guillemets.
func (r *refusals) checkConsent(src *source, path string, n *workflow.Notice, o opinion) {
	words := oneSpace(n.Quote)
	inner, opened := strings.CutPrefix(words, "« ")
	inner, closed := strings.CutSuffix(inner, " »")
	switch {
	case !opened || !closed:
		r.add(src, path+".quote", "copy the words of the box from the opinion, between its guillemets", "the consent %q quotes no words", n.ID)
	case !o.says(words):
		r.add(src, path+".quote", "copy the words from docs/opinions to the letter", "the opinion does not say what the consent %q quotes", n.ID)
	case oneSpace(n.Label.FR) != inner:
		r.add(src, path+".label.fr", "copy the quote, without its outer guillemets", "the consent's French words are not the opinion's to the letter")
	}
}
