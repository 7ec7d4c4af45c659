package portal

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strings"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

const (
	mostFile   = 10 << 20            // of one file
	mostUpload = 10*mostFile + 1<<20 // of one request: ten files and their headers
)

// documentsView is the list of documents owed, each with a form of its own.
type documentsView struct {
	intro   string
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
	upload components.Upload
}

func (p *portal) getDocuments(v *web.Visit) error {
	f, err := p.Office.Read(v.R.Context(), v.Actor, v.Param("dossier"))
	if err != nil {
		return err
	}
	return p.showDocuments(v, f, nil)
}

// showDocuments lists what is owed; failed are sentences by path about files that were not kept.
func (p *portal) showDocuments(v *web.Visit, f *dossier.File, failed map[string][]string) error {
	if f.StateKind != workflow.Draft && f.StateKind != workflow.Waiting {
		return v.Redirect(dossierPath(f.Dossier))
	}
	s := p.documents(v, f, failed)
	if s.step == nil {
		return fault.New(fault.NotFound, "")
	}
	pg := v.Frame(s.step.Step.Title.In(v.P.Lang))
	pg.Back, pg.Error = dossierPath(f.Dossier), len(failed) > 0
	status := http.StatusOK
	if len(failed) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return v.PageStatus(status, documentsPage(pg, f.Dossier, s))
}

func (p *portal) documents(v *web.Visit, f *dossier.File, failed map[string][]string) *documentsView {
	j := f.Journey(nil, v.Now)
	s := &documentsView{frozen: f.StateKind == workflow.Waiting}
	for _, x := range j.Steps() {
		if x.Step.Files {
			s.step, s.intro = x, x.Step.Intro.In(v.P.Lang)
		}
	}
	asked := askedNow(f)
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
			k.upload.Hint = v.P.T("portal.step.word", "word", item.Word) + " " + k.upload.Hint
		}
		s.kinds = append(s.kinds, k)
		if k.upload.Error != "" {
			s.summary = append(s.summary, components.Problem{ID: owed.Path, Text: k.upload.Error})
		}
	}
	return s
}

// kind is one document to give, with what was received for it.
func (p *portal) kind(v *web.Visit, f *dossier.File, j *form.Journey, owed *form.FieldState, failed []string) documentKind {
	k := documentKind{title: itemTitle(v, f.Dossier, j, owed.Path)}
	k.upload = components.Upload{
		ID: owed.Path, Action: dossierPath(f.Dossier) + "/document", Name: "file", Label: v.P.T("portal.documents.choose", "document", k.title),
		Hint: owed.Hint.In(v.P.Lang), Error: strings.Join(failed, " "), Accept: accept(owed.Field), Multiple: most(owed.Field) != 1,
		MaxBytes: mostFile, Hidden: []components.Hidden{{Name: "path", Value: owed.Path}},
	}
	for _, d := range f.Documents {
		if d.Path == owed.Path && !d.Superseded {
			k.upload.Done = append(k.upload.Done, uploaded(v, f.Dossier, d))
		}
	}
	switch {
	case len(k.upload.Done) > 0:
		k.tag = components.Status{Label: v.P.T("portal.documents.received"), Colour: "green"}
	case owed.Required:
		k.tag = components.Status{Label: v.P.T("portal.documents.owed"), Colour: "blue"}
	default:
		k.tag = components.Status{Label: v.P.T("portal.documents.optional")}
	}
	return k
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
	if x.Round == d.Round+1 {
		u.Remove = x.ID
	}
	return u
}

var accepted = map[string]string{"pdf": "application/pdf,.pdf", "jpeg": "image/jpeg,.jpg,.jpeg", "png": "image/png,.png"}

// accept names the types a phone's file chooser offers, its camera included.
func accept(f *form.Field) string {
	kinds := make([]string, 0, len(f.Accept))
	for _, a := range f.Accept {
		if types := accepted[a]; types != "" {
			kinds = append(kinds, types)
		}
	}
	return strings.Join(kinds, ",")
}

