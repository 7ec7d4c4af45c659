package demo

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet"
	"guichet/internal/form"
	"guichet/internal/procedure"
	"guichet/internal/workflow"
)

const permit = "residence-permit"

func definition(t testing.TB) *procedure.Procedure {
	t.Helper()
	c, refused := procedure.Load(guichet.Files)
	for _, r := range refused {
		t.Fatal(r)
	}
	return c.Get(permit)
}

func TestRecordsAreTheSameForTheSameSeed(t *testing.T) {
	p := definition(t)
	a, b, c := Records(p, 40, 7), Records(p, 40, 7), Records(p, 40, 8)
	if len(a) != 40 {
		t.Fatalf("%d records", len(a))
	}
	same := 0
	for i := range a {
		if !a[i].Equal(b[i]) {
			t.Fatalf("record %d differs: %v", i, form.Diff(a[i], b[i]))
		}
		if a[i].Equal(c[i]) {
			same++
		}
	}
	if same > 0 {
		t.Fatalf("%d records are the same for another seed", same)
	}
}

// Whatever the data files say, a dossier could be submitted; and nothing in it makes the form wonder.
func TestEveryRecordIsAcceptable(t *testing.T) {
	p := definition(t)
	warned := map[string]int{}
	for i, raw := range Records(p, 600, 1) {
		j := p.Form.Walk(raw, nil, workflow.Day(day0))
		for _, problem := range j.Problems() {
			if f := p.Form.Field(problem.Path); f != nil && f.Kind == form.File {
				continue // papers are handed in with the dossier
			}
			if !problem.Warn {
				t.Errorf("record %d: %s %s %q: %s", i, problem.Path, problem.Code, raw[problem.Path], problem.Message.EN)
			}
			warned[problem.Path[:strings.LastIndex(problem.Path, ".")+1]+problem.Code]++
		}
		if t.Failed() && i > 20 {
			return
		}
	}
	for what, n := range warned {
		if n > 30 {
			t.Errorf("%d of 600 records make the form warn at %s", n, what)
		}
	}
}

func TestNamesAreDiverse(t *testing.T) {
	p := definition(t)
	full, last := map[string]int{}, map[string]int{}
	for _, raw := range Records(p, 1000, 1) {
		l := raw["applicant.last_name"][0]
		last[l]++
		full[l+" "+raw["applicant.first_names"][0]]++
	}
	if most := slices.Max(slices.Collect(maps.Values(full))); most > 2 {
		t.Errorf("%d people have one name", most)
	}
	if most := slices.Max(slices.Collect(maps.Values(last))); most > 25 || len(last) < 250 {
		t.Errorf("%d surnames, one of them %d times", len(last), most)
	}
}

func TestPlansKeepTheCalendar(t *testing.T) {
	w, err := readWorld()
	if err != nil {
		t.Fatal(err)
	}
	s, err := readScript(permit)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	for _, p := range s.plans(w, Full, Seed, now) {
		at := p.start
		for _, a := range p.acts {
			if a.at.Before(at) || a.at.After(now) {
				t.Fatalf("%s: %s at %s after %s", p.story.ID, a.Move, a.at, at)
			}
			at = a.at
		}
		if at.Before(now.AddDate(0, 0, -80)) {
			t.Fatalf("%s: the last act was on %s", p.story.ID, at)
		}
	}
}
