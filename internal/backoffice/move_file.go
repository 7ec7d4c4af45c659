package backoffice

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

// mostProof is the heaviest a form with the file of a move may be.
const mostProof = 11 << 20

// typedFields are the agents' fields of a move that are typed; files are brought one by one, each by a form of its own.
func typedFields(f *form.Compiled, m *workflow.Move) (out []string) {
	for _, id := range m.Form.Fields {
		if x := f.Field(id); x == nil || x.Kind != form.File {
			out = append(out, id)
		}
	}
	return out
}

// proofs are the files that a move rests on: those brought already, and the way to bring them.
func proofs(v *web.Visit, f *dossier.File, m *workflow.Move, errs map[string]string) (out []components.Upload) {
	for _, id := range m.Form.Fields {
		x := f.Def.Form.Field(id)
		if x == nil || x.Kind != form.File {
			continue
		}
		u := components.Upload{
			ID: id, Name: fileName(id), Label: x.Label.In(v.P.Lang), Hint: x.Hint.In(v.P.Lang), Error: errs[id], Accept: dossier.Accepts(x),
		}
		for _, held := range f.Unused(id) {
			for _, d := range f.Documents {
				if d.ID == held.ID {
					u.Done = append(u.Done, components.Uploaded{Name: d.Name, Size: v.P.Size(d.Size), Status: shutStatus(v.P, d), Remove: d.ID})
				}
			}
		}
		out = append(out, u)
	}
	return out
}

// fileName is how the page of a move names the control of a file, which is no answer that is typed.
func fileName(path string) string { return "file:" + path }

// proofPath is where the page of a move sends files, and what was typed so far with them.
func proofPath(d *dossier.Dossier, m *workflow.Move) string {
	return dossierPath(d.PublicID) + "/proof/" + m.ID
}

// to is where the buttons that make the move send the form, "" where that is its own address.
func (x *moveView) to() string {
	if len(x.files) == 0 {
		return ""
	}
	return movePath(x.d, x.m)
}

// postMoveFile keeps a file that a move rests on, before it is made, or takes one back. What was typed for the move meanwhile stays
// on the page.
func (b *desk) postMoveFile(v *web.Visit) error {
	d, m, err := b.moveAt(v)
	if err != nil {
		return err
	}
	parts, err := v.R.MultipartReader()
	if err != nil {
		return fault.New(fault.Invalid, "error.form")
	}
	x := proofForm{desk: b, v: v, d: d, m: m, typed: url.Values{}}
	if err := x.read(parts); err != nil {
		return err
	}
	x.typed.Del("action")
	t, err := bindMove(m, x.typed)
	if err != nil {
		return err
	}
	switch {
	case len(x.wrong) > 0:
		return b.sendMove(v, http.StatusUnprocessableEntity, m, t, x.wrong)
	case t.blank():
		return v.Redirect(movePath(d, m))
	}
	return b.sendMove(v, http.StatusOK, m, t, nil)
}

// proofForm is the page of a move as it is sent with a file.
type proofForm struct {
	*desk
	v     *web.Visit
	d     *dossier.Dossier
	m     *workflow.Move
	typed url.Values
	wrong []problem
	kept  bool
}

// Bounds of what is typed beside a file: parts, and bytes of each.
const (
	mostParts    = 200
	longestTyped = 64 << 10
)

// read takes the parts as they come; files are kept at once.
func (x *proofForm) read(parts *multipart.Reader) error {
	asked := false
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			if asked && !x.kept && len(x.wrong) == 0 {
				x.lacksFile()
			}
			return nil
		case err != nil || n > mostParts:
			return fault.New(fault.Invalid, "error.form")
		}
		name := part.FormName()
		if path, isFile := strings.CutPrefix(name, fileName("")); isFile {
			if err := x.take(part, path); err != nil {
				return err
			}
			continue
		}
		word, err := io.ReadAll(io.LimitReader(part, longestTyped+1))
		if err != nil || len(word) > longestTyped {
			return fault.New(fault.Invalid, "error.form")
		}
		if name == "remove" {
			if err := x.Office.DropForMove(x.v.R.Context(), x.v.Actor, x.d.PublicID, x.m.ID, string(word)); err != nil {
				return err
			}
			x.kept = true
			continue
		}
		asked = asked || name == "action"
		x.typed.Add(name, string(word))
	}
}

// take keeps one file; of what is wrong with it the page tells.
func (x *proofForm) take(part *multipart.Part, path string) error {
	if part.FileName() == "" {
		return nil
	}
	err := x.Office.AttachForMove(x.v.R.Context(), x.v.Actor, x.d.PublicID, x.m.ID, path, part.FileName(), part)
	if key := fault.Key(err); key != "" && x.v.P.Has(key) && (fault.Of(err) == fault.Invalid || fault.Of(err) == fault.TooLarge || fault.Of(err) == fault.Conflict) {
		x.wrong = append(x.wrong, problem{path, path, x.v.P.T(key)})
		return nil
	}
	x.kept = x.kept || err == nil
	return err
}

// lacksFile says that a file was to be sent, and none was chosen.
func (x *proofForm) lacksFile() {
	for _, path := range x.m.Form.Fields {
		if f := x.d.Def.Form.Field(path); f != nil && f.Kind == form.File {
			x.wrong = append(x.wrong, problem{path, path, x.v.P.T("desk.move.problem.field")})
			return
		}
	}
}

// blank tells whether nothing was typed.
func (t typed) blank() bool {
	any := t.act.Reason != ""
	for _, typed := range []map[string][]string{t.act.Fields, t.until} {
		for _, values := range typed {
			any = any || strings.Join(values, "") != ""
		}
	}
	for _, word := range t.word {
		any = any || word != ""
	}
	return !any
}
