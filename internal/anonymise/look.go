package anonymise

// look counts, for every column that is still open and every level of it, the records that are doomed when the
// column stands at that level and all others at high: in classes of too few records.
func (w *worker) look(r *region) {
	if r.ahead != nil {
		return
	}
	r.ahead = r.emptyAhead()
	open := w.open[:0]
	for j := range r.low {
		if r.low[j] < r.high[j] {
			open = append(open, j)
		}
	}
	w.open = open
	w.lookAt(r, open)
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

// manyGroups are tallied for two columns at a time, which a processor does in little more time than for one.
const manyGroups = 32

// lookAt fills in some open columns.
func (w *worker) lookAt(r *region, open []int) {
	owed := 0
	for class, settled := range r.settled {
		from, to := int(r.begin[class]), int(r.begin[class+1])
		if settled || to-from == 1 {
			continue // doomed already, or large enough at every level
		}
		if r.owed != nil {
			owed = r.owed[class]
		}
		switch {
		case to-from == 2:
			for _, j := range open {
				w.lookAtPair(r, j, from, owed)
			}
		case to-from < manyGroups:
			for _, j := range open {
				w.lookAtFew(r, j, from, to, owed)
			}
		default:
			for i := 0; i < len(open); i += 2 {
				w.lookAtMany(r, open[i:min(i+2, len(open))], from, to, owed)
			}
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

func (w *worker) lookAtFew(r *region, j, from, to, owed int) {
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
	w.touched = w.climb(r, j, tally, codes, owed)
}

// lookAtMany tallies two columns side by side.
func (w *worker) lookAtMany(r *region, pair []int, from, to, owed int) {
	words := w.engine.packing.words
	f, g := w.engine.packing.fields[pair[0]], w.engine.packing.fields[pair[len(pair)-1]]
	one, two := w.tally, w.second
	shift, mask := f.shift&63, f.mask
	shift2, mask2 := g.shift&63, g.mask
	if words == 1 {
		keys := r.keys[from:to]
		for i, n := range r.counts[from:to] {
			key := keys[i]
			one[key>>shift&mask] += n
			two[key>>shift2&mask2] += n
		}
	} else {
		keys, keys2 := r.keys[from*words+f.word:], r.keys[from*words+g.word:]
		for i, n := range r.counts[from:to] {
			one[keys[i*words]>>shift&mask] += n
			two[keys2[i*words]>>shift2&mask2] += n
		}
	}
	for i, tally := range [][]uint32{one, two} {
		if i == len(pair) {
			clear(tally) // the same column again
			break
		}
		codes := w.touched[:0]
		for code := range w.engine.attributes[pair[i]].counts[r.low[pair[i]]] {
			if tally[code] > 0 {
				codes = append(codes, uint32(code))
			}
		}
		w.touched = w.climb(r, pair[i], tally, codes, owed)
	}
}

// climb counts the records in too small parts of a class, level by level, and empties the tally.
func (w *worker) climb(r *region, j int, tally, codes []uint32, owed int) []uint32 {
	least := uint32(w.engine.least)
	for l := r.low[j]; l < r.high[j]; l++ {
		if l > r.low[j] {
			codes = w.rise(w.engine.attributes[j].maps[l-1][l], tally, codes)
		}
		sum := uint32(0)
		for _, code := range codes {
			n := tally[code]
			sum += n & uint32((int64(n)-int64(least))>>63) // as weighClass
		}
		if int(sum) <= owed {
			break // what is owed is in doomed already
		}
		r.ahead[j][l] += int(sum) - owed
	}
	for _, code := range codes {
		tally[code] = 0
	}
	return codes[:0]
}

// rise adds up the codes of a level that become one at the next.
func (w *worker) rise(up, tally, codes []uint32) []uint32 {
	next, above := w.tallyUp, w.touchedUp[:0]
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
