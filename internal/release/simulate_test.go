package release_test

import (
	"maps"
	"strconv"
	"testing"

	"guichet/internal/release"
)

// changed is the made-up stream with other answers, or another filer; false leaves a dossier out.
func changed(t *testing.T, change func(i int, x *release.Past) bool) (out []release.Past) {
	t.Helper()
	all, err := stream(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, x := range all {
		x.Answers = maps.Clone(x.Answers)
		if change(i, &x) {
			out = append(out, x)
		}
	}
	return out
}

// What is too few, too alike, or of one home or one firm is not released, whatever the schema promises otherwise.
func TestThinStreamsReleaseNothing(t *testing.T) {
	catalogue, err := smallCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	p := catalogue.All()[0]
	whole, err := release.Released(p, changed(t, func(int, *release.Past) bool { return true }))
	if err != nil || whole < 0.2 {
		t.Fatalf("of the whole stream %.2f is released: %v", whole, err)
	}
	set := func(x *release.Past, field, value string) bool {
		x.Answers[field] = []string{value}
		return true
	}
	for name, change := range map[string]func(i int, x *release.Past) bool{
		"nothing":         func(int, *release.Past) bool { return false },
		"fewer than k":    func(i int, _ *release.Past) bool { return i < 4 },
		"one value only":  func(_ int, x *release.Past) bool { return set(x, "request.reason", "family") },
		"two values only": func(i int, x *release.Past) bool { return set(x, "request.reason", []string{"family", "tax"}[i%2]) },
		"nine in ten are one": func(i int, x *release.Past) bool {
			return i%10 < 7 && set(x, "request.reason", []string{"family", "family", "family", "family", "family", "family", "tax"}[i%10])
		},
		"one firm filed all": func(_ int, x *release.Past) bool { x.Filer = "firm"; return true },
		"one home": func(_ int, x *release.Past) bool {
			for _, field := range p.Release.Household {
				set(x, field, "1")
			}
			return true
		},
		"one person": func(_ int, x *release.Past) bool {
			for _, field := range p.Release.Person {
				x.Answers[field] = []string{"1", "1", "1990"}
			}
			return true
		},
		"a column unanswered": func(_ int, x *release.Past) bool { delete(x.Answers, "housing.occupants"); return true },
	} {
		if share, err := release.Released(p, changed(t, change)); err != nil || share != 0 {
			t.Errorf("%s: %.3f is released, %v", name, share, err)
		}
	}
}

// The same dossiers come out or not by how many homes they are of.
func TestHomesAreCounted(t *testing.T) {
	catalogue, err := smallCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	p := catalogue.All()[0]
	share := func(homes int) float64 {
		s, err := release.Released(p, changed(t, func(i int, x *release.Past) bool {
			for _, field := range p.Release.Household {
				x.Answers[field] = []string{strconv.Itoa(i % homes)}
			}
			return true
		}))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	if few, many := share(4), share(100_000); few != 0 || many == 0 {
		t.Errorf("of four homes %.3f is released, of homes apart %.3f", few, many)
	}
}
