package demo

import (
	"bytes"
	"encoding/csv"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"guichet/internal/procedure"
	"guichet/internal/release"
	"guichet/internal/workflow"
)

var october = time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)

func past(t testing.TB, wish Wish) *Past {
	t.Helper()
	p, err := MakePast(definition(t), wish)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func register(t testing.TB, p *Past) string {
	t.Helper()
	var out bytes.Buffer
	if err := p.WriteRegister(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func small() Wish { return Wish{Seed: 3, People: 8000, Months: 8, PerYear: 1800, Until: october} }

// village is small, and some of its dossiers are released all the same.
func village() Wish { return Wish{Seed: 3, People: 4000, Months: 5, PerYear: 1800, Until: october} }

func TestPastIsTheSameForTheSameWish(t *testing.T) {
	a, b := past(t, village()), past(t, village())
	if register(t, a) != register(t, b) {
		t.Fatal("two registers of one wish differ")
	}
	ra, err := a.Replay()
	if err != nil {
		t.Fatal(err)
	}
	rb, err := b.Replay()
	if err != nil {
		t.Fatal(err)
	}
	for i := range ra.Cohorts {
		x, _ := ra.Cohorts[i].MarshalJSON()
		y, _ := rb.Cohorts[i].MarshalJSON()
		if !bytes.Equal(x, y) {
			t.Fatalf("cohort %d differs", i)
		}
	}
	if ra.Rows(len(ra.Months)-1) == 0 {
		t.Fatal("nothing is released of the village")
	}
	other := village()
	other.Seed++
	if register(t, past(t, other)) == register(t, a) {
		t.Fatal("another seed gives the same people")
	}
}

// The population of the demonstration is plausible for a state like Monaco, and what it files too.
func TestUsualPastIsPlausible(t *testing.T) {
	p := past(t, Usual(october))
	within := func(what string, got, from, to float64) {
		t.Helper()
		if got < from || got > to || math.IsNaN(got) {
			t.Errorf("%s: %.3f, want %.3f to %.3f", what, got, from, to)
		}
	}
	n := float64(len(p.residents))
	within("residents", n, 38_000, 38_000)
	share := func(holds func(*resident) bool) float64 {
		count := 0
		for _, r := range p.residents {
			if holds(r) {
				count++
			}
		}
		return float64(count) / n
	}
	for country, bounds := range map[string][2]float64{"FR": {.20, .27}, "MC": {.19, .25}, "IT": {.19, .25}, "GB": {.05, .10}, "RU": {.015, .04}} {
		within(country, share(func(r *resident) bool { return r.from.Country == country }), bounds[0], bounds[1])
	}
	age := func(from, to int) float64 {
		return share(func(r *resident) bool { y := years(r.born, p.end); return y >= from && y <= to })
	}
	within("under 16", age(0, 15), .10, .20)
	within("65 and over", age(65, 120), .20, .32)
	within("women", share(func(r *resident) bool { return r.sex == "female" }), .47, .53)
	within("hosted", share(func(r *resident) bool { return r.role == guest }), .02, .07)
	checkHomes(t, p, within)
	checkMonths(t, p, within)
	checkFilers(t, p, within)
}

func checkHomes(t *testing.T, p *Past, within func(string, float64, float64, float64)) {
	t.Helper()
	sizes, flats := map[int]int{}, map[string]int{}
	for _, r := range p.residents {
		sizes[r.home]++
		flat := r.address + "|" + r.block + "|" + strconv.Itoa(r.flat)
		if other, taken := flats[flat]; taken && other != r.home {
			t.Fatalf("two homes in %s", flat)
		}
		flats[flat] = r.home
	}
	counts := map[int]int{}
	for _, r := range p.residents {
		if r.occupants != sizes[r.home] {
			t.Fatalf("%d live in a home of %d", r.occupants, sizes[r.home])
		}
	}
	for _, n := range sizes {
		counts[n]++
	}
	homes := float64(len(sizes))
	within("people in a home", float64(len(p.residents))/homes, 1.9, 2.5)
	within("homes of one", float64(counts[1])/homes, .25, .45)
	within("homes of seven and more", 1-float64(counts[1]+counts[2]+counts[3]+counts[4]+counts[5]+counts[6])/homes, 0, .01)
}

func checkMonths(t *testing.T, p *Past, within func(string, float64, float64, float64)) {
	t.Helper()
	within("dossiers", float64(len(p.Dossiers)), 7500, 7503)
	counts := map[string]int{}
	for _, d := range p.Dossiers {
		if month := date(d.Closed)[:7]; month != p.Months[d.month].Format("2006-01") {
			t.Fatalf("closed in %s, counted in %s", month, p.Months[d.month])
		}
		if d.Closed.Before(d.Filed) || workflow.Add(d.Filed, workflow.Duration{Months: 5}).Before(d.Closed) {
			t.Fatalf("filed %s, closed %s", d.Filed, d.Closed)
		}
		counts[date(d.Closed)[:7]]++
	}
	if len(counts) != 36 {
		t.Fatalf("%d months", len(counts))
	}
	for month, n := range counts {
		within(month, float64(n), 70, 330)
	}
	within("September to August", float64(counts["2025-09"])/float64(counts["2025-08"]), 2, 5)
}

func checkFilers(t *testing.T, p *Past, within func(string, float64, float64, float64)) {
	t.Helper()
	firms, persons, homes, states := map[string]int{}, map[int]int{}, map[string]int{}, map[string]float64{}
	for _, d := range p.Dossiers {
		if strings.HasPrefix(d.Filer, "firm ") {
			firms[d.Filer]++
		}
		persons[d.Person]++
		homes[strconv.Itoa(d.Home)+" "+date(d.Closed)[:7]]++
		states[d.State]++
	}
	filed, most := 0, 0
	for _, n := range firms {
		filed, most = filed+n, max(most, n)
	}
	n := float64(len(p.Dossiers))
	within("filed by firms", float64(filed)/n, .12, .20)
	within("of one firm", float64(most), 100, 300)
	within("persons", float64(len(persons))/n, .85, .97)
	within("families that are closed in one month", 1-float64(len(homes))/n, .15, .40)
	for state, bounds := range map[string][2]float64{"accepted": {.55, .75}, "refused": {.08, .22}, "cancelled": {.12, .28}} {
		within(state, states[state]/n, bounds[0], bounds[1])
	}
}

// Nobody needs to guess what a value means: the register's columns are the schema's, and hierarchies know every value.
func TestRegisterHoldsWhatTheSchemaKnows(t *testing.T) {
	p := past(t, small())
	rows, err := csv.NewReader(semicolons(register(t, p))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"person", "household", "filer", "closed"}
	for _, c := range p.Procedure.Release.Columns {
		if c.ID == "household" { // who lives together stands under this heading already
			c.ID = c.Field
		}
		want = append(want, c.ID)
	}
	if !slices.Equal(rows[0], want) {
		t.Fatalf("%v, want %v", rows[0], want)
	}
	persons := map[string]bool{}
	for _, row := range rows[1:] {
		persons[row[0]] = true
		if (row[2] == "") != (row[3] == "") {
			t.Fatalf("%v: filed but not closed, or the other way round", row)
		}
		for i, c := range p.Procedure.Release.Columns {
			if v := row[4+i]; !knows(c, v) && (row[3] != "" || v != "") {
				t.Fatalf("person %s: %s %q is not known", row[0], c.ID, v)
			}
		}
	}
	if len(persons) != small().People {
		t.Fatalf("%d persons", len(persons))
	}
}

func semicolons(s string) *strings.Reader { return strings.NewReader(strings.ReplaceAll(s, ";", ",")) }

func knows(c procedure.Column, v string) bool {
	if len(c.Levels[0].Cuts) > 0 {
		_, err := strconv.Atoi(v)
		return err == nil
	}
	_, ok := c.Levels[0].Group(v)
	return ok
}

// The narrowed form says of the same answers what the whole one says, in every field that a release looks at.
func TestNarrowFormAgreesWithTheWhole(t *testing.T) {
	whole := definition(t)
	s, err := readScript(permit)
	if err != nil {
		t.Fatal(err)
	}
	thin, err := narrow(whole, s.residents().Fields)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := len(thin.Form.Steps), len(whole.Form.Steps); a >= b {
		t.Fatalf("%d of %d steps", a, b)
	}
	paths := slices.Concat(whole.Release.Person, whole.Release.Household)
	for _, c := range whole.Release.Columns {
		if c.Field != "" {
			paths = append(paths, c.Field)
		}
	}
	for i, raw := range Records(whole, 60, 9) {
		a, b := whole.Form.Walk(raw, nil, day0), thin.Form.Walk(raw, nil, day0)
		for _, path := range paths {
			if x, y := a.Field(path), b.Field(path); x.Relevant != y.Relevant || !slices.Equal(x.Raw, y.Raw) {
				t.Fatalf("record %d: %s is %v, %v in the narrow form", i, path, x.Raw, y.Raw)
			}
		}
		if x, y := len(a.Field("children").Rows), len(b.Field("children").Rows); x != y {
			t.Fatalf("record %d: %d children, %d in the narrow form", i, x, y)
		}
	}
}

// A schema is tried with the whole form: what the narrow one answered is enough for it to be judged alike.
func TestStreamIsReadByTheWholeForm(t *testing.T) {
	p, wish := definition(t), small()
	thin, err := past(t, wish).Replay()
	if err != nil {
		t.Fatal(err)
	}
	whole, err := release.MakeReplay(p, past(t, wish).Made(), thin.Months)
	if err != nil {
		t.Fatal(err)
	}
	last := len(thin.Months) - 1
	if a, b := thin.Rows(last), whole.Rows(last); a != b || a == 0 {
		t.Fatalf("%d rows, %d with the whole form", a, b)
	}
	for i := range thin.Cohorts {
		a, _ := thin.Cohorts[i].MarshalJSON()
		b, _ := whole.Cohorts[i].MarshalJSON()
		if !bytes.Equal(a, b) {
			t.Fatalf("cohort %d differs", i)
		}
	}
}

func TestTooFewPeopleAreRefused(t *testing.T) {
	wish := small()
	wish.People = 200
	if _, err := MakePast(definition(t), wish); err == nil || !strings.Contains(err.Error(), "more people") {
		t.Fatal(err)
	}
}

func BenchmarkUsualPast(b *testing.B) {
	for b.Loop() {
		p := past(b, Usual(october))
		b.ReportMetric(float64(len(p.Dossiers)), "dossiers")
	}
}
