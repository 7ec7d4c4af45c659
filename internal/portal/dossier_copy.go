package portal

import (
	"bytes"
	"encoding/json"
	"time"

	"guichet/internal/dossier"
	"guichet/internal/report"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

// copyRoutes give one dossier to keep before it is erased, also to who has no account: what its pages show, in one file.
func (p *portal) copyRoutes(d *web.Door) {
	d.Get("/dossier/{dossier}/copy.pdf", web.Within, p.getDossierPDF)
	d.Get("/dossier/{dossier}/copy.json", web.Within, p.getDossierJSON)
}

// heldHere reads what is held of the dossier of the address, for who may open it.
func (p *portal) heldHere(v *web.Visit) (heldDossier, error) {
	d, err := p.Office.Open(v.R.Context(), v.Actor, v.Param("dossier"))
	if err != nil {
		return heldDossier{}, err
	}
	s := dossier.Summary{
		PublicID: d.PublicID, Reference: d.Reference, Procedure: d.Procedure, State: d.State, CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt,
		SubmittedAt: d.SubmittedAt, ClosedAt: d.ClosedAt, Acting: v.Actor.UnderMandate(d.Dossier),
	}
	return holdings{p: p, v: v, whole: true}.dossier(v.R.Context(), s)
}

func (p *portal) getDossierJSON(v *web.Visit) error {
	held, err := p.heldHere(v)
	if err != nil {
		return err
	}
	body, err := json.MarshalIndent(struct {
		Format  string      `json:"format"`
		Made    time.Time   `json:"made"`
		Dossier heldDossier `json:"dossier"`
	}{heldFormat, v.Now, held}, "", "  ")
	if err != nil {
		return err
	}
	return v.Send(web.File{Name: copyName(held) + ".json", Kind: "application/json", Size: int64(len(body)), Body: bytes.NewReader(body)})
}

func (p *portal) getDossierPDF(v *web.Visit) error {
	held, err := p.heldHere(v)
	if err != nil {
		return err
	}
	title := v.P.T("portal.keep.title")
	pdf := report.New(string(v.P.Lang), title, v.Now)
	pdf.H1(title)
	pdf.P(v.P.T("portal.held.made", "at", v.P.DateTimeAt(v.Now)))
	p.printDossier(pdf, v, held)
	body, err := pdf.Bytes()
	if err != nil {
		return err
	}
	return v.Send(web.File{Name: copyName(held) + ".pdf", Kind: "application/pdf", Size: int64(len(body)), Body: bytes.NewReader(body)})
}

// copyName names the file after the reference, which is nobody's name.
func copyName(d heldDossier) string {
	if d.Reference == "" {
		return "guichet-" + d.Created.Format(time.DateOnly)
	}
	return d.Reference
}

// keepsLinks lead to the copies, once all is decided and the day of its end is set.
func keepsLinks(v *web.Visit, d *dossier.Dossier) []components.Link {
	if d.StateKind != workflow.Closed || v.Actor.UnderMandate(d.Dossier) || d.AtCounter() && !v.Guest() {
		return nil
	}
	at := dossierPath(d)
	return []components.Link{
		{Href: at + "/copy.pdf", Label: v.P.T("portal.keep.pdf")},
		{Href: at + "/copy.json", Label: v.P.T("portal.keep.json")},
	}
}
