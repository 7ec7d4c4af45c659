package attack_test

import (
	"testing"

	"guichet/internal/attack"
	"guichet/internal/testkit"
	"guichet/internal/testkit/careless"
)

// town is one that every careless variant is tried on, its levels frozen so that they are no leak in themselves.
func town() *careless.Town { return careless.NewTown(8, 1500).FreezeBest() }

// each careless way of making a release, the attacks that must find somebody in it (every leak of anonymisation.md, section 1,
// and more), and attacks that must not, for what they look for is not there.
var variants = []struct {
	name   string
	make   func(*careless.Town) []careless.File
	find   []string
	silent []string
}{
	{
		"cumulative monthly files, each k-anonymous", careless.Cumulative,
		[]string{"P7 differences of releases", "P7 newcomers by closing month"},
		[]string{"P4 remnant", "P6 levels that follow the data", "P6 row order", "P9 downcoding by elimination", "P9 minimality"},
	},
	{
		"rows in the order of the register", careless.InOrder,
		[]string{"P6 row order"},
		[]string{"P4 remnant", "P6 levels that follow the data", "P7 differences of releases"},
	},
	{
		"rows in the order of closing", careless.InClosingOrder,
		[]string{"P6 row order"},
		[]string{"P4 remnant", "P6 levels that follow the data", "P7 differences of releases"},
	},
	{
		"suppressed rows left in as stars", careless.WithStars,
		[]string{"P4 remnant"},
		[]string{"P6 levels that follow the data", "P6 row order", "P9 downcoding by elimination"},
	},
	{
		"levels chosen anew each month", careless.LevelsAnew,
		[]string{"P6 levels that follow the data", "P8 intersection of releases", "P9 minimality"},
		[]string{"P4 remnant", "P6 row order"},
	},
	{
		"local recoding, minimal record by record", careless.LocallyRecoded,
		[]string{"P9 downcoding by elimination"},
		[]string{"P6 row order", "P7 differences of releases"},
	},
	{
		"nothing generalised", careless.AsTheyAre,
		[]string{"P2 singling out: rows", "P2 singling out: people", "P3 homogeneity", "P5 rare values"},
		[]string{"P4 remnant", "P6 row order"},
	},
}

// A suite that finds nothing anywhere proves nothing: on each careless variant it finds people, by the attack meant for it.
func TestCarelessReleasesAreFoundOut(t *testing.T) {
	testkit.Covers(t, "RP-178") // the last variant drops the names and nothing else
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			town := town()
			var releases []*attack.Release
			for _, f := range v.make(town) {
				releases = append(releases, opened(t, f.Name, f.CSV()))
			}
			r := attacked(t, town, releases, attack.Options{})
			finds(t, r, v.find...)
			for _, name := range v.silent {
				if l := line(t, r, name); l.Findings > 0 {
					t.Errorf("%s is not in these releases, but found: %s", name, l.Worst)
				}
			}
		})
	}
}

// Two schemas over the same people, each k-anonymous and at its own frozen levels, betray those who are alone in both at once.
func TestTwoSchemasAreFoundOut(t *testing.T) {
	town := town()
	files, schemas := careless.TwoSchemas(town)
	var parsed []*attack.Schema
	var releases []*attack.Release
	for i, f := range files {
		s, err := attack.ParseSchema(schemas[i].YAML())
		if err != nil {
			t.Fatal(err)
		}
		parsed, releases = append(parsed, s), append(releases, opened(t, f.Name, f.CSV()))
	}
	r := run(t, parsed, town.Register(), releases, attack.Options{})
	finds(t, r, "P8 intersection of releases")
	if line(t, r, "P6 levels that follow the data").Findings > 0 {
		t.Error("each file keeps its own schema's levels, but they are said to follow the data")
	}
}

// finds demands that attacks, by protection and name, found somebody, and gives the worst example of each.
func finds(t *testing.T, r *attack.Report, attacks ...string) {
	t.Helper()
	for _, name := range attacks {
		l := line(t, r, name)
		if l.Findings == 0 || l.Persons+l.Rows == 0 || l.Worst == "" {
			t.Errorf("%s finds nobody", name)
		}
		t.Logf("%s: %d persons (%.1f %%), %d rows; %s", name, l.Persons, 100*l.Share, l.Rows, l.Worst)
	}
}

func line(t *testing.T, r *attack.Report, name string) attack.Line {
	t.Helper()
	for _, l := range r.Summary {
		if l.Protection+" "+l.Attack == name {
			return l
		}
	}
	t.Fatalf("there is no attack %q", name)
	return attack.Line{}
}

// What an untidy workbook gives away is found one by one, and by the canaries.
func TestUntidyWorkbookIsFoundOut(t *testing.T) {
	file := careless.Cumulative(town())[35]
	for name, left := range map[string]careless.Traces{
		"author":             {Author: "Cléo & fils"},
		"hidden sheet":       {Hidden: "Rue des <Roses>"},
		"left-over string":   {Erased: "TAMARIS-1234"},
		"comment on a cell":  {Remark: "Ask Mrs Oleander"},
		"all of them at all": {Author: "Clematis", Hidden: "Jasmine", Erased: "Lavender", Remark: "Mimosa"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			book, err := file.Untidy(left)
			if err != nil {
				t.Fatal(err)
			}
			strings := []string{left.Author, left.Hidden, left.Erased, left.Remark}
			r := attacked(t, town(), []*attack.Release{opened(t, "release-2025-12.xlsx", book)}, attack.Options{Canaries: strings})
			finds(t, r, "P1 canaries", "P10 file parts")
		})
	}
}
