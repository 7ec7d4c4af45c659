package backoffice

import (
	"fmt"
	"strconv"

	"guichet/internal/design"
	"guichet/internal/release"
	"guichet/internal/text"
)

// plot is a drawing of figures that stand in a table beneath it. It is told apart by shape and letter, not by colour.
type plot struct {
	id, title, says string
	across, up      string // what the axes measure
	xTicks, yTicks  []plotTick
	bars            []plotBar
	marks           []plotMark
	limit           *plotLimit
	left, right     int // of the drawing, in its own units
	top, bottom     int
	width, height   int
	acrossAt, upAt  int
}

type plotTick struct {
	at    int
	label string
}

// plotMark is a point: its shape says the delay, whether it is filled that it may be registered.
type plotMark struct {
	x, y         int
	shape        string // circle, square, triangle
	filled, ring bool
	label        string
}

type plotBar struct{ x, y, width, height int }

// plotLimit is a dashed line with its words.
type plotLimit struct {
	at    int
	label string
}

// newPlot is an empty drawing with room for its axes.
func newPlot(id, title, says string) *plot {
	return &plot{id: id, title: title, says: says, left: 56, right: 468, top: 14, bottom: 286, width: 480, height: 336, acrossAt: 262, upAt: 150}
}

// x places a share of the width, y a share of the height from below.
func (c *plot) x(share float64) int { return c.left + int(share*float64(c.right-c.left)+0.5) }

func (c *plot) y(share float64) int { return c.bottom - int(share*float64(c.bottom-c.top)+0.5) }

func (c *plot) viewBox() string { return fmt.Sprintf("0 0 %d %d", c.width, c.height) }

func (c *plot) axes() string {
	return fmt.Sprintf("M%d %dV%dH%d", c.left, c.top, c.bottom, c.right)
}

// turned writes upwards what the axis that goes up measures.
func (c *plot) turned() string { return fmt.Sprintf("rotate(-90 12 %d)", c.upAt) }

// points are the corners of a triangle about a mark.
func (m plotMark) points() string {
	return fmt.Sprintf("%d,%d %d,%d %d,%d", m.x, m.y-7, m.x-7, m.y+6, m.x+7, m.y+6)
}

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
	c := newPlot("trade-off", p.T("desk.design.chart"), p.T("desk.design.chart_says"))
	c.across, c.up = p.T("desk.design.withheld"), p.T("desk.design.loss")
	for i := range 5 {
		share := float64(i) / 4
		c.xTicks = append(c.xTicks, plotTick{c.x(share), p.Percent(share, 0)})
		c.yTicks = append(c.yTicks, plotTick{c.y(share), p.Decimal(share, 2)})
	}
	place := func(f design.Figures, label string) plotMark {
		return plotMark{x: c.x(f.Withheld()), y: c.y(f.Loss), shape: shapeOf(f), filled: d.Passes(f), label: label}
	}
	for i, f := range points {
		c.marks = append(c.marks, place(f, pointName(i)))
	}
	own := place(d.Current, p.T("desk.design.own_mark"))
	own.ring = true
	c.marks = append(c.marks, own)
	c.limit = &plotLimit{c.x(1 - d.Procedure.Release.Floor), p.T("desk.design.floor_line", "share", p.Percent(d.Procedure.Release.Floor, 0))}
	return c
}

// pointName names the i-th point of a chart.
func pointName(i int) string { return string(rune('A' + i)) }

// seriesChart draws what is released month by month, of what was closed.
func seriesChart(p text.Printer, d *release.Design, f design.Figures) *plot {
	c := newPlot("series", p.T("desk.design.series"), p.T("desk.design.series_says"))
	c.across, c.up = p.T("desk.design.month"), p.T("desk.design.released_rows")
	most := 1
	for _, m := range f.Months {
		most = max(most, m.Released, m.Closed)
	}
	for i := range 5 {
		c.yTicks = append(c.yTicks, plotTick{c.y(float64(i) / 4), p.Int(int64(most * i / 4))})
	}
	step := float64(c.right-c.left) / float64(len(f.Months))
	for i, m := range f.Months {
		x := c.left + int(float64(i)*step)
		y := c.y(float64(m.Released) / float64(most))
		c.bars = append(c.bars, plotBar{x + 1, y, max(int(step)-2, 1), c.bottom - y})
		closed := c.y(float64(m.Closed) / float64(most))
		c.bars = append(c.bars, plotBar{x + 1, closed, max(int(step)-2, 1), 1})
		if i%(len(f.Months)/6+1) == 0 {
			c.xTicks = append(c.xTicks, plotTick{x + int(step/2), d.Months[i].Format("01/2006")})
		}
	}
	return c
}
