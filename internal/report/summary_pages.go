package report

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/text"
)

// How small pages are in the internal file: enough to recognise a paper, too small to use a copy of it.
const (
	thumbnailWidth   = 320 // pixels
	thumbnailQuality = 75
	markEvery        = 54 // pixels from one line of the mark to the next
)

// thumbnails are the first pages of the documents that stand on the dossier. One that cannot be drawn, because it waits for the
// scanner or no renderer is installed, is left out: it is in the list above.
func thumbnails(f *dossier.File, page dossier.FirstPage, p text.Printer) (out []Picture, err error) {
	mark := p.T("report.summary.mark", "reference", f.Reference, "date", p.ShortDateTimeAt(f.UpdatedAt))
	for _, d := range f.Documents {
		if d.Superseded || d.Round > f.Round {
			continue
		}
		drawn, err := page(d.ID, thumbnailWidth)
		if undrawn(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		field := f.Def.Form.Field(d.Path)
		if field.Protect == "" {
			drawn, err = asJPEG(drawn, "")
		} else {
			drawn, err = asJPEG(drawn, mark)
		}
		if err != nil {
			return nil, err
		}
		label := field.Label.In(p.Lang)
		out = append(out, Picture{JPEG: drawn, Caption: label, Alt: p.T("report.summary.page", "document", label, "name", d.Name)})
	}
	return out, nil
}

// undrawn tells whether a page cannot be drawn, however often it is tried.
func undrawn(err error) bool {
	switch fault.Of(err) {
	case fault.NotFound, fault.Invalid, fault.Conflict, fault.TooLarge:
		return err != nil
	}
	return fault.Key(err) == "document.no_renderer"
}

// asJPEG makes a page small to keep, with words across it when it is a copy of an identity document (RP-181).
func asJPEG(page []byte, mark string) ([]byte, error) {
	src, err := png.Decode(bytes.NewReader(page))
	if err != nil {
		return nil, err
	}
	dst := image.NewRGBA(image.Rect(0, 0, src.Bounds().Dx(), src.Bounds().Dy()))
	draw.Draw(dst, dst.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(dst, dst.Bounds(), src, src.Bounds().Min, draw.Over)
	if mark != "" {
		if err := across(dst, mark); err != nil {
			return nil, err
		}
	}
	var b bytes.Buffer
	err = jpeg.Encode(&b, dst, &jpeg.Options{Quality: thumbnailQuality})
	return b.Bytes(), err
}

// across writes words over the whole image, line after line, so that no part of it can be used without them.
func across(dst *image.RGBA, words string) error {
	parsed, err := opentype.Parse(gobold.TTF)
	if err != nil {
		return err
	}
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: 13, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		return err
	}
	d := font.Drawer{Dst: dst, Src: image.NewUniform(color.NRGBA{R: 190, A: 150}), Face: face}
	words += "   "
	wide := d.MeasureString(words)
	for line, y := 0, markEvery/2; y < dst.Bounds().Dy(); line, y = line+1, y+markEvery {
		start := -fixed.Int26_6(line%3) * wide / 3
		for x := start; x < fixed.I(dst.Bounds().Dx()); x += wide {
			d.Dot = fixed.Point26_6{X: x, Y: fixed.I(y)}
			d.DrawString(words)
		}
	}
	return nil
}
