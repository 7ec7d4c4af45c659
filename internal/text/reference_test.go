package text_test

import (
	"testing"

	"guichet/internal/text"
)

func TestReferenceHoweverItIsTyped(t *testing.T) {
	for _, typed := range []string{"CS-2026-AB2C-3D4E", " cs-2026-ab2c-3d4e", "CS‑2026‑AB2C‑3D4E", "CS – 2026–AB2C –3D4E"} {
		if got := text.Reference(typed); got != "CS-2026-AB2C-3D4E" {
			t.Errorf("%q is read as %q", typed, got)
		}
	}
}
