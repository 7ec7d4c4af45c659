package backoffice

import (
	"slices"
	"testing"
)

// Names are recognised after an @ as people write them, and never guessed.
func TestMentions(t *testing.T) {
	names := map[int64]string{1: "Anne Marie", 2: "Anne Marie Roux", 3: "Zoé Müller", 4: "Zoé Blanc", 5: "Jean-Paul Petit"}
	for words, want := range map[string][]int64{
		"rien": nil, "écrire à a@b.example": nil, "@Anne Marie, voir": {1}, "@anne marie roux voir": {2}, "@MULLER zoe": {3},
		"@muller et (@blanc)": {3, 4}, "voir @Petit": {5}, "@jean paul petit": {5}, "@Blanc\n@Blanc": {4}, "à 3 @ 5 euros": nil,
	} {
		got, unknown := mentions(words, names)
		if slices.Sort(got); unknown != "" || !slices.Equal(got, want) {
			t.Errorf("%q names %v, unknown %q; want %v", words, got, unknown, want)
		}
	}
	for words, want := range map[string]string{"@Zoé, voir": "@Zoé", "@inconnu. Et @Blanc": "@inconnu"} {
		if got, unknown := mentions(words, names); got != nil || unknown != want {
			t.Errorf("%q names %v, unknown %q; want %q", words, got, unknown, want)
		}
	}
}
