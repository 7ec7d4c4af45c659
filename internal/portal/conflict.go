package portal

import (
	"net/http"
	"slices"
	"strconv"

	"guichet/internal/dossier"
	"guichet/internal/form"
	"guichet/internal/web"
	"guichet/web/components"
)

// conflictView is a page saved elsewhere since it was opened: both values of what differs, and the choice.
type conflictView struct {
	step   *stepView
	hidden []components.Hidden // what was typed, to be sent again
	seen   string              // version that the page was made at
	lang   string              // address that shows the same conflict in the other language
	table  components.Table
	keep   string // address of the page as it is kept
}

// otherLanguage is a form that brings the same page, with all it carries, in the other language.
const otherLanguage = "other-language"

// conflict shows both values; nothing typed is lost (design, decision 4).
func (p *portal) conflict(v *web.Visit, stale *dossier.Stale, s dossier.Save) error {
	if s.Typing {
		v.W.Header().Set("X-Guichet-Version", "")
		return v.PageStatus(http.StatusConflict, conflictFragment(v.P))
	}
	at, err := p.stepOf(v, stale.Saved.Dossier, s.Step)
	if err != nil {
		return err
	}
	return v.PageStatus(http.StatusConflict, conflictPage(at.conflictFrame(v), at.conflict(v, stale, s)))
}

func (s *stepView) conflictFrame(v *web.Visit) components.Page {
	pg := s.frame(v)
	pg.LangForm, pg.Title = otherLanguage, v.P.T("portal.conflict.title")
	return pg
}

func (s *stepView) conflict(v *web.Visit, stale *dossier.Stale, save dossier.Save) *conflictView {
	c := &conflictView{step: s, keep: s.path(), seen: strconv.Itoa(save.Version), lang: langAt(v, stepPath(s.d, s.step.Step))}
	for _, name := range names(save.Posted) {
		for _, value := range save.Posted[name] {
			c.hidden = append(c.hidden, components.Hidden{Name: name, Value: value})
		}
	}
	c.table = s.compare(stale)
	return c
}

// names lists the posted names that are answers, and the list of what the page showed.
func names(posted map[string][]string) []string {
	var out []string
	for name := range posted {
		if name != form.ActionName && name != components.VersionName && name != "_errors" {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// compare sets the two values of each answer that differs side by side.
func (s *stepView) compare(stale *dossier.Stale) components.Table {
	t := components.Table{Caption: s.pr.T("portal.conflict.caption"), Head: []components.Column{
		{Label: s.pr.T("portal.conflict.question")}, {Label: s.pr.T("portal.conflict.kept")}, {Label: s.pr.T("portal.conflict.typed")},
	}}
	theirs, mine := s.walk(stale.Theirs), s.walk(stale.Mine)
	for _, change := range form.Diff(stale.Theirs, stale.Mine) {
		t.Rows = append(t.Rows, []components.Cell{
			{Text: s.question(change.Path, theirs, mine), Header: true}, {Text: s.answer(theirs, change.Path)}, {Text: s.answer(mine, change.Path)},
		})
	}
	return t
}

// walk is the journey with another version of this step's answers.
func (s *stepView) walk(own form.Raw) *form.Journey {
	raw := s.d.Answers()
	for path := range s.d.Def.Form.Own(s.step.Step.ID, raw) {
		delete(raw, path)
	}
	for path, values := range own {
		raw[path] = values
	}
	return s.d.Def.Form.Walk(raw, nil, s.today)
}

func (s *stepView) question(path string, journeys ...*form.Journey) string {
	for _, j := range journeys {
		if f := j.Field(path); f != nil {
			return s.label(f)
		}
	}
	if n := s.notice(); n != nil && path == tickName(n) {
		return n.Title.In(s.pr.Lang)
	}
	return path
}

func (s *stepView) answer(j *form.Journey, path string) string {
	if f := j.Field(path); f != nil {
		if answer := f.Display(s.pr.Lang); answer != "" {
			return answer
		}
	}
	return s.pr.T("ui.no_answer")
}
