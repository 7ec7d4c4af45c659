package stage

import (
	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/form"
	"guichet/internal/text"
)

// clockwork reads as the house itself does.
var clockwork = access.Actor{Kind: access.System}

// Opened is the dossier as it is kept.
func (f *Filing) Opened() *dossier.Dossier {
	f.app.t.Helper()
	d, err := f.app.Office.Open(f.app.t.Context(), clockwork, f.ID)
	f.app.must(err)
	return d
}

// Proven are the fields that were asked of the person, are filed, and stand before the agent on page, by id. What is
// computed is not asked: for it the check page counts, where the person reads it before sending.
func (f *Filing) Proven(check, page *Page, desk text.Lang) map[string]*form.Field {
	f.app.t.Helper()
	d := f.Opened()
	w := &witness{f: f, d: d, check: check, page: page, lang: desk, out: map[string]*form.Field{}}
	for _, s := range d.Journey(nil, f.app.Clock.Now()).Steps() {
		w.look(s.Fields, "")
	}
	return w.out
}

type witness struct {
	f           *Filing
	d           *dossier.Dossier
	check, page *Page
	lang        text.Lang
	out         map[string]*form.Field
}

// look goes through questions and, where they repeat, through their rows; group is the id of the group they stand in.
func (w *witness) look(fields []*form.FieldState, group string) {
	for _, s := range fields {
		for _, row := range s.Rows {
			w.look(row.Fields, s.Field.ID+".")
		}
		if s.Field.Kind == form.File && len(s.Rows) == 0 {
			w.document(s)
			continue
		}
		if s.Relevant && w.asked(s) && w.filed(s) && w.page.Answers(w.label(s), s.Display(w.lang)) {
			w.out[group+s.Field.ID] = s.Field
		}
	}
}

func (w *witness) label(s *form.FieldState) string { return s.Field.Label.In(w.lang) }

func (w *witness) asked(s *form.FieldState) bool {
	if !s.Computed() {
		return w.f.Asked[s.Field]
	}
	lang := text.Lang(w.f.Persona.Lang)
	return w.check.Answers(s.Field.Label.In(lang), s.Display(lang))
}

func (w *witness) filed(s *form.FieldState) bool {
	return s.Answered() && (s.Computed() || len(w.d.Filed[s.Path]) > 0)
}

// document is proven when its upload form was shown, a file is kept for it, and the agent's list names it.
func (w *witness) document(s *form.FieldState) {
	for _, kept := range w.d.Documents {
		if kept.Path == s.Path && w.f.Asked[s.Field] && w.page.Answers(w.label(s), ".png") {
			w.out[s.Field.ID] = s.Field
		}
	}
}
