package portal

import (
	"net/http"
	"strconv"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/web"
)

// The headers of a file that is sent in pieces, as the drafts of HTTP's resumable uploads name them.
const (
	uploadOffset   = "Upload-Offset"
	uploadComplete = "Upload-Complete"
)

// postUpload says before a file travels whether it would be taken, and where it has got to if it was cut.
func (p *portal) postUpload(v *web.Visit) error {
	in, err := v.OneEach("path", "name", "type", "size", "modified")
	if err != nil {
		return err
	}
	size, err := strconv.ParseInt(in["size"], 10, 64)
	if err != nil || size < 0 {
		return fault.New(fault.Invalid, "error.form")
	}
	c := dossier.Coming{Path: in["path"], Name: in["name"], Type: in["type"], Modified: in["modified"], Size: size}
	u, err := p.Office.BeginUpload(v.R.Context(), v.Actor, v.Param("dossier"), c)
	if err != nil {
		return p.refuseUpload(v, c.Path, c.Name, err)
	}
	v.W.Header().Set("Location", "/dossier/"+v.Param("dossier")+"/upload/"+u.ID)
	return answerUpload(v, http.StatusCreated, u)
}

// getUpload says where a file on its way has got to.
func (p *portal) getUpload(v *web.Visit) error {
	u, err := p.Office.WhereUpload(v.R.Context(), v.Actor, v.Param("dossier"), v.Param("upload"))
	if err != nil {
		return err
	}
	return answerUpload(v, http.StatusNoContent, u)
}

// postPiece adds what arrives to a file on its way.
func (p *portal) postPiece(v *web.Visit) error {
	offset, err := strconv.ParseInt(v.R.Header.Get(uploadOffset), 10, 64)
	if err != nil || v.R.Header.Get("Content-Type") != "application/octet-stream" {
		return fault.New(fault.Invalid, "error.form")
	}
	arrived, err := p.Office.SendPiece(v.R.Context(), v.Actor, v.Param("dossier"), v.Param("upload"), offset, v.R.Body)
	if fault.Key(err) == "upload.offset" {
		v.W.Header().Set(uploadOffset, strconv.FormatInt(arrived, 10))
	}
	if err != nil {
		return err
	}
	return answerUpload(v, http.StatusNoContent, dossier.Upload{Arrived: arrived})
}

// postFinish makes a document of a file that has arrived whole.
func (p *portal) postFinish(v *web.Visit) error {
	in, err := v.OneEach("path", "name")
	if err != nil {
		return err
	}
	id := v.Param("upload")
	if err := p.Office.FinishUpload(v.R.Context(), v.Actor, v.Param("dossier"), id); err != nil {
		return p.refuseUpload(v, in["path"], in["name"], err)
	}
	return answerUpload(v, http.StatusCreated, dossier.Upload{ID: id, Done: true})
}

func answerUpload(v *web.Visit, status int, u dossier.Upload) error {
	h := v.W.Header()
	h.Set(uploadOffset, strconv.FormatInt(u.Arrived, 10))
	if u.Done {
		h.Set(uploadComplete, "?1")
	}
	return v.Empty(status)
}

// refuseUpload answers with the sentence that the page would show; an error that tells nothing of the file is returned.
func (p *portal) refuseUpload(v *web.Visit, path, name string, err error) error {
	said, err := p.sayRefused(v, path, name, err)
	if err != nil {
		return err
	}
	return v.PageStatus(http.StatusUnprocessableEntity, refusedUpload(said))
}

// sayRefused is why a file was not kept, in words for its person; an error that tells nothing of the file is returned.
func (p *portal) sayRefused(v *web.Visit, path, name string, err error) (string, error) {
	key := fault.Key(err)
	switch kind := fault.Of(err); {
	case kind == fault.NotFound || key == "dossier.not_open" || key == "dossier.frozen" || !v.P.Has(key):
		return "", err
	case kind != fault.Invalid && kind != fault.TooLarge && kind != fault.Conflict:
		return "", err
	}
	why := v.P.T(key)
	switch key {
	case "document.too_large":
		why = p.tooLarge(v, path)
	case "message.files":
		why = v.P.N("portal.messages.many", p.filesOfMessage(v))
	}
	return v.P.T("portal.documents.refused", "name", name, "why", why), nil
}

// tooLarge says how heavy a file of the field may be.
func (p *portal) tooLarge(v *web.Visit, path string) string {
	most := int64(mostFile)
	if d, err := p.open(v); err == nil {
		if f := d.Def.Form.Field(path); f != nil {
			most = dossier.MostOf(f)
		}
	}
	return v.P.T("portal.documents.too_large", "size", v.P.Size(most))
}
