package backoffice

import (
	"net/http"
	"strings"
	"time"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

// judgeView is the form by which an agent says what they think of a document.
type judgeView struct {
	action   string
	status   components.Status
	invalid  []string
	dates    []components.Field
	language *components.Field
	reason   components.Field
}

func judgeOf(v *web.Visit, f *dossier.File, r reading, d dossier.Document) *judgeView {
	if !mayGather(r.sight, f.Dossier) || d.Superseded || f.StateKind != workflow.Open {
		return nil
	}
	x := &judgeView{action: dossierPath(f.PublicID) + "/document/" + d.ID + "/judge", status: judgedStatus(v.P, d.Judged.As)}
	x.invalid = spoiltOf(v, f, d)
	for _, what := range f.Def.Form.Tells(d.Path) {
		x.ask(v.P, f, d, what)
	}
	x.reason = components.Field{ID: "reason", Name: "reason", Label: v.P.T("desk.judge.reason"), Value: d.Judged.Reason, Options: rejections(f, v.P.Lang, d.Judged.Reason)}
	return x
}

// rejections are the reasons of the definition, to choose from: one that was retired where it stands, and nowhere else.
func rejections(f *dossier.File, l text.Lang, stands string) []components.Option {
	out := []components.Option{{}}
	for _, x := range f.Rejections {
		if x.Retired && x.ID != stands {
			continue
		}
		out = append(out, components.Option{Value: x.ID, Label: x.Label.In(l)})
	}
	return out
}

func (x *judgeView) ask(p text.Printer, f *dossier.File, d dossier.Document, what string) {
	c := components.Field{ID: "told-" + what, Name: what, Label: p.T("portal.about." + what), Optional: true}
	switch what {
	case form.Issued:
		c.Date = form.DateParts(d.Told.Issued)
	case form.Expires:
		c.Date = form.DateParts(d.Told.Expires)
	case form.Language:
		c.Value, c.Options = d.Told.Language, []components.Option{{}}
		for _, l := range f.Def.Form.PaperLanguages {
			c.Options = append(c.Options, components.Option{Value: l.ID, Label: l.Label.In(p.Lang)})
		}
		x.language = &c
		return
	}
	x.dates = append(x.dates, c)
}

// spoiltOf are the rules a document does not meet, in words.
func spoiltOf(v *web.Visit, f *dossier.File, d dossier.Document) []string {
	var out []string
	today := workflow.Day(v.Now)
	j := f.Def.Form.Walk(filed(f.Dossier), nil, today)
	for _, s := range f.Spoilt(j, f.Documents, today) {
		if s.ID == d.ID {
			out = append(out, s.Message.In(v.P.Lang))
		}
	}
	return out
}

func spoiltWords(v *web.Visit, f *dossier.File, d dossier.Document) string {
	return strings.Join(spoiltOf(v, f, d), " ")
}

// judgedStatus is what an agent thinks of a document or of an item, "" while nobody has said.
func judgedStatus(p text.Printer, as string) components.Status {
	switch as {
	case dossier.Accepted:
		return components.Status{Label: p.T("desk.judge.accepted"), Colour: "green"}
	case dossier.Rejected:
		return components.Status{Label: p.T("desk.judge.rejected"), Colour: "red"}
	case "again":
		return components.Status{Label: p.T("desk.compare.asked_again"), Colour: "yellow"}
	}
	return components.Status{}
}

// askCell leads from a document that is missing to the page that asks for it.
func (r reading) askCell(path string) components.Cell {
	if r.d == nil {
		return components.Cell{}
	}
	return components.Cell{Text: r.p.T("desk.ask.link_to", "item", r.label(path)), Href: gatherPath(r.d, path)}
}

// postJudge keeps what an agent thinks of a document, and what they have read on it.
func (b *desk) postJudge(v *web.Visit) error {
	posted, err := v.OneEach("as", "reason", "language", "issued.day", "issued.month", "issued.year", "expires.day", "expires.month", "expires.year")
	if err != nil {
		return err
	}
	as := dossier.Judgement{As: posted["as"], Told: dossier.Told{Language: posted["language"]}}
	var problems []components.Problem
	for what, day := range map[string]*time.Time{form.Issued: &as.Told.Issued, form.Expires: &as.Told.Expires} {
		d, wrong, _ := form.ReadDate(posted[what+".day"], posted[what+".month"], posted[what+".year"])
		if *day = d; !wrong.IsZero() {
			problems = append(problems, components.Problem{ID: "told-" + what, Text: v.P.T("portal.about."+what) + v.P.T("portal.state.colon") + wrong.In(v.P.Lang)})
		}
	}
	if as.As == dossier.Rejected {
		as.Reason = posted["reason"]
	}
	if as.As == dossier.Rejected && as.Reason == "" {
		problems = append(problems, components.Problem{ID: "reason", Text: v.P.T("desk.judge.no_reason")})
	}
	d, err := b.Office.Open(v.R.Context(), v.Actor, v.Param("dossier"))
	if err != nil {
		return err
	}
	if err := b.belongs(v, d); err != nil {
		return err
	}
	if len(problems) == 0 {
		err = b.Office.Judge(v.R.Context(), v.Actor, d.PublicID, v.Param("document"), as)
	}
	switch {
	case err != nil && fault.Of(err) == fault.Conflict:
		return b.sendConflict(v, nil)
	case err != nil:
		return err
	case len(problems) > 0:
		return b.sendDossier(v, http.StatusUnprocessableEntity, func(x *dossierView) { x.wrongJudgement(problems) })
	}
	v.Flash("desk.judge.saved")
	return v.Redirect(dossierPath(d.PublicID) + "?" + query("doc", v.Param("document")) + "#paper")
}

// wrongJudgement puts the problems at the top and beside their fields.
func (x *dossierView) wrongJudgement(problems []components.Problem) {
	x.problems = problems
	if x.papers.open == nil || x.papers.open.judge == nil {
		return
	}
	j := x.papers.open.judge
	for _, p := range problems {
		if p.ID == "reason" {
			j.reason.Error = p.Text
		}
		for i := range j.dates {
			if j.dates[i].ID == p.ID {
				j.dates[i].Error = p.Text
			}
		}
	}
}
