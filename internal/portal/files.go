package portal

import (
	"bytes"
	"path"
	"strings"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/report"
	"guichet/internal/web"
)

// sendDocument gives the original, as an attachment from an origin that has no session. Of an identity document an agent gets
// images of its pages, with their name and the time across each (RP-181).
func (p *portal) sendDocument(v *web.Visit) error {
	d, err := p.Office.Download(v.R.Context(), v.Actor, v.Param("document"))
	if err != nil {
		return err
	}
	defer func() { _ = d.Content.Close() }()
	if d.Viewed && v.Actor.Kind == access.Agent {
		return fault.New(fault.NotFound, "") // it is looked at in the dossier, and leaves it no other way
	}
	if d.Protected && v.Actor.Kind == access.Agent {
		return p.sendCopy(v, d)
	}
	return v.Send(web.File{Name: d.Name, Kind: d.Kind.MIME(), Size: -1, Body: d.Content})
}

func (p *portal) sendCopy(v *web.Visit, d *dossier.Opened) error {
	names, err := p.Accounts.Names(v.R.Context(), []int64{v.Actor.AccountID})
	if err != nil {
		return err
	}
	pages, err := p.Office.Copied(v.R.Context(), d, v.P.T("report.copy.mark", "who", names[v.Actor.AccountID], "at", v.P.ShortDateTimeAt(v.Now)))
	if err != nil {
		return err
	}
	name := strings.TrimSuffix(d.Name, path.Ext(d.Name)) + ".pdf"
	body, err := report.Copy(name, pages, v.Now, v.P)
	if err != nil {
		return err
	}
	return v.Send(web.File{Name: name, Kind: "application/pdf", Size: int64(len(body)), Body: bytes.NewReader(body)})
}
