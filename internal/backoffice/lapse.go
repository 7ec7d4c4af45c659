package backoffice

import (
	"net/http"

	"guichet/internal/web"
	"guichet/web/components"
)

// post is a form of the desk, for agents who know how their own data are used: when it comes without a session, the sentences that
// were typed are given back.
func (b *desk) post(d *web.Door, at string, may web.Policy, h web.Handler, how ...web.Option) {
	d.Post(at, may, b.informed(h), append(how, web.OnLapse(b.lapsed))...)
}

// lapsed answers an act that came without a session: it is not made, and the sentences that were typed go back to the browser they
// came from, so that none is lost. No form of the desk bears a password.
func (b *desk) lapsed(v *web.Visit) error {
	words, err := v.Sentences()
	if err != nil {
		return err
	}
	signIn := web.SignInPath + "?" + query("next", v.Nearest())
	if len(words) == 0 && v.Navigates() {
		return v.Redirect(signIn)
	}
	pg := v.Frame(v.P.T("desk.lapse.title"))
	pg.LangURL = langAt(v, web.SignInPath)
	return v.PageStatus(http.StatusUnauthorized, lapsePage(pg, typedAreas(v, words), signIn))
}

func typedAreas(v *web.Visit, words []string) []components.Field {
	var out []components.Field
	for i, w := range words {
		id := "typed-" + v.P.Int(int64(i+1))
		out = append(out, components.Field{ID: id, Name: id, Label: v.P.T("desk.conflict.typed"), Value: w, ReadOnly: true})
	}
	return out
}
