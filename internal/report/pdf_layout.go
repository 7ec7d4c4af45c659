package report

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

func (p *PDF) newPage() {
	p.pdf.AddPage()
	p.y = margin
}

// room starts a new page when there is none for so many millimetres.
func (p *PDF) room(height float64) {
	if p.y+height > bottom {
		p.newPage()
	}
}

// lines writes a block of text that belongs to one element.
func (p *PDF) lines(e *element, l look, x float64, lines []string) {
	for i := range lines {
		p.room(l.line)
		p.lineAt(e, l, x, lines, i)
		p.y += l.line
	}
}

// lineAt writes line i, if there is one, as marked content of e.
func (p *PDF) lineAt(e *element, l look, x float64, lines []string, i int) {
	if i >= len(lines) || lines[i] == "" {
		return
	}
	id := p.tree.mark(e, p.pdf.PageNo())
	p.pdf.RawWriteStr(fmt.Sprintf("/%s <</MCID %d>> BDC", e.tag, id))
	p.text(l, x, p.y, lines[i])
	p.pdf.RawWriteStr("EMC")
}

func (p *PDF) text(l look, x, y float64, s string) {
	p.face(l)
	p.pdf.SetTextColor(l.gray, l.gray, l.gray)
	p.pdf.SetXY(x, y)
	p.pdf.CellFormat(measure, l.line, s, "", 0, "LM", false, 0, "")
}

func (p *PDF) face(l look) {
	style := ""
	if l.bold {
		style = "B"
	}
	p.pdf.SetFont("go", style, l.size)
}

// rule draws a hair line across the measure.
func (p *PDF) rule() {
	p.artifact("/Type/Layout", func() {
		p.pdf.SetDrawColor(190, 190, 190)
		p.pdf.SetLineWidth(0.2)
		p.pdf.Line(margin, p.y, margin+measure, p.y)
	})
}

// artifact draws what a screen reader is to pass over.
func (p *PDF) artifact(properties string, draw func()) {
	p.pdf.RawWriteStr("/Artifact <<" + properties + ">> BDC")
	draw()
	p.pdf.RawWriteStr("EMC")
}

// wrap breaks text into lines no wider than width millimetres: at ordinary
// spaces, never at the no-break ones French typography asks for, and inside a
// word only when it is wider than the line.
func (p *PDF) wrap(l look, text string, width float64) []string {
	p.face(l)
	var lines []string
	for paragraph := range strings.Lines(printable(text)) {
		lines = append(lines, p.fill(strings.TrimRight(paragraph, "\r\n"), width)...)
	}
	if len(lines) == 0 {
		lines = []string{""}
	}
	return lines
}

func (p *PDF) fill(paragraph string, width float64) []string {
	lines := []string{""}
	for word := range strings.SplitSeq(paragraph, " ") {
		for p.pdf.GetStringWidth(word) > width {
			head := p.cut(word, width)
			lines = append(lines, head)
			word = word[len(head):]
		}
		last := &lines[len(lines)-1]
		joined := strings.TrimLeft(*last+" "+word, " ")
		if p.pdf.GetStringWidth(joined) <= width {
			*last = joined
			continue
		}
		lines = append(lines, word)
	}
	if lines[0] == "" && len(lines) > 1 {
		lines = lines[1:]
	}
	return lines
}

// cut takes as many letters of word as fit in width, and at least one.
func (p *PDF) cut(word string, width float64) string {
	end := 0
	for i, r := range word {
		next := i + utf8.RuneLen(r)
		if end > 0 && p.pdf.GetStringWidth(word[:next]) > width {
			break
		}
		end = next
	}
	return word[:end]
}
