package report

import (
	"errors"
	"math/bits"
)

// symbol is a QR code (ISO/IEC 18004) in byte mode at error correction level M: it is read with 15 % of it damaged.
type symbol struct {
	size  int
	dark  []bool // by row
	fixed []bool // finders, timing, alignment, format and version: no data there
}

// level M by version, from 1: check words in each block, and how many blocks.
var levelM = [...]struct{ check, blocks int }{
	{10, 1}, {16, 1}, {26, 1}, {18, 2}, {24, 2}, {16, 4}, {18, 4}, {22, 4}, {22, 5}, {26, 5}, {30, 5}, {22, 8}, {22, 9}, {24, 9}, {24, 10},
}

var errLongQR = errors.New("too long for a code that a telephone reads from paper")

// encode draws text as the smallest symbol that holds it: 412 bytes at most.
func encode(text string) (*symbol, error) {
	for i, level := range levelM {
		s := blank(i + 1)
		words := s.room() / 8
		payload := stream(text, i+1, words-level.check*level.blocks)
		if payload == nil {
			continue
		}
		s.place(interleave(payload, words, level.check, level.blocks))
		return s.masked(), nil
	}
	return nil, errLongQR
}

// stream is the text behind its mode and its length, filled up to so many words; nil when it does not fit.
func stream(text string, version, words int) []byte {
	count := 8
	if version > 9 {
		count = 16
	}
	if 4+count+8*len(text) > 8*words {
		return nil
	}
	b := &bitWriter{}
	b.put(0b0100, 4)
	b.put(len(text), count)
	for i := range len(text) {
		b.put(int(text[i]), 8)
	}
	b.put(0, min(4, 8*words-b.n))
	b.put(0, (8-b.n%8)%8)
	for pad := 0xEC; len(b.words) < words; pad ^= 0xEC ^ 0x11 {
		b.put(pad, 8)
	}
	return b.words
}

type bitWriter struct {
	words []byte
	n     int // bits
}

func (b *bitWriter) put(value, width int) {
	for i := width - 1; i >= 0; i-- {
		if b.n%8 == 0 {
			b.words = append(b.words, 0)
		}
		b.words[b.n/8] |= byte(value>>i&1) << (7 - b.n%8)
		b.n++
	}
}

// interleave cuts the data into blocks, gives each its check words, and deals out both by turns. The last blocks are a word longer
// where the words do not divide evenly.
func interleave(data []byte, words, check, blocks int) []byte {
	short := words/blocks - check
	long := blocks - words%blocks // first of the longer ones
	parts, checks := make([][]byte, blocks), make([][]byte, blocks)
	for i := range blocks {
		n := short
		if i >= long {
			n++
		}
		parts[i], data = data[:n], data[n:]
		checks[i] = remainder(parts[i], check)
	}
	return append(deal(parts), deal(checks)...)
}

func deal(parts [][]byte) (out []byte) {
	for i := range len(parts[len(parts)-1]) {
		for _, p := range parts {
			if i < len(p) {
				out = append(out, p[i])
			}
		}
	}
	return out
}

// times multiplies in the field of 256 elements that Reed-Solomon codes of QR symbols are made in.
func times(a, b byte) (out byte) {
	for ; b > 0; b >>= 1 {
		if b&1 == 1 {
			out ^= a
		}
		carry := a >> 7
		a = a<<1 ^ carry*0x1D
	}
	return out
}

// remainder gives the n check words of a block.
func remainder(block []byte, n int) []byte {
	divisor := make([]byte, n) // without its leading 1
	divisor[n-1] = 1
	for root, i := byte(1), 0; i < n; root, i = times(root, 2), i+1 {
		for k := range n {
			divisor[k] = times(divisor[k], root)
			if k+1 < n {
				divisor[k] ^= divisor[k+1]
			}
		}
	}
	out := make([]byte, n)
	for _, word := range block {
		lead := word ^ out[0]
		copy(out, out[1:])
		out[n-1] = 0
		for k := range n {
			out[k] ^= times(divisor[k], lead)
		}
	}
	return out
}

// coded appends to value the remainder of its division by poly, as format and version are protected.
func coded(value, width, poly int) int {
	degree := bits.Len(uint(poly)) - 1
	rest := value << degree
	for i := width + degree - 1; i >= degree; i-- {
		if rest>>i&1 == 1 {
			rest ^= poly << (i - degree)
		}
	}
	return value<<degree | rest
}
