package notify

import (
	"strings"
	"testing"
)

// The lengths of 3GPP TS 23.038 and 23.040: 160 and 153 septets, 70 and 67 units of UCS-2.
func TestParts(t *testing.T) {
	for _, c := range []struct {
		words string
		wide  bool
		parts int
	}{
		{"", false, 1},
		{strings.Repeat("é", 160), false, 1},
		{strings.Repeat("é", 161), false, 2},
		{strings.Repeat("a", 306), false, 2},
		{strings.Repeat("a", 307), false, 3},
		{strings.Repeat("€", 80), false, 1},
		{strings.Repeat("a", 159) + "€", false, 2},
		{strings.Repeat("a", 152) + "€" + strings.Repeat("a", 152), false, 3}, // an escape is not parted from its letter
		{strings.Repeat("ê", 70), true, 1},
		{strings.Repeat("ê", 71), true, 2},
		{strings.Repeat("🙂", 35), true, 1},
		{strings.Repeat("🙂", 66), true, 2},
		{strings.Repeat("🙂", 67), true, 3}, // 33 pairs a part: one more unit would cut one in two
		{"Vous n’avez qu’à lire « ceci » – et c’est tout…", false, 1},
	} {
		if p := part(c.words); p.wide != c.wide || len(p.parts) != c.parts || Parts(c.words) != c.parts {
			t.Errorf("%.20q (%d): wide %v in %d parts, want %v in %d", c.words, len(c.words), p.wide, len(p.parts), c.wide, c.parts)
		}
	}
	if len(gsm) != 128 || gsm['@'] != 0 || gsm['à'] != 0x7F || gsm['A'] != 0x41 || gsm['é'] != 5 || gsm['Δ'] != 0x10 || gsm['\n'] != 0x0A {
		t.Error("the alphabet is not GSM's")
	}
}
