package anonymise

// look counts, for every column that is still open and every level of it, the records that are doomed when the
// column stands at that level and all others at high: in classes of too few records.
func (w *worker) look(r *region) {
	if r.ahead != nil {
		return
	}
	r.ahead = r.emptyAhead()
	for j := range r.low {
		w.lookAt(r, j)
	}
}

func (r *region) emptyAhead() [][]int {
	width := 0
	for _, l := range r.high {
		width += l + 1
	}
	space := make([]int, width)
	for i := range space {
		space[i] = r.doomed
	}
	ahead := make([][]int, len(r.high))
	for j, l := range r.high {
		ahead[j], space = space[:l+1], space[l+1:]
	}
	return ahead
}

// lookAt fills in one column.
func (w *worker) lookAt(r *region, j int) {
	if r.low[j] == r.high[j] {
		return
	}
	owed := 0
	for class, settled := range r.settled {
		if r.owed != nil {
			owed = r.owed[class]
		}
		from, to := int(r.begin[class]), int(r.begin[class+1])
		switch {
		case settled || to-from == 1: // doomed already, or large enough at every level
		case to-from == 2:
			w.lookAtPair(r, j, from, owed)
		default:
			w.lookAtMany(r, j, from, to, owed)
		}
	}
}

// lookAtPair looks at a class of two groups: they are apart up to a level.
func (w *worker) lookAtPair(r *region, j, at, owed int) {
	least := uint32(w.engine.least)
	sum := 0
	for _, n := range r.counts[at : at+2] {
		if n < least {
			sum += int(n)
		}
	}
	f, words := w.engine.packing.fields[j], w.engine.packing.words
	a := r.keys[at*words+f.word] >> (f.shift & 63) & f.mask
	b := r.keys[(at+1)*words+f.word] >> (f.shift & 63) & f.mask
	up := w.engine.attributes[j].maps
	for l := r.low[j]; l < r.high[j] && a != b; l++ {
		r.ahead[j][l] += max(0, sum-owed)
		a, b = uint64(up[l][l+1][a]), uint64(up[l][l+1][b])
	}
}

func (w *worker) lookAtMany(r *region, j, from, to, owed int) {
	least := uint32(w.engine.least)
	f, words := w.engine.packing.fields[j], w.engine.packing.words
	tally, codes := w.tally, w.touched[:0]
	shift, mask := f.shift&63, f.mask
	keys := r.keys[from*words+f.word:]
	for i, n := range r.counts[from:to] {
		code := uint32(keys[i*words] >> shift & mask)
		if tally[code] == 0 {
			codes = append(codes, code)
		}
		tally[code] += n
	}
	for l := r.low[j]; l < r.high[j]; l++ {
		if l > r.low[j] {
			codes = w.rise(w.engine.attributes[j].maps[l-1][l], codes)
		}
		sum := uint32(0)
		for _, code := range codes {
			if n := tally[code]; n < least {
				sum += n
			}
		}
		if int(sum) <= owed {
			break // what is owed is in doomed already
		}
		r.ahead[j][l] += int(sum) - owed
	}
	for _, code := range codes {
		tally[code] = 0
	}
	w.touched = codes[:0]
}

// rise adds up the codes of a level that become one at the next.
func (w *worker) rise(up []uint32, codes []uint32) []uint32 {
	tally, next, above := w.tally, w.tallyUp, w.touchedUp[:0]
	for _, code := range codes {
		higher := up[code]
		if next[higher] == 0 {
			above = append(above, higher)
		}
		next[higher] += tally[code]
		tally[code] = 0
	}
	for _, code := range above {
		tally[code], next[code] = next[code], 0
	}
	w.touchedUp = above
	return append(codes[:0], above...)
}
