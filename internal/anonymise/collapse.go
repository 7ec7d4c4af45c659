package anonymise

import "math/bits"

const (
	stretch      = 1 << 15 // records packed at a time
	bucketGroups = 1 << 15 // keys that are told apart at a time, so that their table stays near the processor
)

// collapse counts equal records once, at the bottom of the lattice, and the values of every column. Keys are
// divided by their hash into buckets that are counted one by one; the order of the groups depends on the order of
// the records alone.
func (e *Engine) collapse(threads int) {
	keys := e.packed(threads)
	words := e.packing.words
	buckets := 1 << bits.Len(uint(e.data.rows/bucketGroups))
	divided, begin := divide(keys, words, buckets)
	found := make([]index, buckets)
	parallel(threads, buckets, func(_, i int) {
		x := &found[i]
		x.words = words
		from, to := begin[i], begin[i+1]
		x.begin(to - from)
		for at := from; at < to; at++ {
			x.add(divided[at*words:(at+1)*words], 1)
		}
		x.slots = nil
	})
	e.base = &groups{at: make(Vector, len(e.attributes))}
	for i := range found {
		e.base.keys = append(e.base.keys, found[i].keys...)
		e.base.counts = append(e.base.counts, found[i].count...)
	}
	e.tally()
}

// packed is the key of every record.
func (e *Engine) packed(threads int) []uint64 {
	words := e.packing.words
	keys := make([]uint64, e.data.rows*words)
	parallel(threads, (e.data.rows+stretch-1)/stretch, func(_, i int) {
		from, to := i*stretch, min((i+1)*stretch, e.data.rows)
		for j, a := range e.attributes {
			e.packing.fields[j].pack(keys, words, from, a.codes[from:to], a.lines)
		}
		for j, s := range e.secrets {
			e.packing.fields[len(e.attributes)+j].pack(keys, words, from, s.codes[from:to], nil)
		}
	})
	return keys
}

// pack puts codes, or the lines that stand for them, into the keys from a record on.
func (f field) pack(keys []uint64, words, from int, codes, lines []uint32) {
	at := from*words + f.word
	for _, code := range codes {
		if lines != nil {
			code = lines[code]
		}
		keys[at] |= uint64(code) << (f.shift & 63)
		at += words
	}
}

// divide sorts keys into buckets by their hash, keeping their order within each.
func divide(keys []uint64, words, buckets int) (divided []uint64, begin []int) {
	begin = make([]int, buckets+1)
	if buckets == 1 {
		begin[1] = len(keys) / words
		return keys, begin
	}
	shift := uint(64 - bits.Len(uint(buckets-1)))
	numbers := make([]uint16, len(keys)/words)
	for i := range numbers {
		numbers[i] = uint16(mix(keys[i*words:(i+1)*words]) * goldenRatio >> shift)
		begin[numbers[i]+1]++
	}
	for i := range buckets {
		begin[i+1] += begin[i]
	}
	next := append([]int(nil), begin...)
	divided = make([]uint64, len(keys))
	for i, b := range numbers {
		at := next[b]
		next[b]++
		copy(divided[at*words:(at+1)*words], keys[i*words:])
	}
	return divided, begin
}

// tally counts the records by their value in each column.
func (e *Engine) tally() {
	words := e.packing.words
	for j, a := range e.attributes {
		first := make([]int, a.hierarchy.rows)
		for i, n := range e.base.counts {
			first[e.packing.fields[j].of(e.base.keys[i*words:])] += int(n)
		}
		a.count(first)
	}
	for j, s := range e.secrets {
		f := e.packing.fields[len(e.attributes)+j]
		clear(s.count)
		for i, n := range e.base.counts {
			s.count[f.of(e.base.keys[i*words:])] += int(n)
		}
	}
}
