package portal

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"

	"guichet/internal/fault"
	"guichet/internal/web"
)

const (
	mostFile   = 10 << 20            // of one file
	mostUpload = 10*mostFile + 1<<20 // of one request: ten files and their headers
)

// postRemove takes back a file that was handed in and not sent yet.
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
	return p.showDocuments(v, f, map[string][]string{u.path: u.failed}, nil)
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
	said, err := u.p.sayRefused(u.v, u.path, part.FileName(), err)
	if err == nil {
		u.failed = append(u.failed, said)
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
