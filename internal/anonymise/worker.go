package anonymise

// worker evaluates vectors; it owns all the space it needs, so that each goroutine has one.
type worker struct {
	engine  *Engine
	items   index // records equal in all columns
	classes index // records equal in the quasi-identifiers
	classOf []int32
	begin   []int32 // where the items of a class begin in sorted
	sorted  []int32
	outlier []bool
	spectra []*spectrum
	tests   [][]test // by sensitive column
	counts  [][]int

	reliefs     [][]relief // by sensitive column
	rooms       []*layout  // of a sweep, by depth
	tallies     []uint32   // of a sketch, by hash
	next        layout
	spare       layout
	given       []layout // room of regions that are done with
	settled     []bool   // of the classes of next
	settledNext []bool
	slots       []int32
	shortSlots  []uint16
	codes       []uint32
	places      []int32 // by code
	tally       []uint32
	second      []uint32
	tallyUp     []uint32
	open        []int
	touched     []uint32
	touchedUp   []uint32
}

func (e *Engine) newWorker() *worker {
	w := &worker{engine: e, items: index{words: e.packing.words}, classes: index{words: e.packing.words}}
	for _, s := range e.secrets {
		w.spectra = append(w.spectra, newSpectrum(len(s.count)))
		var tests []test
		var reliefs []relief
		for _, m := range e.models {
			if m.Attribute() == s.name {
				tests = append(tests, m.test(&s.population))
				if r := m.relief(&s.population); r != nil {
					reliefs = append(reliefs, r)
				}
			}
		}
		w.tests = append(w.tests, tests)
		w.reliefs = append(w.reliefs, reliefs)
	}
	widest := 0
	for _, a := range e.attributes {
		widest = max(widest, len(a.counts[0]))
		w.counts = append(w.counts, make([]int, len(a.hierarchy.levels[0].values)))
	}
	w.places = make([]int32, widest)
	w.tally, w.second, w.tallyUp = make([]uint32, widest), make([]uint32, widest), make([]uint32, widest)
	return w
}

// evaluate groups the records of base at a more general vector and judges its classes, giving up as soon as
// more than limit records are suppressed. The groups and the partition live until the worker's next call.
func (w *worker) evaluate(base *groups, v Vector, limit int) (*groups, *partition) {
	g := base
	if changes := w.engine.packing.changes(w.engine.attributes, base.at, v); len(changes) > 0 {
		g = w.items.regroup(base, changes, v)
	}
	p := &partition{vector: v}
	keys, sizes := w.classify(g)
	if int(w.under(sizes)) > limit {
		return g, p
	}
	if p.acceptable = w.judge(g, sizes, p, limit); p.acceptable {
		w.measure(keys, sizes, p)
	}
	return g, p
}

// classify joins the groups that differ in sensitive values alone.
func (w *worker) classify(g *groups) (keys []uint64, sizes []uint32) {
	if len(w.engine.secrets) == 0 {
		return g.keys, g.counts
	}
	open, words := w.engine.packing.open, w.engine.packing.words
	w.classes.begin(g.size())
	w.classOf = w.classOf[:0]
	if words == 1 {
		for i, key := range g.keys {
			w.classOf = append(w.classOf, w.classes.addWord(key&open[0], g.counts[i]))
		}
		return w.classes.keys, w.classes.count
	}
	key := make([]uint64, words)
	for i, n := range g.counts {
		for word := range key {
			key[word] = g.keys[i*words+word] & open[word]
		}
		w.classOf = append(w.classOf, w.classes.add(key, n))
	}
	return w.classes.keys, w.classes.count
}
