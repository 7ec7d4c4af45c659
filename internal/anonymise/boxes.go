package anonymise

import (
	"slices"

	"guichet/internal/fault"
)

// Boxes is the second method: it divides the whole space of the quasi-identifiers into disjoint boxes, each with
// classes of its own, instead of generalising a column alike for all records. Nothing is suppressed and less is
// lost, but the boxes follow the data: it is for a cohort that is published once, never for a series.
type Boxes struct {
	engine *Engine
	list   []*box
	tried  int
}

// box is one value for every column: a value of the hierarchy, or several that have the same value above them.
type box struct {
	sides  []side
	groups []int32 // of the base, those whose records are in the box
	size   int
}

// side is what a box covers of one column.
type side struct {
	level   int
	members []uint32 // codes at the level, ascending
	lines   int      // of the hierarchy's file
}

// Boxes divides the space. Every box keeps all models, whatever the data; where not even the whole does, Found of
// the result is false. Columns are cut where least is lost, and some cuts are left out by a draw that depends on
// all records of a box, so that from a cut that was not made nobody can tell that a part was too small.
func (e *Engine) Boxes(threads int) (b *Boxes, r Result, err error) {
	defer fault.Wrap(&err, "anonymise.Boxes")
	if e.metric.Name != Loss {
		return nil, Result{}, problem("case", 0, "boxes are measured by loss alone", `take "metric": {"name": "loss"}`)
	}
	b = &Boxes{engine: e}
	cutters := make([]*cutter, max(1, threads))
	for i := range cutters {
		cutters[i] = newCutter(e)
	}
	whole := b.whole()
	b.tried++
	if !cutters[0].keeps(whole) {
		return b, Result{Records: e.data.rows, Checked: 1}, nil
	}
	for open := []*box{whole}; len(open) > 0; {
		parts := make([][]*box, len(open))
		parallel(len(cutters), len(open), func(thread, i int) { parts[i] = cutters[thread].cut(open[i]) })
		b.tried += len(open)
		var next []*box
		for i, cut := range parts {
			if cut == nil {
				b.list = append(b.list, open[i])
			}
			next = append(next, cut...)
		}
		open = next
	}
	return b, b.result(), nil
}

// whole is the box of everything.
func (b *Boxes) whole() *box {
	e := b.engine
	x := &box{size: e.data.rows, groups: make([]int32, len(e.base.counts))}
	for i := range x.groups {
		x.groups[i] = int32(i)
	}
	for _, a := range e.attributes {
		s := side{level: a.height(), lines: a.hierarchy.rows}
		for code := range a.hierarchy.levels[s.level].values {
			s.members = append(s.members, uint32(code))
		}
		x.sides = append(x.sides, s)
	}
	return x
}

// result measures the boxes as the definitions measure classes: the share of its column that each value stands for.
func (b *Boxes) result() Result {
	r := Result{Found: true, Records: b.engine.data.rows, Classes: len(b.list), Checked: b.tried, Smallest: b.list[0].size}
	c := b.engine.cost.(*lossCost)
	losses := make([]float64, len(b.engine.attributes))
	for _, x := range b.list {
		r.Smallest = min(r.Smallest, x.size)
	}
	for j := range losses {
		losses[j] = c.loss(j, c.generalise*float64(b.linesOf(j)), 0)
	}
	r.Utility = c.join(losses)
	return r
}

// linesOf adds up over all records the lines that their box stands for in a column.
func (b *Boxes) linesOf(j int) int {
	sum := 0
	for _, x := range b.list {
		sum += x.size * x.sides[j].lines
	}
	return sum
}

// with is the box with another side and other records.
func (x *box) with(j int, s side, groups []int32, size int) *box {
	sides := slices.Clone(x.sides)
	sides[j] = s
	return &box{sides, groups, size}
}
