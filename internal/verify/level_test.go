package verify

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"guichet"
	"guichet/internal/procedure"
)

// The bands are written here a second time; the words must be the same.
func TestBandsAreThoseOfTheForm(t *testing.T) {
	for want, cuts := range map[string][]int{
		"<1 1 2-44 45-64 65+": {1, 2, 45, 65}, "<45 45+": {45}, "'-3--1 0+ <-3": {-3, 0}, "<0 0 1 2+": {0, 1, 2},
	} {
		got := column{Levels: []level{{Cuts: cuts}}}.sortedValues()
		wanted := strings.Fields(want)
		slices.Sort(wanted)
		if !slices.Equal(got, wanted) {
			t.Errorf("cuts %v write %q, want %q", cuts, got, wanted)
		}
	}
}

func TestShippedSchemasAreReadAlike(t *testing.T) {
	catalogue, refused := procedure.Load(guichet.Files)
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	for _, p := range catalogue.All() {
		if p.Release == nil {
			continue
		}
		text, err := fs.ReadFile(guichet.Files, "forms/"+p.ID+".release.yaml")
		if err != nil {
			t.Fatal(err)
		}
		s, err := readSchema(text)
		if err != nil {
			t.Fatal(err)
		}
		if s.Release != p.ID || s.Version != p.Release.Version || s.K != p.Release.K || s.M != p.Release.M || s.Diverse != p.Release.Diverse {
			t.Errorf("%s is read as %+v", p.ID, s)
		}
		if share := float64(s.Share.above) / float64(s.Share.below); share != p.Release.Share {
			t.Errorf("%s: share %v, not %v", p.ID, share, p.Release.Share)
		}
		if c := s.checkBounds(s.written()); c.Outcome != Passed {
			t.Errorf("%s: %v", p.ID, c.Findings)
		}
		sameColumns(t, s, p.Release)
	}
}

func sameColumns(t *testing.T, s *schema, r *procedure.ReleaseSchema) {
	t.Helper()
	written := r.Written()
	if len(written) != len(s.written()) {
		t.Fatalf("%d columns, not %d", len(s.written()), len(written))
	}
	for i, c := range s.written() {
		if c.ID != written[i].ID || c.Sensitive != written[i].Sensitive {
			t.Errorf("column %d is %s", i, c.ID)
		}
	}
	for i, c := range s.Columns {
		for l := range c.Levels {
			c.Level = l
			if got, want := c.values(), r.Columns[i].Levels[l].Values(); !slices.Equal(got, want) {
				t.Errorf("%s, level %d: %q, not %q", c.ID, l, got, want)
			}
		}
	}
}

func TestSharesAreExact(t *testing.T) {
	for text, want := range map[string]ratio{"0.8": {4, 5}, "0.80": {4, 5}, "1": {1, 1}, "0.333": {333, 1000}, "2/3": {2, 3}} {
		if got, err := parseRatio(text); err != nil || got != want {
			t.Errorf("%s is read as %v, %v", text, got, err)
		}
	}
	for _, bad := range []string{"", "1.1", "-0.1", "x", "1e-1", "0.00000001", "1/0"} {
		if got, err := parseRatio(bad); err == nil {
			t.Errorf("%q is read as %v", bad, got)
		}
	}
	if r := (ratio{4, 5}); !r.atMost(8, 10) || r.atMost(81, 100) {
		t.Error("4/5 is not what it should be")
	}
}

func TestSchemaBeyondTheMethodFails(t *testing.T) {
	for _, change := range [][2]string{{"k: 5", "k: 4"}, {"m: 15", "m: 4"}, {"share: 0.8", "share: 0.81"}, {"k: 5", "k: 5\ndiverse: 2"}} {
		file, certificate := newSample().build(t)
		r, err := File(file, []byte(strings.Replace(sampleSchema, change[0], change[1], 1)), certificate)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{"bounds", "schema", "figures", "P6"} {
			if c := find(r, id); c.Outcome != Failed {
				t.Errorf("%v: %s %s", change, id, c.Outcome)
			}
		}
	}
}
