package design_test

import (
	"fmt"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"guichet/internal/anonymise"
	"guichet/internal/design"
)

// drawn is a stream at random, with what it was made from.
type drawn struct {
	bounds  design.Bounds
	months  int
	columns []design.Column
	records []design.Record
}

func draw(t *rapid.T) drawn {
	n := rapid.IntRange(0, 260).Draw(t, "records")
	d := drawn{
		bounds: design.Bounds{K: 5, M: rapid.IntRange(5, 25).Draw(t, "m"), Diverse: 3, Thousandths: rapid.IntRange(400, 800).Draw(t, "share")},
		months: rapid.IntRange(1, 5).Draw(t, "months"),
	}
	for range rapid.IntRange(1, 4).Draw(t, "columns") {
		d.columns = append(d.columns, drawColumn(t, n))
	}
	persons, filers, keys := max(n, 1), rapid.IntRange(max(n/4, 1), max(n, 1)).Draw(t, "filers"), rapid.IntRange(1, 2*n+2).Draw(t, "keys")
	for range n {
		from := rapid.IntRange(0, d.months-1).Draw(t, "from")
		d.records = append(d.records, design.Record{
			Person: int32(rapid.IntRange(0, persons-1).Draw(t, "person")), Filer: int32(rapid.IntRange(0, min(filers, n)-1).Draw(t, "filer")),
			Keys:   rapid.SliceOfN(rapid.Int32Range(0, int32(keys)), 0, 2).Draw(t, "keys"),
			Closed: int64(from*3 + rapid.IntRange(0, 2).Draw(t, "closed")), From: from, Until: from + rapid.IntRange(1, 4).Draw(t, "stays"),
		})
	}
	return d
}

// drawColumn draws a column of six raw values, of which a level may not know some.
func drawColumn(t *rapid.T, n int) design.Column {
	out := design.Column{Secret: rapid.IntRange(0, 2).Draw(t, "secret") == 0}
	size := rapid.IntRange(3, 4).Draw(t, "size")
	for range rapid.IntRange(1, 2).Draw(t, "levels") {
		l := design.Level{Size: size}
		for raw := range 6 {
			v := int32(raw % size)
			if raw == 5 && rapid.Bool().Draw(t, "unknown") {
				v = -1
			}
			l.Of = append(l.Of, v)
		}
		out.Levels = append(out.Levels, l)
	}
	for range n {
		out.Raw = append(out.Raw, int32(rapid.IntRange(-1, 30).Draw(t, "raw")))
	}
	for i, raw := range out.Raw {
		if raw > 5 { // most are among the first values, so that blocks fill
			out.Raw[i] = raw % int32(size)
		}
	}
	return out
}

// written is what a level writes for a record, -1 for what it does not know.
func written(c design.Column, level, record int) int32 {
	if raw := c.Raw[record]; raw >= 0 {
		return c.Levels[level].Of[raw]
	}
	return -1
}

