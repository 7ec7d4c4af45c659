package attack_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"guichet/internal/anonymise"
	"guichet/internal/attack"
	"guichet/internal/testkit/careless"
)

// A release is never divided into boxes: a schema freezes levels, and boxes follow the data. guichet anonymise can divide a
// table that is published once. From which cuts were made and which were not, nobody is found in it (anonymisation.md, P9).
func TestNobodyIsFoundByTheCutsOfBoxes(t *testing.T) {
	const towns = 20
	mixed := 0
	for i := range towns {
		town := careless.NewTown(uint64(1000+i), 300+150*i)
		table := boxes(t, town)
		file := plain(table, town.Months[len(town.Months)-1])
		r := attacked(t, town, []*attack.Release{file}, attack.Options{})
		for _, name := range []string{
			"P2 singling out: people", "P4 remnant", "P6 row order", "P9 downcoding by elimination", "P9 would have been split", "P9 minimality",
		} {
			if l := line(t, r, name); l.Findings > 0 {
				t.Errorf("town %d: %s finds %d persons, %d rows: %s", i, name, l.Persons, l.Rows, l.Worst)
			}
		}
		if len(file.Rows) == 0 {
			t.Errorf("town %d: no row", i)
		}
		if line(t, r, "P6 levels that follow the data").Findings > 0 {
			mixed++
		}
	}
	if mixed < towns/2 {
		t.Errorf("only %d of %d tables are divided: there was too little to attack", mixed, towns)
	}
}

// boxes divides the dossiers of a town, each box with k records, persons, households and filers, and diverse secrets.
func boxes(t *testing.T, town *careless.Town) anonymise.Table {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	data, err := anonymise.NewData("town", append(names(town), "the_person", "the_household", "the_filer"), dossiers(town))
	must(err)
	c, err := anonymise.ParseCase("case", 1, boxCase(town))
	must(err)
	hierarchies := map[string]*anonymise.Hierarchy{}
	for _, c := range town.Schema.Columns {
		hierarchies[c.ID], err = anonymise.NewHierarchy(c.ID, ladder(c))
		must(err)
	}
	e, err := anonymise.NewEngine(data, hierarchies, c)
	must(err)
	b, result, err := e.Boxes(2)
	must(err)
	if !result.Found {
		t.Fatal("not even one box of everybody keeps the models")
	}
	table, err := b.Table(result)
	must(err)
	return table
}

func names(town *careless.Town) (out []string) {
	for _, c := range town.Schema.Columns {
		out = append(out, c.ID)
	}
	return out
}

// dossiers are the rows of everybody who applied, in the finest words, with whose they are.
func dossiers(town *careless.Town) (rows [][]string) {
	for _, who := range town.Residents {
		if who.Closed.IsZero() {
			continue
		}
		var row []string
		for j, c := range town.Schema.Columns {
			row = append(row, c.Levels[0].Word(who.Values[j]))
		}
		rows = append(rows, append(row, who.Person, who.Household, who.Filer))
	}
	return rows
}

// ladder is a column's hierarchy from its finest words to *.
func ladder(c careless.Column) (lines [][]string) {
	for _, raw := range c.Raw {
		var line []string
		for _, l := range c.Levels {
			line = append(line, l.Word(raw))
		}
		lines = append(lines, append(line, "*"))
	}
	slices.SortFunc(lines, slices.Compare[[]string])
	return slices.CompactFunc(lines, slices.Equal[[]string])
}

func boxCase(town *careless.Town) []byte {
	var open []string
	models := []string{fmt.Sprintf(`{"model": "KAnonymity", "k": %d}`, town.Schema.K)}
	for _, who := range []string{"person", "household", "filer"} {
		models = append(models, fmt.Sprintf(`{"model": "KAnonymity", "k": %d, "count": "the_%s"}`, town.Schema.K, who))
	}
	for _, c := range town.Schema.Columns {
		if c.Secret {
			models = append(models, fmt.Sprintf(`{"model": "DistinctLDiversity", "attribute": %q, "l": %d}`, c.ID, town.Schema.Diverse))
			continue
		}
		open = append(open, fmt.Sprintf("%q", c.ID))
	}
	return fmt.Appendf(nil, `{"qi": [%s], "method": "boxes", "privacy": [%s]}`, strings.Join(open, ", "), strings.Join(models, ", "))
}
