package anonymise

// partition is what a vector of levels does to the records: the classes, and which of them are outliers.
type partition struct {
	vector       Vector
	acceptable   bool // suppressed <= the limit; where false in a search, the figures below are not complete
	suppressed   int  // records in outliers
	classes      int
	outliers     int
	smallest     int    // of the classes kept; 0 when none is
	squares      uint64 // of the sizes of all classes
	keptSquares  uint64
	suppressedBy [][]int // by column and code at its level: suppressed records
}

// suppressedShare is the sum over the suppressed records of the lines that their value in column j stands for.
func (p *partition) suppressedShare(j int, a *attribute) int {
	sum := 0
	share := a.hierarchy.levels[p.vector[j]].share
	for code, n := range p.suppressedBy[j] {
		sum += n * share[code]
	}
	return sum
}

// measure takes the figures that metrics are made of, all whole numbers.
func (w *worker) measure(keys []uint64, sizes []uint32, p *partition) {
	p.classes = len(sizes)
	p.suppressedBy = make([][]int, len(p.vector))
	for j, l := range p.vector {
		p.suppressedBy[j] = w.counts[j][:len(w.engine.attributes[j].hierarchy.levels[l].values)]
		clear(p.suppressedBy[j])
	}
	for class, n := range sizes {
		square := uint64(n) * uint64(n)
		p.squares += square
		if !w.outlier[class] {
			p.keptSquares += square
			if p.smallest == 0 || int(n) < p.smallest {
				p.smallest = int(n)
			}
			continue
		}
		key := keys[class*w.engine.packing.words:]
		for j := range p.vector {
			p.suppressedBy[j][w.engine.packing.fields[j].of(key)] += int(n)
		}
	}
}
