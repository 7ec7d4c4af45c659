package anonymise

// judge marks the outliers and reports whether no more than limit records are in them.
func (w *worker) judge(g *groups, sizes []uint32, p *partition, limit int) bool {
	w.outlier = resize(w.outlier, len(sizes))
	if len(w.engine.secrets) > 0 {
		w.sortByClass(len(sizes))
	}
	for class, n := range sizes {
		w.outlier[class] = int(n) < w.engine.least || !w.passes(g, class)
		if w.outlier[class] {
			p.suppressed += int(n)
			p.outliers++
			if p.suppressed > limit {
				return false
			}
		}
	}
	return true
}

// passes asks every model with a sensitive column about one class; its size has been asked already.
func (w *worker) passes(g *groups, class int) bool {
	for s, tests := range w.tests {
		f := w.engine.packing.fields[len(w.engine.attributes)+s]
		spectrum := w.spectra[s]
		spectrum.reset()
		for _, item := range w.sorted[w.begin[class]:w.begin[class+1]] {
			spectrum.add(uint32(f.of(g.keys[int(item)*w.engine.packing.words:])), int(g.counts[item]))
		}
		for _, passes := range tests {
			if !passes(spectrum) {
				return false
			}
		}
	}
	return true
}

// sortByClass lists the items of each class together.
func (w *worker) sortByClass(classes int) {
	w.begin = resize(w.begin, classes+1)
	clear(w.begin)
	w.sorted = resize(w.sorted, len(w.classOf))
	for _, class := range w.classOf {
		w.begin[class]++
	}
	end := int32(0)
	for class, n := range w.begin {
		end += n
		w.begin[class] = end
	}
	for item := len(w.classOf) - 1; item >= 0; item-- {
		class := w.classOf[item]
		w.begin[class]--
		w.sorted[w.begin[class]] = int32(item)
	}
}

func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