func (d drawn) schema(t *rapid.T, vector []int) *anonymise.Schema {
	rules := anonymise.Rules{ID: "x", Version: 1, K: d.bounds.K, M: d.bounds.M, Diverse: d.bounds.Diverse, Share: anonymise.Fraction(int64(d.bounds.Thousandths), 1000)}
	for j, c := range d.columns {
		if vector[j] == len(c.Levels) {
			continue
		}
		var lines [][]string
		for v := range c.Levels[vector[j]].Size {
			lines = append(lines, []string{strconv.Itoa(v)})
		}
		h, err := anonymise.NewHierarchy("x", lines)
		if err != nil {
			t.Fatal(err)
		}
		rules.Columns = append(rules.Columns, anonymise.ReleaseColumn{Name: fmt.Sprint("c", j), Hierarchy: h, Sensitive: c.Secret})
	}
	s, err := anonymise.NewSchema(rules)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// judged is what the engine releases month by month: rows of each cohort, and all judged.
func (d drawn) judged(t *rapid.T, vector []int) (cohorts []anonymise.Cohort, all []int) {
	s, done := d.schema(t, vector), map[int]bool{}
	for m := range d.months {
		var there []int
		for i, r := range d.records {
			if r.From <= m && m < r.Until && !done[i] {
				there = append(there, i)
			}
		}
		home := d.homes(there)
		var waiting []anonymise.Waiting
		for _, i := range there {
			if cells, ok := d.cells(vector, i); ok {
				r := d.records[i]
				waiting = append(waiting, anonymise.Waiting{
					ID: strconv.Itoa(i), Person: fmt.Sprint(r.Person), Filer: fmt.Sprint(r.Filer), Household: fmt.Sprint(home[i]), Closed: r.Closed, Cells: cells,
				})
			}
		}
		j, err := anonymise.Judge(s, fmt.Sprint(m), waiting)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range j.Judged {
			n, _ := strconv.Atoi(id)
			done[n] = true
		}
		cohorts, all = append(cohorts, j.Cohort), append(all, len(j.Judged))
	}
	return cohorts, all
}

func (d drawn) cells(vector []int, record int) (cells []string, ok bool) {
	for j, c := range d.columns {
		if vector[j] == len(c.Levels) {
			continue
		}
		v := written(c, vector[j], record)
		if v < 0 {
			return nil, false
		}
		cells = append(cells, strconv.Itoa(int(v)))
	}
	return cells, true
}

// homes numbers the households of some records the slow way: until nothing changes.
func (d drawn) homes(there []int) map[int]int {
	home := map[int]int{}
	for _, i := range there {
		home[i] = i
	}
	for changed := true; changed; {
		changed = false
		for _, a := range there {
			for _, b := range there {
				meet := slices.ContainsFunc(d.records[a].Keys, func(k int32) bool { return slices.Contains(d.records[b].Keys, k) })
				if meet && home[a] < home[b] {
					home[b], changed = home[a], true
				}
			}
		}
	}
	return home
}

// The counting here and the engine's judgement are the same, month by month, whatever the records.
func TestCountsAsTheEngineJudges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		s, err := design.NewStream(d.bounds, d.months, d.columns, d.records)
		if err != nil {
			t.Fatal(err)
		}
		var vector []int
		for j, top := range s.Tops() {
			vector = append(vector, rapid.IntRange(0, top).Draw(t, fmt.Sprint("level ", j)))
		}
		f, cells, err := s.Try(vector)
		if !s.Admits(vector) {
			if err == nil {
				t.Fatal("a vector that no schema may have was tried")
			}
			return
		}
		cohorts, all := d.judged(t, vector)
		d.compare(t, f, cells, cohorts, all)
	})
}

func (d drawn) compare(t *rapid.T, f design.Figures, cells []design.Cell, cohorts []anonymise.Cohort, all []int) {
	released, held, smallest := 0, 0, 0
	for m, c := range cohorts {
		if f.Months[m].Released != c.Len() || f.Months[m].Judged != all[m] {
			t.Fatalf("month %d: %+v here, the engine judges %d and releases %d", m, f.Months[m], all[m], c.Len())
		}
		released, held = released+c.Len(), held+c.HeldBack()
		if n := c.Smallest().Rows; n > 0 && (smallest == 0 || n < smallest) {
			smallest = n
		}
	}
	if f.Released != released || f.HeldBack != held || f.Smallest != smallest || f.Cells != len(cells) {
		t.Fatalf("%+v here, the engine has %d released, %d held back, smallest %d", f, released, held, smallest)
	}
	rows := 0
	for _, c := range cells {
		rows += c.Rows
	}
	if rows != released || f.Records != len(d.records) || f.Released+f.HeldBack+f.Unknown+f.Lapsed+f.Waiting != f.Records {
		t.Fatalf("the figures do not add up: %+v, %d rows in cells", f, rows)
	}
}
