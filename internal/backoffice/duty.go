package backoffice

import (
	"net/http"
	"strings"

	"guichet/internal/fault"
	"guichet/internal/web"
)

// informedKey marks the sessions of agents who have read all they have to.
const informedKey = "informed"

// informed opens a page to agents who know how their own data are used (RP-041); others read it first.
func (b *desk) informed(h web.Handler) web.Handler {
	return func(v *web.Visit) error {
		if v.Get(informedKey) != "" {
			return firstWhy(v, h(v))
		}
		next := "/"
		if v.R.Method == http.MethodGet {
			next = v.R.URL.RequestURI()
		}
		return v.Redirect("/duties?" + query("next", next))
	}
}

// getDuties shows the first notice that the agent has still to read.
func (b *desk) getDuties(v *web.Visit) error {
	duties, err := b.Office.Duties(v.R.Context(), v.Actor)
	if err != nil {
		return err
	}
	if len(duties) == 0 {
		v.Put(informedKey, "yes")
		return v.Redirect(onward(v))
	}
	d := duties[0]
	action := "/duties?" + query("next", onward(v))
	return v.Page(dutyPage(v.Frame(b.say(d.Notice.Title, v.P.Lang)), d, prose(b.say(d.Notice.Text, v.P.Lang)), b.say(d.Notice.Label, v.P.Lang), action))
}

func (b *desk) postDuties(v *web.Visit) error {
	posted, err := v.OneEach("procedure", "notice")
	if err != nil {
		return err
	}
	duties, err := b.Office.Duties(v.R.Context(), v.Actor)
	if err != nil {
		return err
	}
	for _, d := range duties {
		if d.Procedure.ID != posted["procedure"] || d.Notice.ID != posted["notice"] {
			continue
		}
		if err := b.Office.Informed(v.R.Context(), v.Actor, d, v.P.Lang); err != nil {
			return err
		}
		return v.Redirect("/duties?" + query("next", onward(v)))
	}
	if len(duties) > 0 {
		return fault.New(fault.Invalid, "error.form")
	}
	return v.Redirect(onward(v))
}

// onward is the page the agent was going to.
func onward(v *web.Visit) string { return web.ReturnPath(v.Query("next")) }

// block is a paragraph, a heading or a list of a notice.
type block struct {
	heading string
	text    string
	items   []string
}

// prose reads a notice's text: a blank line parts paragraphs, "## " begins a heading, "- " an item.
func prose(words string) []block {
	var out []block
	for _, part := range strings.Split(strings.TrimSpace(words), "\n\n") {
		part = strings.TrimSpace(part)
		switch {
		case strings.HasPrefix(part, "## "):
			out = append(out, block{heading: strings.TrimPrefix(part, "## ")})
		case strings.HasPrefix(part, "- "):
			items := strings.Split(part, "\n")
			for i := range items {
				items[i] = strings.TrimPrefix(strings.TrimSpace(items[i]), "- ")
			}
			out = append(out, block{items: items})
		default:
			out = append(out, block{text: part})
		}
	}
	return out
}
