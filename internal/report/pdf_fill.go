package report

// What is filled in by hand: boxes to tick, lines to write on, cells for figures. They are drawn for the eye alone; a screen reader
// hears the words beside them.
const (
	boxSide  = 4.0
	lineRoom = 8.5 // from line to line, for handwriting
	cellWide = 7.0

	addressTop, addressLeft = 45.0, 110.0 // of the window of a long envelope
)

var lookBox = look{size: 10, line: 5.2, after: 1.6}

// Label writes the question over the room for its answer; the two stay on one page.
func (p *PDF) Label(text string) {
	lines := p.wrap(lookLabel, text, measure)
	p.room(float64(len(lines))*lookLabel.line + 2*lineRoom)
	p.lines(p.tree.add("P", ""), lookLabel, margin, lines)
}

// Box writes words beside a box to tick, and a hint under them.
func (p *PDF) Box(text, hint string) {
	const left = margin + boxSide + 3
	words := p.wrap(lookBox, text, measure-boxSide-3)
	var small []string
	if hint != "" {
		small = p.wrap(lookSmall, hint, measure-boxSide-3)
	}
	if height := float64(len(words))*lookBox.line + float64(len(small))*lookSmall.line; height < bottom-margin {
		p.room(height)
	}
	p.square(margin, p.y+0.6)
	p.lines(p.tree.add("P", ""), lookBox, left, words)
	if small != nil {
		p.lines(p.tree.add("P", ""), lookSmall, left, small)
	}
	p.y += lookBox.after
}

// Boxes sets short words, each beside its box, on one line.
func (p *PDF) Boxes(words []string) {
	p.room(lookBox.line)
	x := margin
	for _, w := range words {
		p.square(x, p.y+0.6)
		p.lineAt(p.tree.add("P", ""), lookBox, x+boxSide+3, []string{w}, 0)
		x += boxSide + 3 + p.pdf.GetStringWidth(w) + 12
	}
	p.y += lookBox.line + lookP.after
}

func (p *PDF) square(x, y float64) {
	p.artifact("/Type/Layout", func() {
		p.pdf.SetDrawColor(60, 60, 60)
		p.pdf.SetLineWidth(0.3)
		p.pdf.Rect(x, y, boxSide, boxSide, "D")
	})
}

// Lines leaves n lines to write on, so many millimetres wide.
func (p *PDF) Lines(n int, width float64) {
	for range n {
		p.room(lineRoom)
		p.y += lineRoom
		p.artifact("/Type/Layout", func() {
			p.pdf.SetDrawColor(120, 120, 120)
			p.pdf.SetLineWidth(0.2)
			p.pdf.Line(margin, p.y-1.5, margin+width, p.y-1.5)
		})
	}
	p.Gap()
}

// Cells leaves groups of cells for figures, such as day, month and year.
func (p *PDF) Cells(groups []int) {
	p.room(cellWide + 2)
	x := margin
	p.artifact("/Type/Layout", func() {
		p.pdf.SetDrawColor(60, 60, 60)
		p.pdf.SetLineWidth(0.25)
		for _, n := range groups {
			for range n {
				p.pdf.Rect(x, p.y+1, cellWide, cellWide, "D")
				x += cellWide
			}
			x += 4
		}
	})
	p.y += cellWide + 2
	p.Gap()
}

// Gap leaves the room that parts two questions.
func (p *PDF) Gap() { p.y += lookP.after }

// Address writes the lines of an address where the window of an envelope shows them.
func (p *PDF) Address(lines []string) {
	e := p.tree.add("P", "")
	p.y = max(p.y+lookP.after, addressTop)
	for i := range lines {
		p.lineAt(e, lookP, addressLeft, lines, i)
		p.y += lookP.line
	}
	p.y += 4 * lookP.after
}
