package release_test

import (
	"testing"
	"time"

	"guichet"
	"guichet/internal/anonymise"
	"guichet/internal/demo"
	"guichet/internal/procedure"
	"guichet/internal/release"
)

// The levels in the shipped schema are those the search finds on made-up dossiers; `guichet release --levels 600` prints them.
func TestFrozenLevelsAreThoseOfLeastLoss(t *testing.T) {
	catalogue, refused := procedure.Load(guichet.Files)
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	for _, p := range catalogue.All() {
		if p.Release == nil {
			continue
		}
		found, err := release.Levels(t.Context(), p, demo.Records(p, 600, 1), time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC), anonymise.Fraction(1, 4))
		if err != nil || !found.Result.Proven {
			t.Fatal(err, found.Result)
		}
		for _, c := range p.Release.Columns {
			if level, ok := found.Levels[c.ID]; ok && level != c.Level {
				t.Errorf("%s: the search finds level %d, the file has %d", c.ID, level, c.Level)
			}
		}
	}
}
