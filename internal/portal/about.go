package portal

import (
	"net/url"
	"time"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/web/components"
)

// about is what a person may tell of a file that rules will judge: its days, its language.
type about struct {
	id, action, name string
	dates            []components.Field
	language         *components.Field
	invalid          []string // rules that the file does not meet
}

// aboutWrong is what was typed about a file and cannot stand.
type aboutWrong struct {
	document, field, part, words string
	typed                        url.Values
}

// abouts are the questions about the files of one document that go with the next sending.
func abouts(v *web.Visit, f *dossier.File, j *form.Journey, path string, wrong *aboutWrong) []about {
	var out []about
	tells := f.Def.Form.Tells(path)
	for _, x := range f.Documents {
		if len(tells) == 0 || x.Path != path || x.Superseded || x.Round != f.Round+1 {
			continue
		}
		a := about{id: "about-" + x.ID, action: dossierPath(f.Dossier) + "/document/" + x.ID + "/about", name: x.Name}
		for _, what := range tells {
			a.ask(v.P, f, x, what, wrong)
		}
		for _, s := range f.Spoilt(j, f.Documents, today(v)) {
			if s.ID == x.ID {
				a.invalid = append(a.invalid, s.Message.In(v.P.Lang))
			}
		}
		out = append(out, a)
	}
	return out
}

func (a *about) ask(p text.Printer, f *dossier.File, x dossier.Document, what string, wrong *aboutWrong) {
	c := components.Field{ID: what + "-" + x.ID, Name: what, Label: p.T("portal.about." + what), Optional: true}
	if wrong != nil && wrong.document == x.ID && wrong.field == what {
		c.Error, c.ErrorPart = wrong.words, wrong.part
	}
	switch what {
	case form.Language:
		c.Value, c.Options = x.Told.Language, []components.Option{{}}
		for _, l := range f.Def.Form.PaperLanguages {
			c.Options = append(c.Options, components.Option{Value: l.ID, Label: l.Label.In(p.Lang)})
		}
		a.language = &c
		return
	case form.Issued:
		c.Date = form.DateParts(x.Told.Issued)
	case form.Expires:
		c.Date = form.DateParts(x.Told.Expires)
	}
	if wrong != nil && wrong.document == x.ID {
		for i, part := range []string{".day", ".month", ".year"} {
			c.Date[i] = wrong.typed.Get(what + part)
		}
	}
	a.dates = append(a.dates, c)
}

// postAbout keeps what the person tells of a file.
func (p *portal) postAbout(v *web.Visit) error {
	posted, err := v.Form()
	if err != nil {
		return err
	}
	told, wrong, err := readTold(v.P, posted)
	if err != nil {
		return err
	}
	if wrong == nil {
		err := p.Office.Describe(v.R.Context(), v.Actor, v.Param("dossier"), v.Param("document"), told)
		if err != nil {
			return err
		}
		v.Flash("portal.about.saved")
		return v.Redirect("/dossier/" + v.Param("dossier") + "/documents#about-" + v.Param("document"))
	}
	f, err := p.Office.Read(v.R.Context(), v.Actor, v.Param("dossier"))
	if err != nil {
		return err
	}
	wrong.document = v.Param("document")
	return p.showDocuments(v, f, nil, wrong)
}

// readTold reads the days and the language, and nothing else; the first date that cannot be read is told.
func readTold(p text.Printer, posted url.Values) (told dossier.Told, wrong *aboutWrong, err error) {
	days := map[string]*time.Time{form.Issued: &told.Issued, form.Expires: &told.Expires}
	for name, values := range posted {
		if len(values) != 1 || !aboutNames[name] {
			return told, nil, fault.New(fault.Invalid, "error.form")
		}
	}
	for _, what := range []string{form.Issued, form.Expires} {
		d, words, part := form.ReadDate(posted.Get(what+".day"), posted.Get(what+".month"), posted.Get(what+".year"))
		if !words.IsZero() && wrong == nil {
			wrong = &aboutWrong{field: what, part: part, words: p.T("portal.about."+what) + p.T("portal.state.colon") + words.In(p.Lang), typed: posted}
		}
		*days[what] = d
	}
	told.Language = posted.Get(form.Language)
	return told, wrong, nil
}

var aboutNames = map[string]bool{
	"issued.day": true, "issued.month": true, "issued.year": true, "expires.day": true, "expires.month": true, "expires.year": true, "language": true,
}
