package verify

import (
	"fmt"
	"slices"
	"testing"
)

// wideSample has about n rows of ten columns, two values each and four of the secret, in so many months.
func wideSample(n, months int) (*sample, string) {
	schema := "release: allotment\nversion: 3\nk: 11\nm: 55\ncolumns:\n"
	s := &sample{}
	for i := range mostColumns {
		id, groups, sensitive := fmt.Sprint("column", i), "{id: a}, {id: b}", false
		if i == mostColumns-1 {
			id, groups, sensitive = "reason", "{id: calm}, {id: family}, {id: food}, {id: other}", true
		}
		schema += fmt.Sprintf("- {id: %s, sensitive: %t, level: 0, levels: [{groups: [%s]}]}\n", id, sensitive, groups)
		s.header = append(s.header, id)
	}
	blocks := max(1, n/months/4/14)
	for m := range months {
		x := month{name: fmt.Sprintf("%d-%02d", 2020+m/12, 1+m%12)}
		for r := range n / months {
			row := make([]string, mostColumns)
			for i := range mostColumns - 1 {
				row[i] = "ab"[(r%blocks+m)>>i&1:][:1]
			}
			row[mostColumns-1] = []string{"calm", "family", "food", "other"}[r/blocks%4]
			x.rows = append(x.rows, row)
		}
		slices.SortFunc(x.rows, slices.Compare)
		s.months = append(s.months, x)
	}
	return s, schema
}

func benchmark(b *testing.B, rows, months int) {
	s, schema := wideSample(rows, months)
	parts := s.xml(b)
	words := [][]string{{"Column", "Value"}}
	for _, id := range s.header {
		for _, v := range []string{"a", "b", "calm", "family", "food", "other"} {
			words = append(words, []string{id, v})
		}
	}
	shared := &sharedTable{at: map[string]int{}}
	parts["xl/worksheets/sheet2.xml"], parts[sheet3], parts[partStrings] = sheetXML(words, shared.cell), sheetXML(words, shared.cell), shared.xml()
	s.parts = func(p map[string]string) {
		clear(p)
		for k, v := range parts {
			p[k] = v
		}
	}
	s.claim = func(c map[string]any) {
		c["schema"].(map[string]any)["sha256"] = digest([]byte(schema))
		c["bounds"] = map[string]any{"k": 11, "m": 55, "diverse": 3, "share": 0.8}
		c["held_back"] = "about 11"
	}
	file, certificate := s.build(b)
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		r, err := File(file, []byte(schema), certificate)
		if err != nil {
			b.Fatal(err)
		}
		if !r.Passed() {
			for _, c := range r.Checks {
				if c.Outcome == Failed {
					b.Log(c.ID, c.Found, c.Findings)
				}
			}
			b.Fatal("the release does not pass")
		}
	}
}

func BenchmarkYear(b *testing.B)            { benchmark(b, 3_000, 12) }
func BenchmarkThreeYears(b *testing.B)      { benchmark(b, 9_000, 36) }
func BenchmarkHundredThousand(b *testing.B) { benchmark(b, 100_000, 12) }
func BenchmarkMillion(b *testing.B)         { benchmark(b, 1_000_000, 12) }