// getDocument leads to the original on the origin of files, through a link that works for some minutes.
func (p *portal) getDocument(v *web.Visit) error {
	return v.Redirect(v.FileURL("/document/" + v.Param("document")))
}

func (p *portal) postRemove(v *web.Visit) error {
	if err := p.Office.Detach(v.R.Context(), v.Actor, v.Param("dossier"), v.Param("document")); err != nil {
		return err
	}
	v.Flash("portal.documents.removed")
	return v.Redirect("/dossier/" + v.Param("dossier") + "/documents")
}

// postDocument keeps the files of one document as they come; one that is refused takes no other with it.
func (p *portal) postDocument(v *web.Visit) error {
	parts, err := v.R.MultipartReader()
	if err != nil {
		return fault.New(fault.Invalid, "error.form")
	}
	u := &upload{p: p, v: v}
	if err := u.read(parts); err != nil {
		return err
	}
	if u.removed || len(u.failed) == 0 && u.kept > 0 {
		v.Flash(u.said())
		return v.Redirect("/dossier/" + v.Param("dossier") + "/documents#" + u.path)
	}
	if len(u.failed) == 0 {
		u.failed = []string{v.P.T("portal.documents.none")}
	}
	f, err := p.Office.Read(v.R.Context(), v.Actor, v.Param("dossier"))
	if err != nil {
		return err
	}
	return p.showDocuments(v, f, map[string][]string{u.path: u.failed})
}

// upload is one posted form of files.
type upload struct {
	p       *portal
	v       *web.Visit
	path    string
	kept    int
	removed bool
	failed  []string
}

func (u *upload) said() string {
	if u.removed {
		return "portal.documents.removed"
	}
	return "portal.documents.saved"
}

func (u *upload) read(parts *multipart.Reader) error {
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return u.cut(err)
		}
		if err := u.take(part); err != nil {
			return u.cut(err)
		}
	}
}

// cut ends a form that is too long or that stops in the middle: what came before is kept.
func (u *upload) cut(err error) error {
	if _, long := errors.AsType[*http.MaxBytesError](err); long && u.path != "" {
		u.failed = append(u.failed, u.v.P.T("portal.documents.too_much"))
		return nil
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fault.New(fault.Invalid, "error.form")
	}
	return err
}

func (u *upload) take(part *multipart.Part) error {
	switch {
	case part.FormName() == "path":
		return word(part, &u.path)
	case part.FormName() == "remove":
		return u.remove(part)
	case part.FormName() != "file" || u.path == "":
		return fault.New(fault.Invalid, "error.form")
	case part.FileName() == "" || u.removed:
		return nil // no file chosen
	}
	return u.attach(part)
}

// attach keeps one file, or says why not.
func (u *upload) attach(part *multipart.Part) error {
	_, err := u.p.Office.Attach(u.v.R.Context(), u.v.Actor, u.v.Param("dossier"), u.path, part.FileName(), part)
	if err == nil {
		u.kept++
		return nil
	}
	key := fault.Key(err)
	switch kind := fault.Of(err); {
	case kind == fault.NotFound || key == "dossier.not_open" || key == "dossier.frozen" || !u.v.P.Has(key):
		return err
	case kind == fault.Invalid || kind == fault.TooLarge || kind == fault.Conflict:
		u.failed = append(u.failed, u.v.P.T("portal.documents.refused", "name", part.FileName(), "why", u.v.P.T(key)))
		return nil
	}
	return err
}

func (u *upload) remove(part *multipart.Part) error {
	var id string
	if err := word(part, &id); err != nil {
		return err
	}
	u.removed = true
	return u.p.Office.Detach(u.v.R.Context(), u.v.Actor, u.v.Param("dossier"), id)
}

// word reads a short value of the form.
func word(part *multipart.Part, into *string) error {
	b, err := io.ReadAll(io.LimitReader(part, 201))
	if err != nil {
		return err
	}
	if len(b) > 200 {
		return fault.New(fault.Invalid, "error.form")
	}
	*into = string(b)
	return nil
}
