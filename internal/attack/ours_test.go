package attack_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"guichet/internal/anonymise"
	"guichet/internal/attack"
	"guichet/internal/release"
	"guichet/internal/testkit/careless"
)

// frozen makes the engine's schema of a town's.
func frozen(t testing.TB, s *careless.Schema) *anonymise.Schema {
	t.Helper()
	rules := anonymise.Rules{ID: s.Name, Version: 1, K: s.K, M: s.M, Diverse: s.Diverse, Share: anonymise.Fraction(int64(s.Share*100+0.5), 100)}
	for _, c := range s.Columns {
		if c.Frozen == len(c.Levels) {
			continue
		}
		var lines [][]string
		for _, raw := range c.Raw {
			lines = append(lines, []string{raw, c.Levels[c.Frozen].Word(raw)})
		}
		h, err := anonymise.NewHierarchy(c.ID, lines)
		if err != nil {
			t.Fatal(err)
		}
		rules.Columns = append(rules.Columns, anonymise.ReleaseColumn{Name: c.ID, Hierarchy: h, Level: 1, Sensitive: c.Secret})
	}
	schema, err := anonymise.NewSchema(rules)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// stream judges a town's dossiers month by month, as the service would, and gives the table of each month. A dossier that was
// not judged within purge months is gone; 0 is never.
func stream(t testing.TB, town *careless.Town, purge int) (tables []anonymise.Table) {
	t.Helper()
	schema := frozen(t, &town.Schema)
	judged := map[string]bool{}
	var cohorts []anonymise.Cohort
	for _, month := range town.Months {
		waiting := waitingIn(t, town, schema, month.AddDate(0, 1, 0), purge, judged)
		j, err := anonymise.Judge(schema, month.Format("2006-01"), waiting)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range j.Judged {
			judged[id] = true
		}
		cohorts = append(cohorts, j.Cohort)
		table, err := anonymise.Concat(schema, cohorts...)
		if err != nil {
			t.Fatal(err)
		}
		tables = append(tables, table)
	}
	return tables
}

func waitingIn(t testing.TB, town *careless.Town, schema *anonymise.Schema, end time.Time, purge int, judged map[string]bool) []anonymise.Waiting {
	t.Helper()
	var out []anonymise.Waiting
	for i, who := range town.Residents {
		id := fmt.Sprint(i)
		gone := purge > 0 && who.Closed.AddDate(0, purge, 0).Before(end)
		if who.Closed.IsZero() || !who.Closed.Before(end) || gone || judged[id] {
			continue
		}
		var raw []string
		for j, c := range town.Schema.Columns {
			if c.Frozen < len(c.Levels) {
				raw = append(raw, who.Values[j])
			}
		}
		cells, missing := schema.Generalise(raw)
		if len(missing) > 0 {
			t.Fatalf("a hierarchy misses a value of %v", missing)
		}
		out = append(out, anonymise.Waiting{
			ID: id, Person: who.Person, Household: who.Household, Filer: who.Filer, Closed: who.Closed.Unix()*1000 - int64(i), Cells: cells,
		})
	}
	return out
}

// workbook writes a table as the release does and reads it as the attacker does.
func workbook(t testing.TB, table anonymise.Table, month time.Time) *attack.Release {
	t.Helper()
	var book bytes.Buffer
	if err := release.WriteXLSX(&book, table, release.Labels{Data: "Data", Dictionary: "Dictionary", Proof: "Proof", HeldFewer: "%d", HeldAbout: "%d", Loss: "%s"}); err != nil {
		t.Fatal(err)
	}
	return opened(t, "release-"+month.Format("2006-01")+".xlsx", book.Bytes())
}

// plain gives a table to the attacker as rows alone, which is faster.
func plain(table anonymise.Table, month time.Time) *attack.Release {
	r := &attack.Release{Name: month.Format("2006-01"), Month: month.Year()*12 + int(month.Month()) - 1}
	for _, c := range table.Columns() {
		r.Columns = append(r.Columns, c.Name)
	}
	for row := range table.Rows() {
		r.Rows = append(r.Rows, append([]string(nil), row...))
	}
	return r
}

func opened(t testing.TB, name string, data []byte) *attack.Release {
	t.Helper()
	r, err := attack.Open(name, data, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// attacked runs the suite on a town's releases.
func attacked(t testing.TB, town *careless.Town, releases []*attack.Release, o attack.Options) *attack.Report {
	t.Helper()
	schema, err := attack.ParseSchema(town.Schema.YAML())
	if err != nil {
		t.Fatal(err)
	}
	return run(t, []*attack.Schema{schema}, town.Register(), releases, o)
}

func run(t testing.TB, schemas []*attack.Schema, register []byte, releases []*attack.Release, o attack.Options) *attack.Report {
	t.Helper()
	people, err := attack.ParseRegister(register)
	if err != nil {
		t.Fatal(err)
	}
	r, err := attack.Run(t.Context(), schemas, people, releases, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
