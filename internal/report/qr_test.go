package report

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
)

// Symbols that another reader (a JavaScript one, by hand) has read stay as they are, module by module.
func TestSymbolsKnownToBeRead(t *testing.T) {
	for text, want := range map[string]string{
		"a": "20c5121183b26a4b",
		"https://guichet.example/verify/" + strings.Repeat("Az0-", 29): "f41265db848a0232",
		strings.Repeat("0123456789", 40):                               "bbcb0a6fe22b886c",
	} {
		s, err := encode(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := fingerprint(s); got != want {
			t.Errorf("the symbol of %d bytes is another than the one that was read: %s", len(text), got)
		}
	}
	if _, err := encode(strings.Repeat("a", 412)); err != nil {
		t.Error(err)
	}
	if _, err := encode(strings.Repeat("a", 413)); err == nil {
		t.Error("what no telephone reads from paper is drawn")
	}
}

func fingerprint(s *symbol) string {
	b := make([]byte, 0, s.size*s.size)
	for y := range s.size {
		for x := range s.size {
			if s.at(x, y) {
				b = append(b, 1)
			} else {
				b = append(b, 0)
			}
		}
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}
