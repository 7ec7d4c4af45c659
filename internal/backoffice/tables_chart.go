package backoffice

import (
	"strconv"

	"guichet/internal/release"
	"guichet/internal/text"
)

// chartView is an answer as bars, one below the other. A bar is told from its neighbours by its pattern, not its colour, and
// bears its figure; all that it shows stands in the table as well.
type chartView struct {
	across string    // what the legend is of
	legend []barKind // none where there is one kind
	groups []barGroup
}

// barKind is a column of the answer, with the pattern of its bars.
type barKind struct{ pattern, label string }

type barGroup struct {
	label string
	bars  []bar
}

// bar is as wide as its figure, in parts of the chart's width.
type bar struct{ pattern, width, words string }

// patterns are drawn in tables.templ; a ninth column begins anew.
const patterns = 8

// widest is the longest bar, in hundredths: the rest is for its figure.
const widest = 85

func chartOf(p text.Printer, a *release.Sheet) chartView {
	rows, columns := a.Rows[:len(a.Rows)-1], a.Columns[:len(a.Columns)-1]
	if len(columns) == 0 {
		columns = a.Columns
	}
	c := chartView{across: a.Across}
	most := 1
	for i, label := range columns {
		c.legend = append(c.legend, barKind{patternOf(i), label})
		for _, r := range rows {
			most = max(most, r.Figures[i].N)
		}
	}
	for _, r := range rows {
		g := barGroup{label: r.Label}
		for i := range columns {
			f := r.Figures[i]
			width := strconv.FormatFloat(float64(f.N)*widest/float64(most), 'f', 2, 64) + "%"
			g.bars = append(g.bars, bar{patternOf(i), width, figureWords(p, f)})
		}
		c.groups = append(c.groups, g)
	}
	if len(columns) == 1 {
		c.legend = nil
	}
	return c
}

func patternOf(i int) string { return "pattern-" + strconv.Itoa(i%patterns) }
