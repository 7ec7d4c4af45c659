package backoffice

import (
	"net/http"
	"slices"

	"guichet/internal/dossier"
	"guichet/internal/form"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

// conflict says what somebody else did meanwhile, and keeps the sentences that were typed.
type conflict struct {
	what, now string
	typed     []string
}

// sendConflict answers 409: who did what, and the dossier as it stands. Nothing was changed.
func (b *desk) sendConflict(v *web.Visit, words []string) error {
	return b.sendDossier(v, http.StatusConflict, func(x *dossierView) {
		x.conflict = &conflict{what: x.lastMove(v), now: v.P.T("desk.conflict.now", "state", x.state.Label), typed: words}
	})
}

// lastMove tells the latest move of the dossier: who, what, when.
func (x *dossierView) lastMove(v *web.Visit) string {
	for _, e := range slices.Backward(x.file.History) {
		m := x.d.Def.Flow.Move(e.Act)
		if m == nil || !x.reading.sight.category("agent_log") {
			continue
		}
		who := x.reading.who(x.file, x.names, e.ActorID, e.Role)
		return v.P.T("desk.conflict.what", "who", who, "move", m.Label.In(v.P.Lang), "at", v.P.DateTimeAt(e.At))
	}
	return v.P.T("desk.conflict.moved")
}

// unmetNames are the needs of a move in words.
var unmetNames = map[string]string{
	"form": "desk.unmet.form", "documents": "desk.unmet.documents", "consents": "desk.unmet.consents", "answered": "desk.unmet.answered",
	"scan":  "desk.unmet.scan",
	"valid": "desk.unmet.valid", "orders": "desk.unmet.orders", "search": "desk.unmet.search", "gathered": "desk.unmet.gathered",
}

// sendUnmet says what the dossier lacks for a move, item by item; on the move's page, or the dossier's when it has none.
func (b *desk) sendUnmet(v *web.Visit, m *workflow.Move, t typed, needs []string) error {
	var problems []problem
	for _, need := range needs {
		key := unmetNames[need]
		if key == "" {
			key = "desk.unmet.other"
		}
		problems = append(problems, problem{need, "", v.P.T(key)})
	}
	more, err := b.wanting(v, needs)
	if err != nil {
		return err
	}
	problems = append(problems, more...)
	if !direct(m) {
		return b.sendMove(v, http.StatusUnprocessableEntity, m, t, problems)
	}
	return b.sendDossier(v, http.StatusUnprocessableEntity, func(x *dossierView) {
		for _, p := range problems {
			x.problems = append(x.problems, components.Problem{ID: p.id, Text: p.text})
		}
	})
}

// mostWanting bounds the list of what is wrong; the rest shows when these are mended.
const mostWanting = 12

// wanting lists the answers and documents that keep a move from being made.
func (b *desk) wanting(v *web.Visit, needs []string) ([]problem, error) {
	d, err := b.Office.Open(v.R.Context(), v.Actor, v.Param("dossier"))
	if err != nil {
		return nil, err
	}
	r := reading{p: v.P, sight: sightOf(v.Actor, d), now: d.Def.Form.Walk(filed(d), nil, workflow.Day(v.Now))}
	var out []problem
	add := func(path, words string) {
		if len(out) < mostWanting && r.sight.field(path) {
			out = append(out, problem{path, "", r.label(path) + " : " + words})
		}
	}
	if slices.Contains(needs, "form") {
		for _, p := range r.now.Problems() {
			if d.Def.Form.Field(p.Path) != nil && !p.Warn && d.Def.Form.Field(p.Path).Kind != form.File {
				add(p.Path, p.Message.In(v.P.Lang))
			}
		}
	}
	if slices.Contains(needs, "documents") {
		for _, f := range r.now.MissingDocuments() {
			add(f.Path, v.P.T("desk.papers.missing"))
		}
	}
	if slices.Contains(needs, "valid") {
		papers, err := b.Office.Papers(v.R.Context(), d)
		if err != nil {
			return nil, err
		}
		for _, s := range d.Spoilt(r.now, papers, workflow.Day(v.Now)) {
			add(s.Path, s.Message.In(v.P.Lang))
		}
		for _, x := range papers {
			if !x.Superseded && x.Judged.As == dossier.Rejected {
				add(x.Path, v.P.T("desk.judge.rejected"))
			}
		}
	}
	return out, nil
}
