package backoffice

import (
	"net/http"
	"slices"
	"strings"

	"guichet/internal/web"
	"guichet/web/components"
)

// lapsed answers an act whose session ran out of time: it is not made, and the sentences that were typed are given back to
// the browser they came from, so that none is lost.
func (b *desk) lapsed(v *web.Visit) error {
	posted, err := v.Form()
	if err != nil {
		return err
	}
	var words []string
	for _, values := range posted {
		for _, w := range values {
			if strings.ContainsAny(w, " \n") {
				words = append(words, w)
			}
		}
	}
	slices.Sort(words)
	back := dossierPath(v.Param("dossier"))
	if id := v.Param("move"); id != "" {
		back += "/move/" + id
	}
	pg := v.Frame(v.P.T("desk.lapse.title"))
	pg.LangURL = langAt(v, web.SignInPath)
	return v.PageStatus(http.StatusUnauthorized, lapsePage(pg, typedAreas(v, words), web.SignInPath+"?"+query("next", back)))
}

func typedAreas(v *web.Visit, words []string) []components.Field {
	var out []components.Field
	for i, w := range words {
		id := "typed-" + v.P.Int(int64(i+1))
		out = append(out, components.Field{ID: id, Name: id, Label: v.P.T("desk.conflict.typed"), Value: w, ReadOnly: true})
	}
	return out
}
