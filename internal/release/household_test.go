package release_test

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"guichet/internal/form"
	"guichet/internal/release"
)

// Two who meet only through a dossier that was judged a month before are one household all the same: what is kept shows it
// (anonymisation.md, section 2).
func TestJudgedDossiersTellWhoLivesWithWhom(t *testing.T) {
	catalogue, err := smallCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	months := []time.Time{time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)}
	released := func(first string) int {
		// The first of September moves house in October, to where nobody knows; somebody else then lives at "1".
		past := town25(t, months[0], func(i int) (name, address string) { return fmt.Sprint("a", i), fmt.Sprint("first", i) })
		past[0].Answers["housing.address"] = []string{first}
		next := town25(t, months[1], func(i int) (name, address string) { return fmt.Sprint("b", i), fmt.Sprint("second", i) })
		next[0].Answers["applicant.last_name"] = past[0].Answers["applicant.last_name"]
		next[1].Answers["housing.address"] = []string{"1"}
		replay, err := release.MakeReplay(catalogue.All()[0], append(past, next...), months)
		if err != nil {
			t.Fatal(err)
		}
		if replay.Rows(0) != 25 {
			t.Fatalf("September releases %d rows, want 25", replay.Rows(0))
		}
		return replay.Rows(1) - replay.Rows(0)
	}
	if n := released("elsewhere"); n != 25 {
		t.Errorf("25 households release %d rows, want 25", n)
	}
	if n := released("1"); n != 0 {
		t.Errorf("24 households, two of the dossiers meeting through one that was judged, release %d rows, want none", n)
	}
}

// town25 is one dossier each of 25 people who differ in name, address and reason alone: as many as a block needs.
func town25(t *testing.T, month time.Time, who func(i int) (name, address string)) []release.Past {
	t.Helper()
	like := alone(t)
	var out []release.Past
	for i := range 25 {
		x := like
		x.Answers = maps.Clone(like.Answers)
		name, address := who(i)
		x.Answers["applicant.last_name"], x.Answers["housing.address"] = []string{name}, []string{address}
		x.Answers["request.reason"] = []string{[]string{"family", "tax", "security", "refugee"}[i%4]}
		x.Filer, x.Closed = name, month.AddDate(0, 0, 14)
		out = append(out, x)
	}
	return out
}

// alone finds somebody made up who names no relative.
func alone(t *testing.T) release.Past {
	t.Helper()
	list, err := stream(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range list {
		if groupless(x.Answers) {
			return x
		}
	}
	t.Fatal("everybody names a relative")
	return release.Past{}
}

func groupless(answers form.Raw) bool {
	return len(answers["partner"]) == 0 && len(answers["children"]) == 0
}
