package procedure_test

import (
	"testing"

	"guichet"
	"guichet/internal/procedure"
)

// Loading is part of the start, which must show its first page within 300 ms.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if c, _ := procedure.Load(guichet.Files); c == nil {
			b.Fatal("refused")
		}
	}
}
