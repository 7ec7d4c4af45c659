package backoffice

import (
	"math"
	"strconv"

	"guichet/internal/design"
	"guichet/internal/release"
	"guichet/internal/text"
)

// plot is a drawing of figures that stand in a table beneath it. It is told apart by shape and letter, not by colour. Across it
// takes the width there is, in hundredths; upwards it is as tall everywhere, so that its words are of one size.
type plot struct {
	id, title, says string
	across, up      string // what the axes measure
	xTicks, yTicks  []plotTick
	bars            []plotBar
	marks           []plotMark
	limit           *plotLimit
}

// The heights of a plot, in units of the screen; narrowest is the width that its letters must not meet on.
const (
	plotTop, plotBottom, plotHeight = 14, 286, 336
	plotNarrowest                   = 250
)

// plotTick is where an axis has a label: hundredths across, or units down.
type plotTick struct{ at, label string }

// plotMark is a point: its shape says the delay, whether it is filled that it may be registered.
type plotMark struct {
	share        float64 // of the width
	y            int
	shape        string // circle, square, triangle
	filled, ring bool
	label        string
	spot         plotSpot
}

type plotBar struct {
	x, width  string
	y, height int
}

// plotLimit is a dashed line with its words.
type plotLimit struct{ at, label string }

// across writes a share of the width.
func across(share float64) string { return strconv.FormatFloat(share*100, 'f', 2, 64) + "%" }

// upTo places a share of the height from below.
func upTo(share float64) int { return plotBottom - int(share*(plotBottom-plotTop)+0.5) }

func (m plotMark) fill() string {
	if m.filled {
		return "currentColor"
	}
	return "none"
}

func px(n int) string { return strconv.Itoa(n) }

// shapes say how late half of the released dossiers come: in the month they close in, a month later, or more.
var shapes = [...]string{"circle", "square", "triangle"}

func shapeOf(f design.Figures) string { return shapes[min(f.Median, len(shapes)-1)] }

// tradeOffChart draws loss against the share that is not released.
func tradeOffChart(p text.Printer, d *release.Design, points []design.Figures) *plot {
	c := &plot{id: "trade-off", title: p.T("desk.design.chart"), says: p.T("desk.design.chart_says")}
	c.across, c.up = p.T("desk.design.withheld"), p.T("desk.design.loss")
	for i := range 5 {
		share := float64(i) / 4
		c.xTicks = append(c.xTicks, plotTick{across(share), p.Percent(share, 0)})
		c.yTicks = append(c.yTicks, plotTick{px(upTo(share)), p.Decimal(share, 2)})
	}
	place := func(f design.Figures, label string) plotMark {
		return plotMark{share: f.Withheld(), y: upTo(f.Loss), shape: shapeOf(f), filled: d.Passes(f), label: label}
	}
	own := place(d.Current, p.T("desk.design.own_mark"))
	own.ring = true
	c.marks = append(c.marks, own)
	for i, f := range points {
		c.marks = append(c.marks, place(f, pointName(i)))
	}
	spread(c.marks)
	c.limit = &plotLimit{across(1 - d.Procedure.Release.Floor), p.T("desk.design.floor_line", "share", p.Percent(d.Procedure.Release.Floor, 0))}
	return c
}

// pointName names the i-th point of a chart.
func pointName(i int) string { return string(rune('A' + i)) }

// seriesChart draws what is released month by month, of what was closed.
func seriesChart(p text.Printer, d *release.Design, f design.Figures) *plot {
	c := &plot{id: "series", title: p.T("desk.design.series"), says: p.T("desk.design.series_says")}
	c.across, c.up = p.T("desk.design.month"), p.T("desk.design.released_rows")
	most := 1
	for _, m := range f.Months {
		most = max(most, m.Released, m.Closed)
	}
	step := roundStep(most)
	full := (most + step - 1) / step * step
	for n := 0; n <= full; n += step {
		c.yTicks = append(c.yTicks, plotTick{px(upTo(float64(n) / float64(full))), p.Int(int64(n))})
	}
	width := 1 / float64(len(f.Months))
	for i, m := range f.Months {
		x := float64(i) * width
		y, closed := upTo(float64(m.Released)/float64(full)), upTo(float64(m.Closed)/float64(full))
		c.bars = append(c.bars, plotBar{across(x + width*.1), across(width * .8), y, plotBottom - y}, plotBar{across(x + width*.1), across(width * .8), closed, 1})
		if i%(len(f.Months)/4+1) == 0 {
			c.xTicks = append(c.xTicks, plotTick{across(x + width/2), d.Months[i].Format("01/2006")})
		}
	}
	return c
}

// roundStep is the round number by which an axis up to most has five ticks at most above 0.
func roundStep(most int) int {
	ten := max(int(math.Pow10(int(math.Log10(float64(max(most, 1))))-1)), 1)
	for _, n := range []int{1, 2, 5, 10, 20, 50} {
		if ten*n*5 >= most {
			return ten * n
		}
	}
	return ten * 100
}
