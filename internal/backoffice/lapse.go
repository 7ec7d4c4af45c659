package backoffice

import (
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"

	"guichet/internal/fault"
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
	words, err := sentences(v)
	if err != nil {
		return err
	}
	back := "/"
	if d := v.Param("dossier"); d != "" {
		back = dossierPath(d)
		if id := v.Param("move"); id != "" {
			back += "/move/" + id
		}
	}
	signIn := web.SignInPath + "?" + query("next", back)
	if len(words) == 0 && v.Navigates() {
		return v.Redirect(signIn)
	}
	pg := v.Frame(v.P.T("desk.lapse.title"))
	pg.LangURL = langAt(v, web.SignInPath)
	return v.PageStatus(http.StatusUnauthorized, lapsePage(pg, typedAreas(v, words), signIn))
}

// mostGiven bounds what is given back of one control of a form with files.
const mostGiven = 64 << 10

// sentences are the values of a form that somebody has written, in a fixed order; of a form with files those before the first.
func sentences(v *web.Visit) (words []string, err error) {
	take := func(w string) {
		if strings.ContainsAny(w, " \n") {
			words = append(words, w)
		}
	}
	if kind, _, _ := mime.ParseMediaType(v.R.Header.Get("Content-Type")); kind != "multipart/form-data" {
		posted, err := v.Form()
		for _, values := range posted {
			for _, w := range values {
				take(w)
			}
		}
		slices.Sort(words)
		return words, err
	}
	parts, err := v.R.MultipartReader()
	if err != nil {
		return nil, fault.New(fault.Invalid, "error.form")
	}
	for {
		part, err := parts.NextPart()
		if err != nil || part.FileName() != "" { // its end, or as far as it came; nobody's files are read
			return words, nil
		}
		typed, err := io.ReadAll(io.LimitReader(part, mostGiven))
		if err != nil {
			return words, nil
		}
		take(strings.ToValidUTF8(string(typed), ""))
	}
}

func typedAreas(v *web.Visit, words []string) []components.Field {
	var out []components.Field
	for i, w := range words {
		id := "typed-" + v.P.Int(int64(i+1))
		out = append(out, components.Field{ID: id, Name: id, Label: v.P.T("desk.conflict.typed"), Value: w, ReadOnly: true})
	}
	return out
}
