package portal

import (
	"bytes"
	"strconv"

	"guichet/internal/fault"
	"guichet/internal/web"
)

// pageWidth is how wide a page image is drawn, in pixels.
const pageWidth = 1200

// sendDocument gives the original, as an attachment from an origin that has no session.
func (p *portal) sendDocument(v *web.Visit) error {
	d, err := p.Office.Download(v.R.Context(), v.Actor, v.Param("document"))
	if err != nil {
		return err
	}
	defer func() { _ = d.Content.Close() }()
	return v.Send(web.File{Name: d.Name, Kind: d.Kind.MIME(), Size: -1, Body: d.Content})
}

// sendPage gives one page as an image that we drew, so that nobody opens the original to read it.
func (p *portal) sendPage(v *web.Visit) error {
	n, err := strconv.Atoi(v.Param("page"))
	if err != nil {
		return fault.New(fault.NotFound, "")
	}
	d, err := p.Office.Download(v.R.Context(), v.Actor, v.Param("document"))
	if err != nil {
		return err
	}
	defer func() { _ = d.Content.Close() }()
	image, err := p.Office.Workshop.PageImage(v.R.Context(), d.Kind, d.Content, n, pageWidth)
	if err != nil {
		return err
	}
	name := d.ID + "-" + strconv.Itoa(n) + ".png"
	return v.Send(web.File{Name: name, Kind: "image/png", Size: int64(len(image)), Body: bytes.NewReader(image), Inline: true})
}
