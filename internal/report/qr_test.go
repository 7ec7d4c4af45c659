package report

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// What is drawn can be read back, as a telephone does: format, mask, words by turns, check words that leave no remainder, text.
func TestSymbolIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := string(rapid.SliceOfN(rapid.Byte(), 0, 412).Draw(t, "text"))
		s, err := encode(want)
		if err != nil {
			t.Fatal(err)
		}
		if got := readSymbol(t, s); got != want {
			t.Fatalf("%q is read as %q", want, got)
		}
	})
	if _, err := encode(strings.Repeat("a", 413)); err == nil {
		t.Error("what no symbol holds is drawn")
	}
}

// Symbols that another reader (a JavaScript one, by hand) has read stay as they are.
func TestSymbolsKnownToBeRead(t *testing.T) {
	for text, want := range knownSymbols {
		s, err := encode(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := fingerprint(s); got != want {
			t.Errorf("the symbol of %d bytes is another than the one that was read: %s", len(text), got)
		}
	}
}

var knownSymbols = map[string]string{
	"a": "20c5121183b26a4b",
	"https://guichet.example/verify/" + strings.Repeat("Az0-", 29): "f41265db848a0232",
	strings.Repeat("0123456789", 40):                               "bbcb0a6fe22b886c",
}

func fingerprint(s *symbol) string {
	b := make([]byte, len(s.dark))
	for i, d := range s.dark {
		if d {
			b[i] = 1
		}
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

func readSymbol(t *rapid.T, s *symbol) string {
	version := (s.size - 17) / 4
	mask := 0
	for i := range 3 { // bits 10 to 12 of the format, beside the first finder
		if s.at(4-i, 8) {
			mask |= 1 << i
		}
	}
	mask ^= 0b101 // the mask's part of what the format is turned over with
	var words []byte
	n := 0
	s.path(func(x, y int) {
		if n%8 == 0 {
			words = append(words, 0)
		}
		if s.at(x, y) != masks[mask](x, y) {
			words[n/8] |= 1 << (7 - n%8)
		}
		n++
	})
	level := levelM[version-1]
	words = words[:n/8]
	data := dealtBack(words, level.check, level.blocks)
	var payload []byte
	for _, block := range data {
		for _, rest := range remainder(block, level.check) {
			if rest != 0 {
				t.Fatalf("check words of version %d leave a remainder", version)
			}
		}
		payload = append(payload, block[:len(block)-level.check]...)
	}
	return payloadText(version, payload)
}

// dealtBack gives each block its words, check words last.
func dealtBack(words []byte, check, blocks int) [][]byte {
	out := make([][]byte, blocks)
	total := len(words)
	longest := (total + blocks - 1) / blocks
	for i := range longest - check {
		for b := range blocks {
			if length := (total + b) / blocks; i < length-check {
				out[b], words = append(out[b], words[0]), words[1:]
			}
		}
	}
	for range check {
		for b := range blocks {
			out[b], words = append(out[b], words[0]), words[1:]
		}
	}
	return out
}

func payloadText(version int, payload []byte) string {
	bit := 4
	take := func(n int) (v int) {
		for range n {
			v = v<<1 | int(payload[bit/8]>>(7-bit%8)&1)
			bit++
		}
		return v
	}
	count := 8
	if version > 9 {
		count = 16
	}
	out := make([]byte, take(count))
	for i := range out {
		out[i] = byte(take(8))
	}
	return string(out)
}
