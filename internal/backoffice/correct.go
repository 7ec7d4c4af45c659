package backoffice

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

// correctView is the page on which an agent puts one answer right in the person's place.
type correctView struct {
	d             *dossier.Dossier
	path, heading string
	label, now    string
	seen          []string // the answer as the page shows it
	control       templ.Component
	problems      []components.Problem
}

func correctPath(d *dossier.Dossier, path string) string {
	return dossierPath(d.PublicID) + "/correct?" + query("item", path)
}

func (b *desk) getCorrect(v *web.Visit) error {
	return b.sendCorrect(v, v.Query("item"), nil, nil)
}

// sendCorrect shows the page; posted is what was typed and problems why it cannot stand.
func (b *desk) sendCorrect(v *web.Visit, path string, posted url.Values, problems []form.Problem) error {
	f, err := b.Office.Read(v.R.Context(), v.Actor, v.Param("dossier"))
	if err != nil {
		return err
	}
	r := readingOf(v, f)
	if !r.correctable(path) {
		return fault.New(fault.NotFound, "")
	}
	x := &correctView{d: f.Dossier, path: path, label: r.label(path), heading: r.sight.heading(f.Def, dossier.Heading(f.Def, f.Filed))}
	raw := f.Answers()
	if state := f.Def.Form.Walk(raw, nil, workflow.Day(v.Now)).Field(path); state != nil {
		x.now, x.seen = state.Display(v.P.Lang), raw[path]
	}
	if posted != nil {
		next, err := f.Def.Form.Bind(f.Correctable(path).ID, posted, raw)
		if err != nil {
			return err
		}
		raw[path] = next[path]
	}
	state := f.Def.Form.Walk(raw, nil, workflow.Day(v.Now)).Field(path)
	if state == nil {
		return fault.New(fault.NotFound, "")
	}
	wrong := ""
	for _, p := range problems {
		x.problems = append(x.problems, components.Problem{ID: controlID(p), Text: p.Message.In(v.P.Lang)})
		wrong = x.problems[0].Text
	}
	x.control = control(v.P, state, wrong)
	pg := v.Frame(v.P.T("desk.correct.title"))
	pg.Back, pg.Error = dossierPath(f.PublicID), len(problems) > 0
	status := http.StatusOK
	if pg.Error {
		status = http.StatusUnprocessableEntity
		pg.LangURL = correctPath(f.Dossier, path) + "&" + query("lang", string(v.P.Lang.Other()))
	}
	return v.PageStatus(status, correctPage(pg, x))
}

// postCorrect keeps the answer as the agent's own act.
func (b *desk) postCorrect(v *web.Visit) error {
	posted, err := v.Form()
	if err != nil {
		return err
	}
	path := posted.Get("_item")
	seen := posted["_seen"]
	typed := url.Values{}
	for name, values := range posted {
		if name == path || strings.HasPrefix(name, path+".") {
			typed[name] = values
		}
	}
	d, err := b.Office.Open(v.R.Context(), v.Actor, v.Param("dossier"))
	if err != nil {
		return err
	}
	if path == "" || !sightOf(v.Actor, d).field(path) {
		return fault.New(fault.NotFound, "")
	}
	err = b.Office.Correct(v.R.Context(), v.Actor, d.PublicID, path, seen, typed)
	if missing, ok := errors.AsType[*dossier.Missing](err); ok {
		typed.Set(form.ShownName, path)
		return b.sendCorrect(v, path, typed, missing.Problems)
	}
	if fault.Of(err) == fault.Conflict {
		return b.sendConflict(v, typed[path])
	}
	if err != nil {
		return err
	}
	v.Flash("desk.correct.saved")
	return v.Redirect(dossierPath(d.PublicID) + "#" + path)
}
