package backoffice

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestChangedWordsAreThoseTheOtherLacks(t *testing.T) {
	old, now := changedWords("12 rue Grimaldi, escalier B", "14 rue Grimaldi, escalier B, 3e étage")
	if got := marked(old); got != "[12] rue Grimaldi, escalier [B]" {
		t.Error(got)
	}
	if got := marked(now); got != "[14] rue Grimaldi, escalier [B, 3e étage]" {
		t.Error(got)
	}
}

func marked(pieces []piece) string {
	out := make([]string, len(pieces))
	for i, p := range pieces {
		if out[i] = p.words; p.changed {
			out[i] = "[" + p.words + "]"
		}
	}
	return strings.Join(out, " ")
}

// Whatever the answers, nothing is lost, and what is not marked is the same on both sides.
func TestChangedWordsLoseNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SampledFrom([]string{"a", "b", "c", "dd"})
		a := strings.Join(rapid.SliceOfN(word, 0, 12).Draw(t, "before"), " ")
		b := strings.Join(rapid.SliceOfN(word, 0, 12).Draw(t, "after"), " ")
		old, now := changedWords(a, b)
		if whole(old, true) != a || whole(now, true) != b {
			t.Fatalf("%q %q became %v %v", a, b, old, now)
		}
		if whole(old, false) != whole(now, false) {
			t.Fatalf("what is common differs: %v %v", old, now)
		}
	})
}

func whole(pieces []piece, all bool) string {
	var out []string
	for _, p := range pieces {
		if all || !p.changed {
			out = append(out, p.words)
		}
	}
	return strings.Join(out, " ")
}
