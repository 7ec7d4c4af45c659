package anonymise

import (
	"cmp"
	"math"
	"slices"
)

// cutter cuts boxes; it owns all the space it needs, so that each goroutine has one.
type cutter struct {
	engine *Engine
	worker *worker
	tally  []int
	part   []int32 // by code: the part it goes to
}

func newCutter(e *Engine) *cutter {
	w := e.newWorker()
	return &cutter{engine: e, worker: w, tally: make([]int, len(w.tally)), part: make([]int32, len(w.tally))}
}

// piece is what one part of a cut has of a side.
type piece struct {
	members []uint32
	size    int
	lines   int
}

// cut makes the best cut of a box, or none: then the result is nil and the box is final.
func (c *cutter) cut(x *box) []*box {
	if x.size < 2*c.engine.least {
		return nil
	}
	type plan struct {
		column, level int
		pieces        []piece
		worth         float64
	}
	var plans []plan
	for j := range x.sides {
		if c.leftOut(x, j) {
			continue
		}
		if level, pieces := c.pieces(x, j); len(pieces) > 1 {
			plans = append(plans, plan{j, level, pieces, c.worth(x, j, pieces)})
		}
	}
	slices.SortStableFunc(plans, func(a, b plan) int { return cmp.Compare(b.worth, a.worth) })
	for _, p := range plans {
		parts := c.divide(x, p.column, p.level, p.pieces)
		if len(c.engine.secrets) == 0 || !slices.ContainsFunc(parts, func(part *box) bool { return !c.keeps(part) }) {
			return parts
		}
	}
	return nil
}

// leftOut draws one cut in eight, by the quasi-identifiers of all records of the box.
func (c *cutter) leftOut(x *box, j int) bool {
	words, open := c.engine.packing.words, c.engine.packing.open
	sum := uint64(j + 1)
	for _, g := range x.groups {
		for word := range words {
			key := c.engine.base.keys[int(g)*words+word] & open[word]
			sum += (key ^ key>>29 ^ uint64(word)) * goldenRatio * uint64(c.engine.base.counts[g])
		}
	}
	return mix([]uint64{sum})>>61 == 0
}

// pieces divides a side by the values under it into pieces of enough records each, which cover it whole.
func (c *cutter) pieces(x *box, j int) (level int, pieces []piece) {
	a, s := c.engine.attributes[j], x.sides[j]
	members := s.members
	for level = s.level; len(members) == 1; level-- {
		if level == 0 {
			return 0, nil
		}
		members = a.below(level, members[0])
	}
	f, words := c.engine.packing.fields[j], c.engine.packing.words
	up := a.maps[0][level]
	for _, g := range x.groups {
		c.tally[up[f.of(c.engine.base.keys[int(g)*words:])]] += int(c.engine.base.counts[g])
	}
	for _, code := range members {
		pieces = append(pieces, piece{[]uint32{code}, c.tally[code], a.hierarchy.levels[level].share[code]})
		c.tally[code] = 0
	}
	return level, joinSmall(pieces, c.engine.least)
}

// joinSmall joins pieces until each has enough records: the small ones with each other, and what is still too
// little with the smallest of the others.
func joinSmall(pieces []piece, least int) []piece {
	slices.SortStableFunc(pieces, func(a, b piece) int { return cmp.Compare(b.size, a.size) })
	var done []piece
	var rest piece
	for _, p := range pieces {
		if p.size >= least {
			done = append(done, p)
			continue
		}
		rest = piece{append(rest.members, p.members...), rest.size + p.size, rest.lines + p.lines}
		if rest.size >= least {
			done, rest = append(done, rest), piece{}
		}
	}
	if len(rest.members) == 0 || len(done) == 0 {
		return done
	}
	last := &done[0]
	for i := range done {
		if done[i].size < last.size {
			last = &done[i]
		}
	}
	*last = piece{append(slices.Clone(last.members), rest.members...), last.size + rest.size, last.lines + rest.lines}
	return done
}

// below lists the values under one.
func (a *attribute) below(level int, value uint32) []uint32 {
	var list []uint32
	for code, up := range a.hierarchy.levels[level-1].up {
		if up == value {
			list = append(list, uint32(code))
		}
	}
	return list
}

// worth is what a cut saves of the loss, for what it takes of the room for other cuts.
func (c *cutter) worth(x *box, j int, pieces []piece) float64 {
	saved, bits := 0.0, 0.0
	for _, p := range pieces {
		saved += float64(p.size) * float64(x.sides[j].lines-p.lines)
		bits += float64(p.size) * math.Log2(float64(x.size)/float64(p.size))
	}
	return saved / float64(c.engine.attributes[j].hierarchy.rows-1) / bits
}

// divide carries out a cut.
func (c *cutter) divide(x *box, j, level int, pieces []piece) []*box {
	a, f, words := c.engine.attributes[j], c.engine.packing.fields[j], c.engine.packing.words
	parts := make([]*box, len(pieces))
	for i, p := range pieces {
		slices.Sort(p.members)
		for _, code := range p.members {
			c.part[code] = int32(i)
		}
		parts[i] = x.with(j, side{level, p.members, p.lines}, nil, p.size)
	}
	up := a.maps[0][level]
	for _, g := range x.groups {
		part := parts[c.part[up[f.of(c.engine.base.keys[int(g)*words:])]]]
		part.groups = append(part.groups, g)
	}
	return parts
}

// keeps reports that a box keeps every model.
func (c *cutter) keeps(x *box) bool {
	if x.size < c.engine.least {
		return false
	}
	e, w := c.engine, c.worker
	for s, tests := range w.tests {
		f := e.packing.fields[len(e.attributes)+s]
		spectrum := w.spectra[s]
		spectrum.reset()
		for _, g := range x.groups {
			spectrum.add(uint32(f.of(e.base.keys[int(g)*e.packing.words:])), int(e.base.counts[g]))
		}
		for _, passes := range tests {
			if !passes(spectrum) {
				return false
			}
		}
	}
	return true
}
