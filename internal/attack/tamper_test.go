package attack_test

import (
	"slices"
	"testing"

	"guichet/internal/attack"
	"guichet/internal/testkit"
	"guichet/internal/testkit/careless"
)

// Releases of ours in which one thing was done that the method forbids are found out.
func TestOneForbiddenThingIsFoundOut(t *testing.T) {
	testkit.Whole(t)
	town := careless.NewTown(10, 3000)
	last := func(rs []*attack.Release) *attack.Release { return rs[len(rs)-1] }
	secret := -1
	for name, forbidden := range map[string]struct {
		do   func(rs []*attack.Release)
		find string
	}{
		"nothing": {func([]*attack.Release) {}, ""},
		"a row taken out later": {func(rs []*attack.Release) {
			i := slices.IndexFunc(last(rs).Rows, func(row []string) bool { return times(last(rs), row) == times(rs[len(rs)-2], row) })
			last(rs).Rows = slices.Delete(last(rs).Rows, i, i+1) // of a cell that grew at once it would not be missed
		}, "P7 differences of releases"},
		"a row added later": {func(rs []*attack.Release) {
			last(rs).Rows = append(last(rs).Rows, last(rs).Rows[0])
		}, "P7 differences of releases"},
		"a secret corrected later": {func(rs []*attack.Release) {
			r := last(rs)
			other := slices.IndexFunc(r.Rows, func(row []string) bool { return row[secret] != r.Rows[0][secret] })
			r.Rows[0][secret] = r.Rows[other][secret]
		}, "P7 differences of releases"},
		"a row nobody else has": {func(rs []*attack.Release) {
			row := slices.Clone(last(rs).Rows[0])
			row[secret] = "unheard of"
			last(rs).Rows = append(last(rs).Rows, row)
		}, "P2 singling out: rows"},
		"the held-back rows as stars": {func(rs []*attack.Release) {
			row := slices.Clone(last(rs).Rows[0])
			for j := range row {
				if j != secret {
					row[j] = "*"
				}
			}
			last(rs).Rows = append(last(rs).Rows, row)
		}, "P4 remnant"},
	} {
		t.Run(name, func(t *testing.T) {
			var releases []*attack.Release
			for i, table := range stream(t, town, 0) {
				releases = append(releases, plain(table, town.Months[i]))
				for j, c := range table.Columns() {
					if c.Sensitive {
						secret = j
					}
				}
			}
			forbidden.do(releases)
			r := attacked(t, town, releases, attack.Options{})
			if forbidden.find != "" {
				finds(t, r, forbidden.find)
				return
			}
			for _, f := range r.Findings {
				t.Errorf("%s %s: %s", f.Protection, f.Attack, f)
			}
		})
	}
}

func times(r *attack.Release, row []string) (n int) {
	for _, other := range r.Rows {
		if slices.Equal(other, row) {
			n++
		}
	}
	return n
}

// One record more or less changes no level: the vector is the schema's (P6).
func TestOneRecordChangesNoLevel(t *testing.T) {
	town := careless.NewTown(10, 3000)
	with := stream(t, town, 0)
	i := slices.IndexFunc(town.Residents, func(r careless.Resident) bool { return !r.Closed.IsZero() })
	town.Residents = slices.Delete(town.Residents, i, i+1)
	without := stream(t, town, 0)
	for m := range with {
		for j, c := range with[m].Columns() {
			if other := without[m].Columns()[j]; other.Level != c.Level || !slices.Equal(other.Values, c.Values) {
				t.Fatalf("column %s is at another level without one record", c.Name)
			}
		}
	}
}

// Files that keep less than their schema promises are found out, and by the replay of the batches as well.
func TestBrokenPromiseIsFoundOut(t *testing.T) {
	town := careless.NewTown(10, 3000)
	var releases []*attack.Release
	for i, table := range stream(t, town, 0) {
		releases = append(releases, plain(table, town.Months[i]))
	}
	town.Schema.Share = 0.3
	finds(t, attacked(t, town, releases, attack.Options{}), "P3 homogeneity", "P7 differences of releases", "P7 batches")
}

// Files for which persons were counted where households should have been are found out by who holds the register.
func TestUncountedHouseholdsAreFoundOut(t *testing.T) {
	town := careless.NewTown(10, 3000)
	var releases []*attack.Release
	for i, table := range stream(t, town, 0) {
		releases = append(releases, plain(table, town.Months[i]))
	}
	for i := range town.Residents {
		town.Residents[i].Household = []string{"north", "south"}[i%2]
	}
	finds(t, attacked(t, town, releases, attack.Options{}), "P2 singling out: people")
}
