package anonymise

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"guichet/internal/fault"
	"pgregory.net/rapid"
)

// writes is a hierarchy from raw values to what is written for them.
func writes(t testing.TB, pairs ...string) *Hierarchy {
	t.Helper()
	var out [][]string
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, []string{pairs[i], pairs[i+1]})
	}
	h, err := NewHierarchy("lines", out)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func coarsenRules(t testing.TB) Rules {
	return Rules{
		ID: "permit", Version: 1, K: 5, M: 15, Diverse: 3, Share: Fraction(4, 5),
		Columns: []ReleaseColumn{
			{Name: "region", Hierarchy: writes(t, "FR", "fr", "IT", "it", "DE", "eu", "ES", "eu", "US", "world"), Level: 1},
			{Name: "sex", Hierarchy: writes(t, "f", "female", "m", "male"), Level: 1},
			{Name: "reason", Hierarchy: writes(t, "a", "a", "b", "b", "c", "c", "d", "d"), Level: 1, Sensitive: true},
		},
	}
}

func schemaFrom(t testing.TB, change func(*Rules)) *Schema {
	t.Helper()
	r := coarsenRules(t)
	change(&r)
	s, err := NewSchema(r)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// What is not coarser in every column is refused: each of these would let somebody subtract one file from the other.
func TestOnlyACoarserSchemaIsAdmitted(t *testing.T) {
	fine := schemaFrom(t, func(*Rules) {})
	for name, c := range map[string]struct {
		change func(*Rules)
		ok     bool
	}{
		"the same":           {func(r *Rules) { r.ID = "same" }, true},
		"a column dropped":   {func(r *Rules) { r.Columns = r.Columns[1:] }, true},
		"the secret dropped": {func(r *Rules) { r.Columns = r.Columns[:2] }, true},
		"merged regions": {func(r *Rules) {
			r.Columns[0].Hierarchy = writes(t, "FR", "near", "IT", "near", "DE", "far", "ES", "far", "US", "far")
		}, true},
		"other words": {func(r *Rules) { r.Columns[1].Hierarchy = writes(t, "f", "F", "m", "M") }, true},
		"a finer level": {func(r *Rules) {
			r.Columns[0].Hierarchy = writes(t, "FR", "fr", "IT", "it", "DE", "de", "ES", "es", "US", "world")
		}, false},
		"a level across": {func(r *Rules) {
			r.Columns[0].Hierarchy = writes(t, "FR", "x", "IT", "x", "DE", "x", "ES", "y", "US", "y")
		}, false},
		"a value less":            {func(r *Rules) { r.Columns[0].Hierarchy = writes(t, "FR", "fr", "IT", "it", "DE", "eu", "ES", "eu") }, false},
		"a column of its own":     {func(r *Rules) { r.Columns[0].Name = "age" }, false},
		"the secret merged":       {func(r *Rules) { r.Columns[2].Hierarchy = writes(t, "a", "a", "b", "b", "c", "c", "d", "c") }, false},
		"the secret no secret":    {func(r *Rules) { r.Columns[2].Sensitive = false }, false},
		"another column a secret": {func(r *Rules) { r.Columns[0].Sensitive = true }, false},
		"a smaller k":             {func(r *Rules) { r.K, r.M = 6, 16 }, false},
		"a smaller share":         {func(r *Rules) { r.Share = Fraction(1, 2) }, false},
	} {
		_, err := NewCoarsening(fine, schemaFrom(t, c.change))
		if (err == nil) != c.ok || err != nil && fault.Of(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever was frozen, its coarsening holds every bound, has as many rows, and is the coarser word of each.
func TestCoarsenedCohortsHoldTheBounds(t *testing.T) {
	fine := schemaFrom(t, func(*Rules) {})
	coarse := schemaFrom(t, func(r *Rules) {
		r.ID = "short"
		r.Columns = r.Columns[:0:0]
		r.Columns = append(r.Columns,
			ReleaseColumn{Name: "reason", Hierarchy: coarsenRules(t).Columns[2].Hierarchy, Level: 1, Sensitive: true},
			ReleaseColumn{Name: "region", Hierarchy: writes(t, "FR", "near", "IT", "near", "DE", "far", "ES", "far", "US", "far"), Level: 1})
	})
	c, err := NewCoarsening(fine, coarse)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
		var waiting []Waiting
		for i := range rapid.IntRange(0, 400).Draw(rt, "n") {
			w := person(i, []string{"fr", "it", "eu", "world"}[r.IntN(4)], []string{"female", "male"}[r.IntN(2)], []string{"a", "b", "c", "d"}[r.IntN(4)])
			w.Household = fmt.Sprint(r.IntN(300))
			waiting = append(waiting, w)
		}
		j, err := Judge(fine, "2026-11", waiting)
		if err != nil {
			rt.Fatal(err)
		}
		out, err := c.Cohort(j.Cohort)
		if err != nil {
			rt.Fatal(err)
		}
		table, err := Concat(coarse, out)
		if err != nil || table.Len() != j.Cohort.Len() || out.HeldBack() != j.Cohort.HeldBack() || out.Label() != "2026-11" {
			rt.Fatalf("%d rows of %d: %v", table.Len(), j.Cohort.Len(), err)
		}
		near := 0
		for _, row := range j.Cohort.rows {
			if row[0] == "fr" || row[0] == "it" {
				near++
			}
		}
		for _, row := range out.rows {
			if row[1] == "near" {
				near--
			}
		}
		if near != 0 {
			rt.Fatal("a row was lost on the way")
		}
	})
	if _, err := c.Cohort(Cohort{}); err == nil {
		t.Error("a cohort of another schema was coarsened")
	}
}
