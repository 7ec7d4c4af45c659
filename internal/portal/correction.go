package portal

import (
	"net/http"
	"strings"
	"unicode/utf8"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

// correctionView asks to put right an answer that was sent (RP-156).
type correctionView struct {
	path     string
	field    components.Field
	words    components.Field
	closed   string // why nothing can be asked from here
	problems []components.Problem
}

// mostCorrection is how long what should stand there may be, in characters.
const mostCorrection = 1000

func (p *portal) getCorrection(v *web.Visit) error {
	d, err := p.open(v)
	if err != nil {
		return err
	}
	if d.StateKind == workflow.Draft || d.StateKind == workflow.Waiting {
		return v.Redirect(dossierPath(d)) // what was not sent, and what is asked for, is changed where it stands
	}
	return p.sendCorrection(v, d, http.StatusOK, "", "", "")
}

// sendCorrection shows the form, with what was typed and what is wrong.
func (p *portal) sendCorrection(v *web.Visit, d *dossier.Dossier, status int, field, words, wrong string) error {
	x := &correctionView{path: dossierPath(d) + "/correction"}
	x.field = components.Field{ID: "field", Name: "field", Label: v.P.T("portal.correction.field"), Value: field, Options: append([]components.Option{{}}, correctable(v, d)...)}
	x.words = components.Field{ID: "words", Name: "words", Label: v.P.T("portal.correction.words"), Hint: v.P.T("portal.correction.words_hint"), Rows: 4, MaxLength: mostCorrection, Value: words}
	switch wrong {
	case "":
	case "field":
		x.field.Error = v.P.T("portal.correction.problem_field")
		x.problems = append(x.problems, components.Problem{ID: "field", Text: x.field.Error})
	default:
		x.words.Error = v.P.T(wrong)
		x.problems = append(x.problems, components.Problem{ID: "words", Text: x.words.Error})
	}
	if !p.Office.MayWrite(v.Actor, d) {
		x.closed = v.P.T("portal.correction.closed", "contact", p.Contact)
	}
	pg := v.Frame(v.P.T("portal.correction.title"))
	pg.Back, pg.Error, pg.LangURL = dossierPath(d), wrong != "", langAt(v, x.path)
	return v.PageStatus(status, correctionPage(pg, x))
}

// correctable are the answers that were sent, each with what it says.
func correctable(v *web.Visit, d *dossier.Dossier) (out []components.Option) {
	var add func(fields []*form.FieldState, before string)
	add = func(fields []*form.FieldState, before string) {
		for _, f := range fields {
			switch {
			case !f.Relevant || f.Field.Kind == form.File:
			case f.Field.Kind == form.Group:
				for _, r := range f.Rows {
					add(r.Fields, r.Title.In(v.P.Lang)+", ")
				}
			case f.Answered() && access.Can(v.Actor, access.Read, d.Dossier, f.Field.Category):
				out = append(out, components.Option{Value: f.Path, Label: shortened(before + f.Label.In(v.P.Lang) + v.P.T("portal.state.colon") + f.Display(v.P.Lang))})
			}
		}
	}
	for _, s := range d.Journey(nil, v.Now).Steps() {
		if s.Relevant && !s.Step.Files {
			add(s.Fields, "")
		}
	}
	return out
}

// shortened fits a choice on one line.
func shortened(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 90 {
		return string(r[:89]) + "…"
	}
	return s
}

// postCorrection writes to the desk: an answer is then owed, and an agent with the paper in hand puts it right.
func (p *portal) postCorrection(v *web.Visit) error {
	in, err := v.OneEach("field", "words")
	if err != nil {
		return err
	}
	d, err := p.open(v)
	if err != nil {
		return err
	}
	words := strings.TrimSpace(strings.ReplaceAll(in["words"], "\r\n", "\n"))
	label := ""
	for _, o := range correctable(v, d) {
		if o.Value == in["field"] {
			label = o.Label
		}
	}
	switch n := utf8.RuneCountInString(words); {
	case d.StateKind == workflow.Draft || d.StateKind == workflow.Waiting:
		return v.Redirect(dossierPath(d))
	case label == "":
		return p.sendCorrection(v, d, http.StatusUnprocessableEntity, in["field"], words, "field")
	case n == 0 || n > mostCorrection:
		return p.sendCorrection(v, d, http.StatusUnprocessableEntity, in["field"], words, "portal.correction.problem_words")
	}
	err = p.Office.Write(v.R.Context(), v.Actor, d.PublicID, v.P.T("portal.correction.message", "answer", label, "words", words))
	switch fault.Key(err) {
	case "":
	case "message.daily":
		return p.sendCorrection(v, d, http.StatusTooManyRequests, in["field"], words, "portal.correction.daily")
	case "message.closed":
		return p.sendCorrection(v, d, http.StatusConflict, in["field"], words, "")
	}
	if err != nil {
		return err
	}
	v.Flash("portal.correction.sent")
	return v.Redirect(dossierPath(d) + "/messages")
}

// lapsedCorrection gives back the words of a correction that came without a session.
func (p *portal) lapsedCorrection(v *web.Visit) error {
	posted, err := v.Form()
	if err != nil {
		return err
	}
	return p.toSend(v, posted.Get("words"), "/correction")
}
