package document

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"iter"
)

// mostMeta bounds the box that describes a HEIF file; a telephone's takes a few kilobytes.
const mostMeta = 4 << 20

// part is a box of an ISO media file: its name and what is in it.
type part struct {
	name string
	body []byte
}

// findMeta returns the first meta box of the file, without its version and
// flags, and where that begins.
func findMeta(r io.ReaderAt, size int64) (body []byte, start int64, err error) {
	var head [16]byte
	for at := int64(0); at+8 <= size; {
		n, err := r.ReadAt(head[:], at)
		if n < 8 {
			return nil, 0, err
		}
		skip, length := int64(8), int64(binary.BigEndian.Uint32(head[:]))
		switch {
		case length == 1 && n == 16:
			skip, length = 16, int64(binary.BigEndian.Uint64(head[8:]))
		case length == 0:
			length = size - at
		}
		if length < skip || length > size-at {
			return nil, 0, errors.New("a box is longer than the file")
		}
		if string(head[4:8]) == "meta" {
			start = at + skip + 4
			body = make([]byte, max(0, min(length-skip-4, mostMeta)))
			_, err := io.ReadFull(io.NewSectionReader(r, start, size-start), body)
			return body, start, err
		}
		at += length
	}
	return nil, 0, errors.New("no meta box")
}

// parts walks the boxes that stand in b, and ends at the first that does not fit.
func parts(b []byte) iter.Seq[part] {
	return func(yield func(part) bool) {
		for len(b) >= 8 {
			length := int64(binary.BigEndian.Uint32(b))
			if length < 8 || length > int64(len(b)) {
				return
			}
			if !yield(part{string(b[4:8]), b[8:length]}) {
				return
			}
			b = b[length:]
		}
	}
}

// inside is the first box so named in b, nil when there is none.
func inside(b []byte, name string) []byte {
	for p := range parts(b) {
		if p.name == name {
			return p.body
		}
	}
	return nil
}

// properties are those that the items of a file can have, in their order.
func properties(meta []byte) iter.Seq[part] {
	return parts(inside(inside(meta, "iprp"), "ipco"))
}

// heldAs is how the main picture is to be turned, as EXIF numbers it (1 to 8):
// by its rotations and mirrorings one after the other. What EXIF itself says in
// such a file is a memory of the camera's and does not count (ISO/IEC 23008-12, A.2).
func heldAs(meta []byte) int {
	var all []part
	for p := range properties(meta) {
		all = append(all, p)
	}
	held := 1
	for _, n := range itemProperties(meta, mainItem(meta)) {
		if n < 1 || n > len(all) || len(all[n-1].body) < 1 {
			continue
		}
		switch p := all[n-1]; p.name {
		case "irot": // quarter turns against the clock
			held = then(held, [4]int{1, 8, 3, 6}[p.body[0]&3])
		case "imir":
			held = then(held, [2]int{4, 2}[p.body[0]&1])
		}
	}
	return held
}

// then is the one orientation that does what first and second do in turn.
func then(first, second int) int {
	const w, h = 3, 2
	for o := 1; o <= 8; o++ {
		if o >= 5 == ((first >= 5) != (second >= 5)) && sameTurn(o, first, second, w, h) {
			return o
		}
	}
	return 1
}

func sameTurn(o, first, second, w, h int) bool {
	w2, h2 := w, h
	if first >= 5 {
		w2, h2 = h, w
	}
	for i := range w * h {
		x, y := turned(i%w, i/w, w, h, first)
		x, y = turned(x, y, w2, h2, second)
		if wantX, wantY := turned(i%w, i/w, w, h, o); x != wantX || y != wantY {
			return false
		}
	}
	return true
}

// mainItem is the number of the picture that the file shows.
func mainItem(meta []byte) uint32 {
	primary := inside(meta, "pitm")
	switch {
	case len(primary) >= 8 && primary[0] > 0:
		return binary.BigEndian.Uint32(primary[4:])
	case len(primary) >= 6:
		return uint32(binary.BigEndian.Uint16(primary[4:]))
	}
	return 0
}

// itemProperties are the numbers, from 1, of what an item has.
func itemProperties(meta []byte, wanted uint32) []int {
	uses := inside(inside(meta, "iprp"), "ipma")
	if len(uses) < 8 {
		return nil
	}
	u := &numbers{rest: uses[8:]}
	for range binary.BigEndian.Uint32(uses[4:]) {
		item := uint32(u.next(2 + 2*min(1, int(uses[0]))))
		list := make([]int, u.next(1))
		for i := range list {
			if uses[3]&1 == 1 {
				list[i] = int(u.next(2) & 0x7FFF)
			} else {
				list[i] = int(u.next(1) & 0x7F)
			}
		}
		if u.short {
			return nil
		}
		if item == wanted {
			return list
		}
	}
	return nil
}

// numbers are read one after the other until there are no more.
type numbers struct {
	rest  []byte
	short bool
}

func (n *numbers) next(size int) (value uint64) {
	if len(n.rest) < size {
		n.rest, n.short = nil, true
		return 0
	}
	for _, b := range n.rest[:size] {
		value = value<<8 | uint64(b)
	}
	n.rest = n.rest[size:]
	return value
}

// lieStill takes the turns out of a file, which the decoder would get wrong: it
// fails on quarter turns.
func lieStill(body []byte) {
	meta, start, err := findMeta(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return
	}
	ours := body[start : start+int64(len(meta))]
	for p := range properties(ours) {
		if p.name == "irot" || p.name == "imir" {
			// The name stands right before what is in the box.
			at := cap(ours) - cap(p.body)
			copy(ours[at-4:at], "free")
		}
	}
}
