package attack

import (
	"math"
	"slices"
	"strings"
	"testing"
)

const tinySchema = `
release: tiny
k: 2
m: 6
diverse: 3
share: 0.8
columns:
- id: age
  field: who.born
  hierarchy: age
  level: 1
  levels:
  - cuts: [30, 45, 46, 65]
  - cuts: [45]
- id: land
  hierarchy: country
  level: 0
  levels:
  - groups: [{id: near, values: [FR, IT]}, {id: far, rest: true}]
- id: ill
  hierarchy: option
  sensitive: true
  level: 0
  levels:
  - groups: [{id: a, values: [a]}, {id: b, values: [b]}, {id: c, values: [c]}, {id: d, values: [d]}]
`

func tiny(t testing.TB) *Schema {
	t.Helper()
	s, err := ParseSchema([]byte(tinySchema))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func people(t testing.TB, lines ...string) *Register {
	t.Helper()
	r, err := ParseRegister([]byte("person,household,filer,closed,who.born,land\n" + strings.Join(lines, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The words are those that the release writes; the vector is shared with its own tests.
func TestWords(t *testing.T) {
	bands := Level{Cuts: []int{1, 2, 45, 65}}
	for raw, want := range map[string]string{"-1": "<1", "0": "<1", "1": "1", "2": "2-44", "44": "2-44", "45": "45-64", "65": "65+", "120": "65+", "x": ""} {
		if got := bands.word(raw); got != want {
			t.Errorf("%s is written %q, want %q", raw, got, want)
		}
	}
	if got, want := bands.words(), []string{"<1", "1", "2-44", "45-64", "65+"}; !slices.Equal(got, want) {
		t.Errorf("bands %v", got)
	}
	land := tiny(t).Columns[1].Levels[0]
	for raw, want := range map[string]string{"FR": "near", "MC": "far", "": "far"} {
		if got := land.word(raw); got != want {
			t.Errorf("%q is written %q, want %q", raw, got, want)
		}
	}
}

func TestSilentSchemaHasTheMethodsBounds(t *testing.T) {
	s, err := ParseSchema([]byte("columns: [{id: a, levels: [{cuts: [3]}]}]"))
	if err != nil || s.K != 11 || s.M != 55 || s.Diverse != 3 || s.Share != 0.8 {
		t.Errorf("%+v, %v", s, err)
	}
	if s.above(4, 5) || !s.above(41, 51) {
		t.Error("four of five are above 0.8, or 41 of 51 are not")
	}
}

// A day of birth becomes an age at closing, whole years.
func TestAgeAtClosing(t *testing.T) {
	reg := people(t, "p1,h1,,2026-05-01,1981-05-02,FR", "p2,h1,,2026-05-02,1981-05-02,FR", "p3,h1,,,1981-05-02,FR")
	w, err := newWorld([]*Schema{tiny(t)}, reg, []*Release{{Name: "r", Columns: []string{"age"}, Rows: [][]string{{"<45"}, {"45+"}}}}, &Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"44", "45", "45"} {
		if got := w.words[0][w.raw[0][i]]; got != want {
			t.Errorf("line %d is %s years old, want %s", i+1, got, want)
		}
	}
	if len(w.applied) != 2 {
		t.Errorf("%d applied", len(w.applied))
	}
}

// One that waits for its recoding by a box is found where the box was not split: of three people two have a row; a split at the
// age of 45 was not made, so the one over 45 is not alone in it.
func TestWouldHaveBeenSplit(t *testing.T) {
	var lines []string
	for i, born := range []string{"1990-01-01", "1991-01-01", "1992-01-01", "1993-01-01", "1960-01-01", "1961-01-01", "1962-01-01"} {
		lines = append(lines, strings.Join([]string{"p" + string(rune('1'+i)), "", "", "2026-01-05", born, "FR"}, ","))
	}
	// One box of all ages beside a finer one elsewhere: seven people, six rows, so at least two of the three elder have one.
	box := [][]string{{"*", "near", "a"}, {"*", "near", "a"}, {"*", "near", "b"}, {"*", "near", "b"}, {"*", "near", "c"}, {"*", "near", "c"}}
	finer := [][]string{{"<45", "far", "a"}, {"<45", "far", "b"}}
	found := func(k int) bool {
		s := tiny(t)
		s.K = k
		r, err := Run(t.Context(), []*Schema{s}, people(t, lines...), []*Release{{Name: "2026-01", Month: 2026 * 12, Columns: []string{"age", "land", "ill"}, Rows: append(box, finer...)}}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Attack == "would have been split" })
	}
	if !found(3) {
		t.Error("k = 3: with three or four of the elder the box would have been split, so it is two of the three")
	}
	if found(2) {
		t.Error("k = 2: nobody can tell which side was too small, for neither was")
	}
}

// What silence tells agrees with an enumeration by hand: a batch of 6 of three values, k = 2, is heard only as 2, 2, 2.
func TestSilence(t *testing.T) {
	c := &cells{schema: &Schema{K: 2, Diverse: 3, Share: 0.8}, codes: [][]int{{0}, {1}, {2}}, share: []float64{0.5, 0.3, 0.2}, values: []string{"a", "b", "c"}, has: [][]int{{0}, {1}, {2}}}
	c.group()
	heard := 90 * (0.5 * 0.3 * 0.2) * (0.5 * 0.3 * 0.2)
	weight, expected := c.weigh(6)
	if math.Abs(weight-(1-heard)) > 1e-12 {
		t.Errorf("silent with %v, want %v", weight, 1-heard)
	}
	for i, share := range c.share {
		if want := 6*share - 2*heard; math.Abs(expected[i]-want) > 1e-12 {
			t.Errorf("%v of value %d expected, want %v", expected[i], i, want)
		}
	}
}

// Drawing instead of enumerating comes to the same, within five standard deviations, for values of very different shares.
func TestSilenceDrawn(t *testing.T) {
	c := &cells{schema: &Schema{K: 2, Diverse: 3, Share: 0.8}}
	for i := range 11 {
		c.codes, c.share = append(c.codes, []int{i}), append(c.share, float64(i+1)/66)
	}
	c.group()
	const n = 12
	if ways(n, len(c.share)) <= mostWeighed {
		t.Fatal("this is still enumerated")
	}
	drawn, some := c.weigh(n)
	exact, all := c.weighOver(n, c.each)
	near := func(what string, got, want, most float64) {
		t.Helper()
		if off := 5 * most / math.Sqrt(draws); math.Abs(got-want) > off {
			t.Errorf("%s %.4f, want %.4f give or take %.4f", what, got, want, off)
		}
	}
	near("silent with", drawn, exact, math.Sqrt(exact*(1-exact)))
	for i, share := range c.share {
		// of somebody's value when the batch is silent; a batch has n*share of it, with that much chance at most
		near("of a value", some[i], all[i], math.Sqrt(n*share*(1+n*share)))
	}
}

func TestSpearman(t *testing.T) {
	up := []float64{1, 2, 3, 4, 5}
	for _, c := range []struct {
		y    []float64
		want float64
	}{{up, 1}, {[]float64{9, 7, 5, 3, 1}, -1}, {[]float64{4, 4, 4, 4, 4}, 0}, {[]float64{2, 1, 4, 3, 5}, 0.8}} {
		if got := spearman(up, c.y); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%v: %v, want %v", c.y, got, c.want)
		}
	}
}

// Every subset is tried, each once, with its groups counted from the rows.
func TestSubsets(t *testing.T) {
	table := newTable(&Release{Columns: []string{"a", "b", "c"}, Rows: [][]string{{"1", "x", "u"}, {"1", "y", "u"}, {"2", "x", "u"}, {"1", "x", "u"}}})
	seen := map[string]int{}
	table.subsets(all(3), 3, func(set []int, of []int32, groups int) bool {
		total, smallest := 0, 9
		for _, n := range table.sizes(of, groups) {
			total += n
			smallest = min(smallest, n)
		}
		if total != 4 {
			t.Errorf("set %v has %d rows", set, total)
		}
		key := ""
		for _, j := range set {
			key += string(rune('a' + j))
		}
		seen[key] = smallest
		return true
	})
	want := map[string]int{"": 4, "a": 1, "b": 1, "c": 4, "ab": 1, "ac": 1, "bc": 1, "abc": 1}
	if len(seen) != len(want) {
		t.Errorf("tried %v", seen)
	}
	for set, n := range want {
		if seen[set] != n {
			t.Errorf("set %q: smallest %d, want %d", set, seen[set], n)
		}
	}
}

// Many groups are counted in a map, few in an array; both give the same.
func TestRefineBothWays(t *testing.T) {
	n := 400
	group, codes := make([]int32, n), make([]uint32, n)
	for i := range n {
		group[i], codes[i] = int32(i%37), uint32(i*i%41)
	}
	a, x := refine(group, 37, codes, 41)
	b, y := refine(group, 37, codes, denseLimit)
	if x != y || !slices.Equal(a, b) {
		t.Errorf("%d groups and %d", x, y)
	}
}

func TestBadInputIsExplained(t *testing.T) {
	for text, want := range map[string]string{
		"":                           "no first line",
		"name,closed\nx,2026-01-01":  "no column person",
		"person,closed\nx,yesterday": "2026-11-30",
		"person,closed\nx":           "1 cells",
		"person,closed\n,2026-01-01": "names no person",
	} {
		if _, err := ParseRegister([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	for data, want := range map[string]string{
		"":                     "no first row",
		"PK\x03\x04 and so on": "zip",
		"\xd0\xcf\x11\xe0...":  "password",
		"a,b\n1,2,3":           "row 2",
	} {
		if _, err := Open("x", []byte(data), nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", data, err)
		}
	}
	for _, text := range []string{"", "columns: []", "columns: [{id: a}]", "columns: {", "k: many"} {
		if _, err := ParseSchema([]byte(text)); err == nil {
			t.Errorf("%q is taken for a schema", text)
		}
	}
	other, err := Open("x.csv", []byte("foreign\n1\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Run(t.Context(), []*Schema{tiny(t)}, people(t), []*Release{other}, Options{}); err == nil || !strings.Contains(err.Error(), "--schema") {
		t.Errorf("a file of another schema: %v", err)
	}
}

func TestMonthOfARelease(t *testing.T) {
	certificate := []byte(`{"signed": {"cohorts": [{"month": "2025-02"}, {"month": "2026-03"}]}}`)
	for name, c := range map[string]struct {
		certificate []byte
		want        int
	}{"permits.xlsx": {nil, 0}, "2026-09-permits-2026-10.xlsx": {nil, 2026*12 + 9}, "2026-09.xlsx": {certificate, 2026*12 + 2}} {
		if got := monthOf(name, c.certificate); got != c.want {
			t.Errorf("%s is of month %d, want %d", name, got, c.want)
		}
	}
}
