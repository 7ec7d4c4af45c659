package anonymise

import "encoding/binary"

// dictionary numbers the values of one column in one part of a text, by their bytes: no string is made of a value
// that was met before.
type dictionary struct {
	codes  []uint32 // by row
	slots  []uint32 // code plus 1, or 0
	shift  uint
	heads  []uint64 // of each value: its first eight bytes
	values [][]byte // in the text
	lines  []int    // where each value was first met, from 1
}

func newDictionary(rows int) dictionary {
	return dictionary{codes: make([]uint32, 0, rows), slots: make([]uint32, 64), shift: 58}
}

// headOf is the first eight bytes of a value that stands in a text, with zeros where it is shorter.
func headOf(text []byte, from, to int) uint64 {
	if from+8 <= len(text) {
		head := binary.LittleEndian.Uint64(text[from:])
		if to-from < 8 {
			head &= 1<<(8*uint(to-from)) - 1
		}
		return head
	}
	head := uint64(0)
	for i := to - 1; i >= from; i-- {
		head = head<<8 | uint64(text[i])
	}
	return head
}

// hash mixes the first and the last bytes and the length.
func hash(head uint64, value []byte) uint64 {
	h := head ^ uint64(len(value))<<56
	if len(value) > 8 {
		h = h*goldenRatio ^ binary.LittleEndian.Uint64(value[len(value)-8:])
		if len(value) > 16 {
			for rest := value[8 : len(value)-8]; len(rest) >= 8; rest = rest[8:] {
				h = h*goldenRatio ^ binary.LittleEndian.Uint64(rest)
			}
		}
	}
	return (h ^ h>>29) * goldenRatio
}

// add notes the value of the next row, which stands in the text.
func (d *dictionary) add(text []byte, from, to, line int) {
	value := text[from:to]
	m := headOf(text, from, to)
	h := hash(m, value)
	for at := h >> d.shift; ; at = (at + 1) & uint64(len(d.slots)-1) {
		code := d.slots[at]
		if code == 0 {
			d.slots[at] = uint32(len(d.values)) + 1
			d.codes = append(d.codes, uint32(len(d.values)))
			d.heads, d.values, d.lines = append(d.heads, m), append(d.values, value), append(d.lines, line)
			if 2*len(d.values) > len(d.slots) {
				d.grow()
			}
			return
		}
		if known := d.values[code-1]; d.heads[code-1] == m && len(known) == len(value) && (len(value) <= 8 || string(known) == string(value)) {
			d.codes = append(d.codes, code-1)
			return
		}
	}
}

func (d *dictionary) grow() {
	d.slots = make([]uint32, 4*len(d.slots))
	d.shift -= 2
	for code, value := range d.values {
		at := hash(d.heads[code], value) >> d.shift
		for d.slots[at] != 0 {
			at = (at + 1) & uint64(len(d.slots)-1)
		}
		d.slots[at] = uint32(code) + 1
	}
}

// join makes one table of the parts. Values are numbered in the order of their first appearance in the file.
func (d *Data) join(parts []part, threads int) {
	for _, p := range parts {
		d.rows += p.rows
	}
	parallel(threads, len(d.columns), func(_, j int) {
		c := &d.columns[j]
		c.codes = make([]uint32, 0, d.rows)
		for i := range parts {
			p := &parts[i]
			local := &p.columns[j]
			known := make([]uint32, len(local.values))
			for code, value := range local.values {
				n, met := c.lookup[string(value)]
				if !met {
					n = c.define(string(value), p.line+local.lines[code]-1)
				}
				known[code] = n
			}
			for _, code := range local.codes {
				c.codes = append(c.codes, known[code])
			}
			*local = dictionary{} // no longer needed
		}
	})
}
