package report

import (
	"bytes"
	"fmt"
	"unicode/utf16"

	"codeberg.org/go-pdf/fpdf"
)

// codeSide is how wide a code is printed, in millimetres: a telephone reads it from a hand's breadth.
const codeSide = 42.0

var lookSmall = look{size: 8.5, line: 4.2, after: 2, gray: 60}

// Code draws text as a QR code; alt says what it is for, to who does not see it.
func (p *PDF) Code(text, alt string) {
	s, err := encode(text)
	if err != nil {
		p.pdf.SetError(err)
		return
	}
	const quiet = 4 // light modules round it, which readers need
	module := codeSide / float64(s.size+2*quiet)
	p.room(codeSide)
	p.figure(p.tree.add("Figure", altText(alt)), func() {
		p.pdf.SetFillColor(0, 0, 0)
		for y := range s.size {
			for x := 0; x < s.size; x++ {
				from := x
				for x < s.size && s.at(x, y) {
					x++
				}
				if x > from {
					p.pdf.Rect(margin+float64(from+quiet)*module, p.y+float64(y+quiet)*module, float64(x-from)*module, module, "F")
				}
			}
		}
	})
	p.y += codeSide + 2
}

// Small writes a paragraph in small grey letters, for what is there to be copied rather than read.
func (p *PDF) Small(text string) {
	p.lines(p.tree.add("P", ""), lookSmall, margin, p.wrap(lookSmall, text, measure))
	p.y += lookSmall.after
}

// Picture is an image of a page with its caption.
type Picture struct {
	JPEG    []byte
	Caption string
	Alt     string
}

// Measures of a row of pictures, in millimetres.
const (
	picturesInRow = 3
	pictureGap    = 5.0
	pictureTall   = 70.0
)

// Pictures sets images side by side, three in a row, each over its caption.
func (p *PDF) Pictures(pictures []Picture) {
	const width = (measure - (picturesInRow-1)*pictureGap) / picturesInRow
	for len(pictures) > 0 {
		row := pictures[:min(picturesInRow, len(pictures))]
		pictures = pictures[len(row):]
		p.room(pictureTall + 3*lookSmall.line)
		tallest := 0
		for i, x := range row {
			left := margin + float64(i)*(width+pictureGap)
			p.picture(x, left, width)
			caption := p.wrap(lookSmall, x.Caption, width)
			e, top := p.tree.add("Caption", ""), p.y
			p.y += pictureTall + 1
			for k := range caption {
				p.lineAt(e, lookSmall, left, caption, k)
				p.y += lookSmall.line
			}
			p.y, tallest = top, max(tallest, len(caption))
		}
		p.y += pictureTall + 1 + float64(tallest)*lookSmall.line + lookP.after
	}
}

// picture draws one image within its place, never larger than it is there.
func (p *PDF) picture(x Picture, left, width float64) {
	p.pictures++
	name := fmt.Sprint("picture", p.pictures)
	options := fpdf.ImageOptions{ImageType: "JPG"}
	info := p.pdf.RegisterImageOptionsReader(name, options, bytes.NewReader(x.JPEG))
	if info == nil || p.pdf.Err() {
		return
	}
	scale := min(width/info.Width(), pictureTall/info.Height())
	p.figure(p.tree.add("Figure", altText(x.Alt)), func() {
		p.pdf.ImageOptions(name, left, p.y, info.Width()*scale, info.Height()*scale, false, options, 0, "")
		p.pdf.SetDrawColor(150, 150, 150)
		p.pdf.SetLineWidth(0.2)
		p.pdf.Rect(left, p.y, info.Width()*scale, info.Height()*scale, "D")
	})
}

// sheet draws a PNG as large as the page holds it.
func (p *PDF) sheet(png []byte, alt string) {
	p.pictures++
	name := fmt.Sprint("picture", p.pictures)
	options := fpdf.ImageOptions{ImageType: "PNG"}
	info := p.pdf.RegisterImageOptionsReader(name, options, bytes.NewReader(png))
	if info == nil || p.pdf.Err() {
		return
	}
	const edge = 8.0
	scale := min((pageWidth-2*edge)/info.Width(), (bottom-edge)/info.Height())
	wide := info.Width() * scale
	p.figure(p.tree.add("Figure", altText(alt)), func() {
		p.pdf.ImageOptions(name, (pageWidth-wide)/2, edge, wide, info.Height()*scale, false, options, 0, "")
	})
}

// figure draws as marked content of e.
func (p *PDF) figure(e *element, draw func()) {
	id := p.tree.mark(e, p.pdf.PageNo())
	p.pdf.RawWriteStr(fmt.Sprintf("/%s <</MCID %d>> BDC", e.tag, id))
	draw()
	p.pdf.RawWriteStr("EMC")
}

// altText is the attribute that says what a figure shows, in the coding of the format (ISO 32000-1, 7.9.2.2).
func altText(words string) string {
	b := bytes.NewBufferString("/Alt<FEFF")
	for _, u := range utf16.Encode([]rune(words)) {
		fmt.Fprintf(b, "%04X", u)
	}
	return b.String() + ">"
}
