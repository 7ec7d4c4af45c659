package procedure_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"guichet"
	"guichet/internal/procedure"
)

func TestSilentSchemaGetsTheDefaults(t *testing.T) {
	c, refused := procedure.Load(base(t))
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	s := c.Get("allotment").Release
	if s.K != 11 || s.M != 55 || s.Diverse != 3 || s.Share != 0.8 || s.Floor != 0.25 {
		t.Errorf("got %+v", s)
	}
	if s.Blocks() != 4 || len(s.Written()) != 3 {
		t.Errorf("%d blocks, %d columns written", s.Blocks(), len(s.Written()))
	}
}

// A schema's hash names the frozen vector: a level alters it, a label does not.
func TestReleaseHash(t *testing.T) {
	hash := func(old, new string) [32]byte {
		fsys := base(t)
		file := fsys["forms/allotment.release.yaml"]
		file.Data = []byte(strings.Replace(string(file.Data), old, new, 1))
		c, refused := procedure.Load(fsys)
		if len(refused) > 0 {
			t.Fatal(refused)
		}
		return c.Get("allotment").Release.Hash
	}
	before := hash("", "")
	if hash(`en: "Age"`, `en: "Age band"`) != before {
		t.Error("a label altered the hash")
	}
	for _, change := range [][2]string{{"level: 1", "level: 0"}, {"cuts: [45]", "cuts: [65]"}, {"version: 1", "version: 2"}, {"version: 1", "version: 1\nk: 12"}} {
		if hash(change[0], change[1]) == before {
			t.Errorf("%v did not alter the hash", change)
		}
	}
}

func TestBands(t *testing.T) {
	l := procedure.Level{Cuts: []int{1, 2, 45, 65}}
	for n, want := range map[int]string{-1: "<1", 0: "<1", 1: "1", 2: "2-44", 44: "2-44", 45: "45-64", 64: "45-64", 65: "65+", 120: "65+"} {
		if got := l.Of(n); got != want {
			t.Errorf("%d is written %q, want %q", n, got, want)
		}
	}
	if got, want := l.Values(), []string{"<1", "1", "2-44", "45-64", "65+"}; !slices.Equal(got, want) {
		t.Errorf("bands %v", got)
	}
}

func TestGroups(t *testing.T) {
	l := procedure.Level{Groups: []procedure.Group{{ID: "rest", Rest: true}, {ID: "near", Values: []string{"FR", "IT"}}}}
	for v, want := range map[string]string{"FR": "near", "MC": "rest", "": "rest"} {
		if g, ok := l.Group(v); !ok || g.ID != want {
			t.Errorf("%q goes to %q", v, g.ID)
		}
	}
	l.Groups = l.Groups[1:]
	if g, ok := l.Group("MC"); ok {
		t.Errorf("a value in no group went to %q", g.ID)
	}
}

// Whatever the answer, equal values at a level are equal at every coarser one, in the shipped schema: otherwise
// the classes of two versions would cut across each other.
func TestShippedLevelsNest(t *testing.T) {
	c, refused := procedure.Load(guichet.Files)
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	for _, p := range c.All() {
		if p.Release == nil {
			continue
		}
		for _, col := range p.Release.Columns {
			rapid.Check(t, func(t *rapid.T) { nests(t, col) })
		}
	}
}

func nests(t *rapid.T, col procedure.Column) {
	write := func(l procedure.Level, n int, v string) string {
		if len(l.Cuts) > 0 {
			return l.Of(n)
		}
		g, ok := l.Group(v)
		if !ok {
			t.Fatalf("%s: %q is in no group", col.ID, v)
		}
		return g.ID
	}
	values := []string{"ZZ", "YY"} // what no group names
	for _, l := range col.Levels {
		for _, g := range l.Groups {
			values = append(values, g.Values...)
		}
	}
	closed := !slices.ContainsFunc(col.Levels, func(l procedure.Level) bool {
		return len(l.Cuts) > 0 || slices.ContainsFunc(l.Groups, func(g procedure.Group) bool { return g.Rest })
	})
	if closed {
		values = values[2:]
	}
	a, b := rapid.IntRange(0, 110).Draw(t, "a"), rapid.IntRange(0, 110).Draw(t, "b")
	v, w := rapid.SampledFrom(values).Draw(t, "v"), rapid.SampledFrom(values).Draw(t, "w")
	for i := 1; i < len(col.Levels); i++ {
		fine, coarse := col.Levels[i-1], col.Levels[i]
		if write(fine, a, v) == write(fine, b, w) && write(coarse, a, v) != write(coarse, b, w) {
			t.Fatalf("%s: level %d cuts through level %d at %d %q, %d %q", col.ID, i, i-1, a, v, b, w)
		}
	}
}
