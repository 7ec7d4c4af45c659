package portal

import (
	"net/http"
	"slices"
	"strings"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

// documentsView is the list of documents owed, each with a form of its own.
type documentsView struct {
	feet    []foot
	intro   string
	how     string // how a file is replaced
	step    *form.StepState
	kinds   []documentKind
	other   []documentKind // given already, and frozen
	frozen  bool
	summary []components.Problem
}

// documentKind is one document to give.
type documentKind struct {
	title  string
	tag    components.Status
	alarm  string // a virus was found in the newest file
	upload components.Upload
	about  []about
}

func (p *portal) getDocuments(v *web.Visit) error {
	f, err := p.Office.Read(v.R.Context(), v.Actor, v.Param("dossier"))
	if err != nil {
		return err
	}
	return p.showDocuments(v, f, nil, nil)
}

// showDocuments lists what is owed; failed are sentences by path about files that were not kept, wrong is what was told of one.
func (p *portal) showDocuments(v *web.Visit, f *dossier.File, failed map[string][]string, wrong *aboutWrong) error {
	if f.StateKind != workflow.Draft && f.StateKind != workflow.Waiting || !access.Can(v.Actor, access.Own, f.Dossier.Dossier, "") {
		return v.Redirect(dossierPath(f.Dossier))
	}
	s := p.documents(v, f, failed, wrong)
	if s.step == nil {
		return fault.New(fault.NotFound, "")
	}
	pg := v.Frame(s.step.Step.Title.In(v.P.Lang))
	pg.Back, pg.LangURL, pg.Error = dossierPath(f.Dossier), langAt(v, dossierPath(f.Dossier)+"/documents"), len(s.summary) > 0
	status := http.StatusOK
	if len(s.summary) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return v.PageStatus(status, documentsPage(pg, f.Dossier, s))
}

func (p *portal) documents(v *web.Visit, f *dossier.File, failed map[string][]string, wrong *aboutWrong) *documentsView {
	j := f.Journey(nil, v.Now)
	s := &documentsView{frozen: f.StateKind == workflow.Waiting, how: v.P.T("portal.documents.how"), feet: p.feet(f.Def, v.P.Lang)}
	if s.frozen {
		s.how = v.P.T("portal.documents.how_asked")
	}
	for _, x := range j.Steps() {
		if x.Step.Files {
			s.step, s.intro = x, x.Step.Intro.In(v.P.Lang)
		}
	}
	asked := dossier.AskedNow(f.Asked, f.Round)
	for _, owed := range j.Documents() {
		k := p.kind(v, f, j, owed, failed[owed.Path])
		item := itemFor(asked, owed.Path)
		if s.frozen && item == nil {
			k.freeze()
			s.other = append(s.other, k)
			continue
		}
		if item != nil && !k.renewed() {
			k.tag = components.Status{Label: v.P.T("portal.state.owed"), Colour: "yellow"}
		}
		if item != nil && item.Word != "" {
			k.upload.Hint = said(v.P, *item) + " " + k.upload.Hint
		}
		k.about = abouts(v, f, j, owed.Path, wrong)
		s.kinds = append(s.kinds, k)
		if k.upload.Error != "" {
			s.summary = append(s.summary, components.Problem{ID: owed.Path, Text: k.upload.Error})
		}
	}
	if wrong != nil {
		s.summary = append(s.summary, components.Problem{ID: wrong.field + "-" + wrong.document, Text: wrong.words})
	}
	return s
}

// kind is one document to give, with what was received for it.
func (p *portal) kind(v *web.Visit, f *dossier.File, j *form.Journey, owed *form.FieldState, failed []string) documentKind {
	k := documentKind{title: itemTitle(v, f.Dossier, j, owed.Path)}
	k.upload = components.Upload{
		ID: owed.Path, Action: dossierPath(f.Dossier) + "/document", Name: "file", Label: v.P.T("portal.documents.choose", "document", k.title),
		Hint: strings.TrimSpace(owed.Hint.In(v.P.Lang) + " " + formats(v.P, owed.Field)), Error: strings.Join(failed, " "), Accept: dossier.Accepts(owed.Field), Multiple: most(owed.Field) != 1,
		MaxBytes: dossier.MostOf(owed.Field), Script: p.Site.Assets.URL("upload.js"), Begin: dossierPath(f.Dossier) + "/upload", Most: most(owed.Field), Hidden: []components.Hidden{{Name: "path", Value: owed.Path}},
	}
	for _, d := range f.Documents {
		if d.Path != owed.Path {
			continue
		}
		k.alarm = ""
		if d.Scanned == dossier.Infected {
			k.alarm = v.P.T("portal.documents.infected", "name", d.Name)
		}
		if d.Round == f.Round+1 {
			k.upload.Given++
		}
		if !d.Superseded {
			k.upload.Done = append(k.upload.Done, uploaded(v, f.Dossier, d))
		}
	}
	switch {
	case len(k.upload.Done) > 0 && waits(f, owed.Path):
		k.tag = components.Status{Label: v.P.T("portal.documents.waiting"), Colour: "blue"}
	case len(k.upload.Done) > 0:
		k.tag = components.Status{Label: v.P.T("portal.documents.received"), Colour: "green"}
	case owed.Required:
		k.tag = components.Status{Label: v.P.T("portal.documents.owed"), Colour: "blue"}
	default:
		k.tag = components.Status{Label: v.P.T("portal.documents.optional")}
	}
	return k
}

// formats says what a file of the field may be, and how heavy.
func formats(p text.Printer, f *form.Field) string {
	if len(f.Accept) == 0 {
		return ""
	}
	names := make([]string, len(f.Accept))
	for i, a := range f.Accept {
		names[i] = strings.ToUpper(a)
	}
	return p.T("portal.documents.formats", "formats", strings.Join(names, ", "), "size", p.Size(dossier.MostOf(f)))
}

// waits tells whether a file of the kind still waits for the scanner.
func waits(f *dossier.File, path string) bool {
	return slices.ContainsFunc(f.Documents, func(d dossier.Document) bool { return d.Path == path && !d.Superseded && d.Scanned == dossier.Waiting })
}

// renewed tells whether something was handed in since it was asked for: what can still be removed.
func (k *documentKind) renewed() bool {
	for _, u := range k.upload.Done {
		if u.Remove != "" {
			return true
		}
	}
	return false
}

// freeze leaves what was received to be read.
func (k *documentKind) freeze() {
	for i := range k.upload.Done {
		k.upload.Done[i].Remove = ""
	}
}

// uploaded is a document in a list; only what was handed in for the coming round can be removed.
func uploaded(v *web.Visit, d *dossier.Dossier, x dossier.Document) components.Uploaded {
	size := v.P.Size(x.Size)
	if x.Pages > 1 {
		size += ", " + v.P.N("portal.documents.pages", x.Pages)
	}
	u := components.Uploaded{Name: x.Name, Size: size, Href: dossierPath(d) + "/document/" + x.ID}
	if x.Scanned == dossier.Waiting {
		u.Href, u.Status = "", components.Status{Label: v.P.T("portal.documents.waiting"), Colour: "blue"}
	}
	if v.Guest() { // what they have sent is on their machine: nothing is handed out on the strength of a code by e-mail
		u.Href = ""
	}
	if x.Round == d.Round+1 {
		u.Remove = x.ID
	}
	return u
}

// getDocument leads to the original on the origin of files, through a link that works for some minutes.
func (p *portal) getDocument(v *web.Visit) error {
	d, err := p.open(v)
	if err != nil {
		return err
	}
	own, err := p.Office.Holds(v.R.Context(), d, v.Param("document"))
	if err != nil {
		return err
	}
	if !own {
		return fault.New(fault.NotFound, "")
	}
	return v.Redirect(v.FileURL("/document/" + v.Param("document")))
}
