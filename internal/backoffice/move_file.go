package backoffice

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"

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
			ID: id, Name: "file", Label: x.Label.In(v.P.Lang), Hint: x.Hint.In(v.P.Lang), Error: errs[id], Accept: dossier.Accepts(x),
			Action: dossierPath(f.PublicID) + "/proof/" + m.ID, Hidden: []components.Hidden{{Name: "path", Value: id}},
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

// postMoveFile keeps a file that a move rests on, before it is made, or takes one back.
func (b *desk) postMoveFile(v *web.Visit) error {
	d, m, err := b.moveAt(v)
	if err != nil {
		return err
	}
	parts, err := v.R.MultipartReader()
	if err != nil {
		return fault.New(fault.Invalid, "error.form")
	}
	path, wrong, err := b.takeProof(v, d, m, parts)
	if err != nil {
		return err
	}
	if wrong != "" {
		return b.sendMove(v, http.StatusUnprocessableEntity, m, typed{}, []problem{{path, path, wrong}})
	}
	return v.Redirect(movePath(d, m))
}

// takeProof reads the form: the field, then a file, or one to take back. It gives what is wrong with the file, in words.
func (b *desk) takeProof(v *web.Visit, d *dossier.Dossier, m *workflow.Move, parts *multipart.Reader) (path, wrong string, err error) {
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return path, wrong, nil
		}
		if err != nil {
			return path, "", fault.New(fault.Invalid, "error.form")
		}
		switch name := part.FormName(); {
		case name == "path" || name == "remove":
			word, err := io.ReadAll(io.LimitReader(part, 201))
			if err != nil || len(word) > 200 {
				return path, "", fault.New(fault.Invalid, "error.form")
			}
			if path = string(word); name == "remove" {
				return "", "", b.Office.DropForMove(v.R.Context(), v.Actor, d.PublicID, m.ID, string(word))
			}
		case name != "file" || path == "":
			return path, "", fault.New(fault.Invalid, "error.form")
		case part.FileName() == "":
			wrong = v.P.T("desk.move.problem.field")
		default:
			err := b.Office.AttachForMove(v.R.Context(), v.Actor, d.PublicID, m.ID, path, part.FileName(), part)
			if key := fault.Key(err); key != "" && v.P.Has(key) && (fault.Of(err) == fault.Invalid || fault.Of(err) == fault.TooLarge || fault.Of(err) == fault.Conflict) {
				return path, v.P.T(key), nil
			}
			if err != nil {
				return path, "", err
			}
		}
	}
}
