package portal

import (
	"net/http"
	"strings"
	"time"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/web"
	"guichet/web/components"
)

// answerRoutes are where somebody fetches what is answered about their data, with a link and a code and without an account.
func (p *portal) answerRoutes(d *web.Door) {
	at := dossier.AnswerPath + "{token}"
	d.Get(at, web.Public, p.getAnswer)
	d.Post(at, web.Public, p.postAnswer, web.PerIP(30, 5*time.Minute))
	d.Post(at+"/code", web.Public, p.postAnswerCode, web.PerIP(10, 5*time.Minute))
	d.Post(at+"/file", web.Public, p.postAnswerFile, web.PerIP(30, 5*time.Minute))
}

// answerView is the page of an answer: what to do to read it, or what it can be fetched as.
type answerView struct {
	path, until string
	sent        bool
	code        components.Field
	pass        string              // what the code has given; "" before
	files       []components.Option // that go with the answer: id and name
	problems    []components.Problem
}

func (p *portal) getAnswer(v *web.Visit) error {
	return p.sendAnswer(v, http.StatusOK, func(*answerView) {})
}

func (p *portal) sendAnswer(v *web.Visit, status int, add func(*answerView)) error {
	until, err := p.Office.AnswerWaits(v.R.Context(), v.Param("token"))
	if err != nil {
		return err
	}
	x := &answerView{
		path: dossier.AnswerPath + v.Param("token"), until: v.P.DateAt(until),
		code: components.Field{ID: "code", Name: "code", Label: v.P.T("answer.code"), Hint: v.P.T("answer.code_hint"), Width: 10, InputMode: "numeric", Autocomplete: "one-time-code"},
	}
	add(x)
	pg := v.Frame(v.P.T("answer.page"))
	pg.Error = len(x.problems) > 0
	return v.PageStatus(status, answerPage(pg, x))
}

func (p *portal) postAnswerCode(v *web.Visit) error {
	if _, err := v.OneEach(); err != nil {
		return err
	}
	err := p.Office.AskAnswerCode(v.R.Context(), v.Param("token"))
	if fault.Key(err) == "answer.codes" {
		return p.sendAnswer(v, http.StatusTooManyRequests, func(x *answerView) { x.wrong(v.P.T("answer.codes")) })
	}
	if err != nil {
		return err
	}
	return p.sendAnswer(v, http.StatusOK, func(x *answerView) { x.sent = true })
}

func (p *portal) postAnswer(v *web.Visit) error {
	posted, err := v.OneEach("code")
	if err != nil {
		return err
	}
	pass, err := p.Office.OpenAnswer(v.R.Context(), v.Param("token"), posted["code"])
	if fault.Key(err) == "answer.code" {
		return p.sendAnswer(v, http.StatusUnprocessableEntity, func(x *answerView) { x.sent = true; x.wrong(v.P.T("answer.code_wrong")) })
	}
	if err != nil {
		return err
	}
	files, err := p.Office.HandedFiles(v.R.Context(), v.Param("token"), pass)
	if err != nil {
		return err
	}
	return p.sendAnswer(v, http.StatusOK, func(x *answerView) {
		x.pass = pass
		for _, f := range files {
			x.files = append(x.files, components.Option{Value: f.ID, Label: f.Name})
		}
	})
}

func (p *portal) postAnswerFile(v *web.Visit) error {
	posted, err := v.OneEach("pass", "form")
	if err != nil {
		return err
	}
	name, raw, err := p.Office.FetchAnswer(v.R.Context(), v.Param("token"), posted["pass"], posted["form"])
	if fault.Key(err) == "answer.code" {
		return p.sendAnswer(v, http.StatusUnprocessableEntity, func(x *answerView) { x.wrong(v.P.T("answer.pass_over")) })
	}
	if err != nil {
		return err
	}
	kind := map[string]string{dossier.AnswerPDF: "application/pdf", dossier.AnswerJSON: "application/json"}[posted["form"]]
	if kind == "" {
		kind = "application/octet-stream"
	}
	return v.Send(web.File{Name: name, Kind: kind, Size: int64(len(raw)), Body: strings.NewReader(string(raw))})
}

func (x *answerView) wrong(why string) {
	x.code.Error = why
	x.problems = []components.Problem{{ID: x.code.ID, Text: why}}
}
