package anonymise

import "math/bits"

// packing lays the codes of a record into a few words, a field of bits for each column: quasi-identifiers
// first, then sensitive columns. One change of level is one exclusive-or with a table entry.
type packing struct {
	words  int
	fields []field
	open   []uint64     // by word: the bits of the quasi-identifiers
	deltas [][][]uint64 // by column, from*levels+to: code to the bits that change
}

type field struct {
	word  int
	shift uint
	mask  uint64
}

func (f field) of(key []uint64) uint64 { return key[f.word] >> f.shift & f.mask }

func newPacking(attributes []*attribute, secrets []*secret) *packing {
	p := &packing{words: 1}
	used := uint(0)
	for _, a := range attributes {
		used = p.place(len(a.hierarchy.levels[0].values), used)
	}
	for _, s := range secrets {
		used = p.place(len(s.count), used)
	}
	p.open = make([]uint64, p.words)
	p.deltas = make([][][]uint64, len(attributes))
	for j, a := range attributes {
		f := p.fields[j]
		p.open[f.word] |= f.mask << f.shift
		p.deltas[j] = f.deltas(a)
	}
	return p
}

// place gives the next column its bits; no field straddles two words.
func (p *packing) place(values int, used uint) uint {
	width := uint(max(1, bits.Len(uint(values-1))))
	if used+width > 64 {
		p.words++
		used = 0
	}
	p.fields = append(p.fields, field{p.words - 1, used, 1<<width - 1})
	return used + width
}

func (f field) deltas(a *attribute) [][]uint64 {
	levels := a.height() + 1
	all := make([][]uint64, levels*levels)
	for low := range levels {
		for high := low + 1; high < levels; high++ {
			table := make([]uint64, len(a.maps[low][high]))
			for code, up := range a.maps[low][high] {
				table[code] = (uint64(code) ^ uint64(up)) << f.shift
			}
			all[low*levels+high] = table
		}
	}
	return all
}

// change is one column's step from a level to another.
type change struct {
	field
	table []uint64
}

func (p *packing) changes(attributes []*attribute, from, to Vector) []change {
	var list []change
	for j := range from {
		if from[j] != to[j] {
			list = append(list, change{p.fields[j], p.deltas[j][from[j]*(attributes[j].height()+1)+to[j]]})
		}
	}
	return list
}
