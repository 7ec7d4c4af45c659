package anonymise

import "math/bits"

// groups counts the records that are equal at a vector of levels, sensitive values included.
type groups struct {
	at     Vector
	keys   []uint64 // words for each group
	counts []uint32
}

func (g *groups) size() int { return len(g.counts) }

// index is an open-addressed table from keys to groups, used again for each grouping.
type index struct {
	words  int
	slots  []int32 // number of the group plus 1, or 0
	shift  uint
	keys   []uint64
	count  []uint32
	lifted []uint64
}

// begin empties the index for at most n keys.
func (x *index) begin(n int) {
	x.slots, x.shift = emptySlots(x.slots, n)
	x.keys, x.count = x.keys[:0], x.count[:0]
}

// emptySlots is a table for at most n keys, in the space given, and how far a hash is shifted to find a slot.
func emptySlots[T uint16 | uint32 | int32](space []T, n int) (slots []T, shift uint) {
	size := 1 << bits.Len(uint(2*max(n, 4)-1))
	slots = resize(space, size)
	clear(slots)
	return slots, uint(64 - bits.Len(uint(size-1)))
}

const goldenRatio = 0x9e3779b97f4a7c15

// addWord counts n records of a key of one word, and gives its group.
func (x *index) addWord(key uint64, n uint32) int32 {
	mask := uint64(len(x.slots) - 1)
	for h := (key ^ key>>29) * goldenRatio >> x.shift; ; h = (h + 1) & mask {
		g := x.slots[h]
		if g == 0 {
			x.keys = append(x.keys, key)
			x.count = append(x.count, n)
			x.slots[h] = int32(len(x.count))
			return int32(len(x.count) - 1)
		}
		if x.keys[g-1] == key {
			x.count[g-1] += n
			return g - 1
		}
	}
}

// add counts n records of a key, and gives its group.
func (x *index) add(key []uint64, n uint32) int32 {
	if x.words == 1 {
		return x.addWord(key[0], n)
	}
	mask := uint64(len(x.slots) - 1)
	for h := mix(key) >> x.shift; ; h = (h + 1) & mask {
		g := x.slots[h]
		if g == 0 {
			x.keys = append(x.keys, key...)
			x.count = append(x.count, n)
			x.slots[h] = int32(len(x.count))
			return int32(len(x.count) - 1)
		}
		if equal(x.keys[int(g-1)*x.words:], key) {
			x.count[g-1] += n
			return g - 1
		}
	}
}

func mix(key []uint64) uint64 {
	h := uint64(0)
	for _, word := range key {
		h = (h ^ word ^ word>>29) * goldenRatio
		h ^= h >> 32
	}
	return h * goldenRatio
}

func equal(stored, key []uint64) bool {
	for i, word := range key {
		if stored[i] != word {
			return false
		}
	}
	return true
}

// regroup lifts groups to a more general vector. The result lives in the index until its next use.
func (x *index) regroup(from *groups, changes []change, at Vector) *groups {
	x.begin(from.size())
	if x.words == 1 {
		x.liftWords(from, changes)
	} else {
		x.lift(from, changes)
	}
	return &groups{at: at, keys: x.keys, counts: x.count}
}

// liftWords works column by column: short loops over all the keys are several times faster than one long loop.
func (x *index) liftWords(from *groups, changes []change) {
	lifted := resize(x.lifted, len(from.keys))
	x.lifted = lifted
	copy(lifted, from.keys)
	for _, c := range changes {
		table, shift, mask := c.table, c.shift&63, c.mask
		for i, key := range lifted {
			lifted[i] = key ^ table[key>>shift&mask]
		}
	}
	for i, key := range lifted {
		x.addWord(key, from.counts[i])
	}
}

func (x *index) lift(from *groups, changes []change) {
	lifted := make([]uint64, x.words)
	for i := range from.counts {
		copy(lifted, from.keys[i*x.words:])
		for _, c := range changes {
			lifted[c.word] ^= c.table[lifted[c.word]>>c.shift&c.mask]
		}
		x.add(lifted, from.counts[i])
	}
}
