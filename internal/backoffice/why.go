package backoffice

import (
	"net/http"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/web"
	"guichet/web/components"
)

// whyView asks an agent why they open a dossier that is not theirs.
type whyView struct {
	action   string
	purpose  components.Field
	words    components.Field
	problems []components.Problem
}

// firstWhy opens a page of a dossier; an agent who has still to say why they read it is asked first. What was sent meanwhile is
// not done.
func firstWhy(v *web.Visit, err error) error {
	if fault.Key(err) != "reading.purpose" || fault.Of(err) != fault.Forbidden {
		return err
	}
	at := "/dossier/" + v.Param("dossier")
	next := at
	if v.R.Method == http.MethodGet {
		next = v.R.URL.RequestURI()
	}
	return v.Redirect(at + "/why?" + query("next", next))
}

func (b *desk) getWhy(v *web.Visit) error {
	return b.sendWhy(v, http.StatusOK, func(*whyView) {})
}

func (b *desk) sendWhy(v *web.Visit, status int, add func(*whyView)) error {
	s, err := b.Office.Stating(v.R.Context(), v.Actor, v.Param("dossier"))
	if err != nil {
		return err
	}
	at := "/dossier/" + v.Param("dossier")
	if !s.Asked {
		return v.Redirect(b.whither(v))
	}
	x := newWhy(v, s, at+"/why?"+query("next", b.whither(v)))
	add(x)
	pg := v.Frame(v.P.T("watch.why.title", "reference", s.Reference))
	pg.Back, pg.Error, pg.LangURL = "/queue", len(x.problems) > 0, langAt(v, at+"/why")
	return v.PageStatus(status, whyPage(pg, x))
}

func newWhy(v *web.Visit, s dossier.Stating, action string) *whyView {
	x := &whyView{
		action:  action,
		purpose: components.Field{ID: "purpose", Name: "purpose", Label: v.P.T("watch.why.purpose")},
		words:   components.Field{ID: "words", Name: "words", Label: v.P.T("watch.why.words"), Hint: v.P.T("watch.why.words_hint"), Rows: 3},
	}
	for _, p := range s.Purposes {
		x.purpose.Options = append(x.purpose.Options, components.Option{Value: p.ID, Label: p.Label.In(v.P.Lang)})
	}
	return x
}

// whither is the page the agent was going to: one of the dossier's.
func (b *desk) whither(v *web.Visit) string {
	if v.Query("next") == "" {
		return "/dossier/" + v.Param("dossier")
	}
	return onward(v)
}

func (b *desk) postWhy(v *web.Visit) error {
	posted, err := v.OneEach("purpose", "words")
	if err != nil {
		return err
	}
	err = b.Office.State(v.R.Context(), v.Actor, v.Param("dossier"), posted["purpose"], posted["words"])
	key := fault.Key(err)
	if fault.Of(err) != fault.Invalid {
		if err != nil {
			return err
		}
		return v.Redirect(b.whither(v))
	}
	return b.sendWhy(v, http.StatusUnprocessableEntity, func(x *whyView) {
		x.purpose.Value, x.words.Value = posted["purpose"], posted["words"]
		field := &x.purpose
		if field.Error = v.P.T("watch.why.purpose_missing"); key == "reading.words" {
			x.purpose.Error, field = "", &x.words
			field.Error = v.P.T("watch.why.words_missing")
		}
		x.problems = []components.Problem{{ID: field.ID, Text: field.Error}}
	})
}
