// Package report makes registers, statistics and PDF summaries.
package report

import (
	"bytes"
	"fmt"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"

	"guichet/internal/fault"
)

// PDF is a document in the making: A4, with embedded fonts and a structure tree,
// so that a screen reader tells headings, paragraphs and tables apart. The same
// calls with the same date give the same bytes. Fill it from top to bottom;
// a failure on the way is told by Bytes.
type PDF struct {
	pdf  *fpdf.Fpdf
	lang string
	tree tree
	y    float64 // where the next line goes, in millimetres from the top

	pictures int // so far
}

// Measures of the page, in millimetres; font sizes in points.
const (
	pageWidth, pageHeight = 210.0, 297.0
	margin                = 20.0
	bottom                = pageHeight - 24
	measure               = pageWidth - 2*margin
	labelShare            = 0.38 // of the measure, for the labels of Pairs
	gutter                = 4.0
)

// look is how a kind of text is set.
type look struct {
	bold          bool
	size          float64 // points
	line          float64 // millimetres from line to line
	before, after float64 // millimetres
	gray          int
}

var (
	lookH1     = look{bold: true, size: 20, line: 9, after: 4}
	lookH2     = look{bold: true, size: 14, line: 7, before: 6, after: 2}
	lookP      = look{size: 10.5, line: 5.4, after: 3}
	lookLabel  = look{bold: true, size: 10, line: 5.2}
	lookValue  = look{size: 10, line: 5.2}
	lookFooter = look{size: 8.5, line: 4, gray: 80}
)

// footers by language: page of pages.
var footers = map[string]string{"fr": "page %d sur {pages}", "en": "page %d of {pages}"}

// New starts a document. lang is fr or en; title is what a reader's window
// shows and what stands at the foot of each page; at is the moment the document
// is dated.
func New(lang, title string, at time.Time) *PDF {
	p := &PDF{pdf: fpdf.New("P", "mm", "A4", ""), lang: lang}
	if _, err := glyphs(); err != nil {
		p.pdf.SetError(err)
	}
	p.pdf.AddUTF8FontFromBytes("go", "", goregular.TTF)
	p.pdf.AddUTF8FontFromBytes("go", "B", gobold.TTF)
	p.pdf.SetTitle(title, true)
	p.pdf.SetLang(lang)
	p.pdf.SetProducer("Guichet", true)
	p.pdf.SetCreationDate(at.UTC())
	p.pdf.SetModificationDate(at.UTC())
	p.pdf.SetCatalogSort(true)
	p.pdf.SetAutoPageBreak(false, 0)
	p.pdf.SetCellMargin(0)
	p.footer(title)
	p.newPage()
	return p
}

// footer has each page end with the title, cut to one line, and its number.
func (p *PDF) footer(title string) {
	format, ok := footers[p.lang]
	if !ok {
		format = footers["fr"]
	}
	short := p.wrap(lookFooter, title, measure-40)[0]
	p.pdf.AliasNbPages("{pages}")
	p.pdf.SetFooterFunc(func() {
		p.artifact("/Type/Pagination/Subtype/Footer", func() {
			p.text(lookFooter, margin, pageHeight-14, short+" – "+fmt.Sprintf(format, p.pdf.PageNo()))
		})
	})
}

// H1 writes the heading of the document.
func (p *PDF) H1(text string) { p.heading("H1", lookH1, text) }

// H2 writes the heading of a part; it is never the last line of a page.
func (p *PDF) H2(text string) { p.heading("H2", lookH2, text) }

func (p *PDF) heading(tag string, l look, text string) {
	lines := p.wrap(l, text, measure)
	p.y += l.before
	if p.y+float64(len(lines))*l.line+3*lookP.line > bottom {
		p.newPage()
	}
	p.lines(p.tree.add(tag, ""), l, margin, lines)
	p.y += l.after
}

// P writes a paragraph. Line breaks in text are kept.
func (p *PDF) P(text string) {
	p.lines(p.tree.add("P", ""), lookP, margin, p.wrap(lookP, text, measure))
	p.y += lookP.after
}

// Pairs writes a table of labels and values, a row each. A long value runs on
// to the next page.
func (p *PDF) Pairs(rows [][2]string) {
	if len(rows) == 0 {
		return
	}
	table := p.tree.add("Table", "")
	p.rule()
	for _, row := range rows {
		p.pair(table, row[0], row[1])
	}
	p.y += lookP.after
}

func (p *PDF) pair(table *element, label, value string) {
	labelWidth := measure*labelShare - gutter
	left := p.wrap(lookLabel, label, labelWidth)
	right := p.wrap(lookValue, value, measure-labelWidth-gutter)
	height := float64(max(len(left), len(right))) * lookValue.line
	if p.y+height > bottom && height < bottom-margin {
		p.newPage()
	}
	tr := table.add("TR", "")
	th := tr.add("TH", "/A<</O/Table/Scope/Row>>")
	td := tr.add("TD", "")
	p.y += 1
	for i := range max(len(left), len(right)) {
		p.room(lookValue.line)
		p.lineAt(th, lookLabel, margin, left, i)
		p.lineAt(td, lookValue, margin+labelWidth+gutter, right, i)
		p.y += lookValue.line
	}
	p.y += 1
	p.rule()
}

// Bytes ends the document and returns it.
func (p *PDF) Bytes() (_ []byte, err error) {
	defer fault.Wrap(&err, "report.PDF.Bytes")
	var b bytes.Buffer
	if err := p.pdf.Output(&b); err != nil {
		return nil, err
	}
	return p.tree.attach(b.Bytes(), p.lang, p.pdf.PageCount())
}
