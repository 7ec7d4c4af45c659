package anonymise

import "slices"

// region is a box of the lattice: all vectors from low to high. It holds the records grouped at low and, over
// them, classed at high. Every vector of the box has classes that are unions of the groups and parts of the
// classes: what is too small at high is too small everywhere, and what is lost at low is lost everywhere.
type region struct {
	low, high Vector
	layout
	owed    []int   // by class: records that must leave it; nil without sensitive columns
	settled []bool  // by class: splitting it further changes nothing
	doomed  int     // records that every vector of the box suppresses; beyond the limit the region holds no groups
	small   int     // records in groups of too few
	ahead   [][]int // by column and level, once looked at: records doomed if the column stood there
	floor   figures
	waiting int // branches of it that are not explored yet
}

// layout is groups of records, those of a class together.
type layout struct {
	keys   []uint64 // words for each group
	counts []uint32
	begin  []int32 // where each class begins in the groups, and where the last one ends
}

func (y *layout) classes() int { return len(y.begin) - 1 }

// figures bound what metrics of classes can come to anywhere in a box.
type figures struct {
	squares uint64 // at least, of the sizes of all classes
	kept    int    // at most, classes kept
}

// single reports that the box is one vector.
func (r *region) single() bool {
	for j := range r.low {
		if r.low[j] < r.high[j] {
			return false
		}
	}
	return true
}

// root is the whole lattice.
func (w *worker) root() *region {
	e := w.engine
	bottom := make(Vector, len(e.heights))
	whole := &region{low: bottom, high: e.heights, settled: []bool{false}}
	whole.layout = layout{e.base.keys, e.base.counts, []int32{0, int32(len(e.base.counts))}}
	var finer []int
	for j, a := range e.attributes {
		if len(a.counts[a.height()]) > 1 { // a hierarchy whose top is more than one value
			finer = append(finer, j)
		}
	}
	return w.rebuild(whole, bottom, e.heights, finer)
}

// restrict makes the region of a smaller box.
func (w *worker) restrict(r *region, low, high Vector) *region {
	var finer []int
	for j := range high {
		if high[j] < r.high[j] {
			finer = append(finer, j)
		}
	}
	out := w.rebuild(r, low, high, finer)
	out.ahead = nil
	return out
}

// rebuild splits the classes of a region by some columns at high, lifts its groups to low, and appraises it.
func (w *worker) rebuild(r *region, low, high Vector, finer []int) *region {
	e, from := w.engine, &r.layout
	w.settled = append(w.settled[:0], r.settled...)
	for _, j := range finer {
		w.split(from, e.packing.fields[j], e.attributes[j].maps[r.low[j]][high[j]])
		from = &w.next
	}
	if from != &w.next {
		w.next.copyOf(from)
	}
	owed, doomed := w.owed(&w.next)
	if doomed > e.limit {
		return &region{low: low, high: high, doomed: doomed}
	}
	changes := w.changes(r.low, low)
	for _, c := range changes {
		w.next.lift(c, e.packing.words)
	}
	if len(changes) > 0 {
		w.merge()
	}
	out := &region{low: low, high: high, layout: w.space(len(w.next.keys)), owed: owed}
	out.copyOf(&w.next)
	w.appraise(out)
	return out
}

// space is room for so many words that a region has given back, if there is some of about that size: memory that
// was just used is faster than new memory.
func (w *worker) space(words int) layout {
	for i := len(w.given) - 1; i >= 0; i-- {
		if n := cap(w.given[i].keys); n >= words && n <= 4*words {
			y := w.given[i]
			w.given = slices.Delete(w.given, i, i+1)
			return y
		}
	}
	return layout{}
}

// mostGiven is how much room a worker keeps.
const mostGiven = 16

// giveBack takes the room of a region that is no longer needed.
func (w *worker) giveBack(r *region) {
	if r.keys == nil {
		return
	}
	if len(w.given) == mostGiven {
		w.given = slices.Delete(w.given, 0, 1)
	}
	w.given = append(w.given, r.layout)
	r.layout = layout{}
}

func (y *layout) copyOf(other *layout) {
	y.keys = append(y.keys[:0], other.keys...)
	y.counts = append(y.counts[:0], other.counts...)
	y.begin = append(y.begin[:0], other.begin...)
}

// lift raises one column of all groups.
func (y *layout) lift(c change, words int) {
	table, shift, mask := c.table, c.shift&63, c.mask
	if words == 1 {
		for i, key := range y.keys {
			y.keys[i] = key ^ table[key>>shift&mask]
		}
		return
	}
	for i := c.word; i < len(y.keys); i += words {
		key := y.keys[i]
		y.keys[i] = key ^ table[key>>shift&mask]
	}
}

// appraise works out what every vector of a box suppresses and costs at least.
func (w *worker) appraise(r *region) {
	least := uint32(w.engine.least)
	r.settled = make([]bool, r.classes())
	for class := range r.settled {
		size, small := w.weighClass(r, r.counts[r.begin[class]:r.begin[class+1]], least)
		r.small += int(small)
		if size < least {
			r.doomed += int(size)
			r.settled[class] = true
			continue
		}
		r.floor.kept += int(small / least)
		if r.owed != nil {
			r.doomed += r.owed[class]
		} else {
			r.settled[class] = small == 0
		}
	}
}

// weighClass adds up a class and its groups of too few records. The sizes are as good as random, so nothing
// branches on them: a mask of all ones or none takes the place of a condition.
func (w *worker) weighClass(r *region, counts []uint32, least uint32) (size, small uint32) {
	if w.engine.sized {
		for _, n := range counts {
			r.floor.squares += uint64(n) * uint64(n)
		}
	}
	few := uint32(0)
	for _, n := range counts {
		under := uint32((int64(n) - int64(least)) >> 63)
		size += n
		small += n & under
		few -= under
	}
	r.floor.kept += len(counts) - int(few)
	return size, small
}

// owed is how many records must leave each class, with their sum; it ends where that is beyond the limit. Without
// sensitive columns nothing more is owed than sizes tell.
func (w *worker) owed(y *layout) (list []int, sum int) {
	if len(w.engine.secrets) == 0 {
		return nil, 0
	}
	list = make([]int, y.classes())
	for class := range list {
		list[class] = w.relieve(y, class)
		if sum += list[class]; sum > w.engine.limit {
			break
		}
	}
	return list, sum
}

// relieve is how many records of a class must go at the least before it could pass.
func (w *worker) relieve(y *layout, class int) int {
	most := 0
	words := w.engine.packing.words
	for s, reliefs := range w.reliefs {
		f := w.engine.packing.fields[len(w.engine.attributes)+s]
		spectrum := w.spectra[s]
		spectrum.reset()
		for i := y.begin[class]; i < y.begin[class+1]; i++ {
			spectrum.add(uint32(f.of(y.keys[int(i)*words:])), int(y.counts[i]))
		}
		if spectrum.records < w.engine.least {
			return spectrum.records
		}
		for _, relief := range reliefs {
			most = max(most, relief(spectrum))
		}
	}
	return most
}
