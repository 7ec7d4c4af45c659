package anonymise

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"guichet/internal/fault"
	"pgregory.net/rapid"
)

func bands(t testing.TB, values ...string) *Hierarchy {
	t.Helper()
	var lines [][]string
	for i, value := range values {
		for n := range 3 {
			lines = append(lines, []string{fmt.Sprintf("raw%d.%d", i, n), value, "*"})
		}
	}
	h, err := NewHierarchy("bands", lines)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func testRules(t testing.TB) Rules {
	return Rules{
		ID: "permit", Version: 1, K: 5, M: 25, Diverse: 3, Share: Fraction(4, 5),
		Columns: []ReleaseColumn{
			{Name: "age", Hierarchy: bands(t, "<45", "45+"), Level: 1},
			{Name: "eea", Hierarchy: bands(t, "eea", "third"), Level: 1},
			{Name: "reason", Hierarchy: bands(t, "family", "work", "life", "other"), Level: 1, Sensitive: true},
		},
	}
}

func testSchema(t testing.TB) *Schema {
	t.Helper()
	s, err := NewSchema(testRules(t))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// person is a waiting record of somebody who lives and files alone.
func person(i int, cells ...string) Waiting {
	n := fmt.Sprint(i)
	return Waiting{ID: "d" + n, Person: "p" + n, Household: "h" + n, Filer: "f" + n, Closed: int64(i), Cells: cells}
}

// crowd is one block with so many records of each reason.
func crowd(from int, age, eea string, family, work, life int) []Waiting {
	var list []Waiting
	for reason, n := range map[string]int{"family": family, "work": work, "life": life} {
		for range n {
			list = append(list, person(from+len(list), age, eea, reason))
		}
	}
	return list
}

func mustJudge(t testing.TB, s *Schema, waiting []Waiting) Judgement {
	t.Helper()
	j, err := Judge(s, "2026-11", waiting)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func TestBlockUnderMWaits(t *testing.T) {
	s := testSchema(t)
	j := mustJudge(t, s, crowd(0, "<45", "eea", 8, 8, 8))
	if len(j.Judged) != 0 || j.Cohort.Len() != 0 {
		t.Fatalf("24 of the 25 needed were judged: %d", len(j.Judged))
	}
	j = mustJudge(t, s, crowd(0, "<45", "eea", 9, 8, 8))
	if len(j.Judged) != 25 || j.Cohort.Len() != 25 || j.Cohort.HeldBack() != 0 {
		t.Fatalf("judged %d, released %d, held back %d of 25", len(j.Judged), j.Cohort.Len(), j.Cohort.HeldBack())
	}
}

func TestSmallCellDropsAndMayDropItsGroup(t *testing.T) {
	s := testSchema(t)
	// Four of life are under k; what is left has two values only: nothing is released, all is judged.
	j := mustJudge(t, s, crowd(0, "<45", "eea", 12, 12, 4))
	if len(j.Judged) != 28 || j.Cohort.Len() != 0 || j.Cohort.HeldBack() != 28 {
		t.Fatalf("judged %d, released %d", len(j.Judged), j.Cohort.Len())
	}
	// Above 0.8 in one value: 41 of 51.
	j = mustJudge(t, s, crowd(0, "<45", "eea", 41, 5, 5))
	if j.Cohort.Len() != 0 {
		t.Fatalf("a group with 41 of 51 of one value was released")
	}
	j = mustJudge(t, s, crowd(0, "<45", "eea", 40, 5, 5))
	if j.Cohort.Len() != 50 {
		t.Fatalf("a group with exactly 0.8 of one value was held back")
	}
}

func TestHouseholdsAndFilersCount(t *testing.T) {
	s := testSchema(t)
	waiting := crowd(0, "<45", "eea", 10, 10, 10)
	for i := range waiting {
		waiting[i].Filer = fmt.Sprint("firm", i%20) // 20 filers for 30 persons
	}
	if j := mustJudge(t, s, waiting); len(j.Judged) != 0 {
		t.Fatal("a block of 20 filers was judged with m = 25")
	}
	for i := range waiting {
		waiting[i].Filer = fmt.Sprint("f", i)
		if waiting[i].Cells[2] == "life" {
			waiting[i].Household = fmt.Sprint("home", i%4) // four households share the value
		}
	}
	waiting = append(waiting, crowd(100, "<45", "eea", 5, 5, 0)...)
	if j := mustJudge(t, s, waiting); j.Cohort.Len() != 0 || len(j.Judged) != 40 {
		t.Fatalf("a cell of four households was written: %d rows of %d judged", j.Cohort.Len(), len(j.Judged))
	}
}

func TestOnlyTheLatestOfAPersonCounts(t *testing.T) {
	s := testSchema(t)
	waiting := crowd(0, "<45", "eea", 9, 9, 9)
	again := waiting[0]
	again.ID, again.Closed, again.Cells = "earlier", -1, []string{"45+", "eea", "other"}
	j := mustJudge(t, s, append(waiting, again))
	if len(j.Judged) != 28 || j.Cohort.Len() != 27 || j.Cohort.HeldBack() != 1 {
		t.Fatalf("judged %d, released %d, held back %d", len(j.Judged), j.Cohort.Len(), j.Cohort.HeldBack())
	}
	if !slices.Contains(j.Judged, "earlier") {
		t.Fatal("the earlier dossier of a judged person goes on waiting")
	}
}

func TestJudgementRefusesWhatIsNotGeneralised(t *testing.T) {
	s := testSchema(t)
	for name, spoil := range map[string]func(*Waiting){
		"raw value":    func(w *Waiting) { w.Cells = []string{"raw0.1", "eea", "family"} },
		"a cell short": func(w *Waiting) { w.Cells = w.Cells[:2] },
		"no household": func(w *Waiting) { w.Household = "" },
		"no filer":     func(w *Waiting) { w.Filer = "" },
		"same id":      func(w *Waiting) { w.ID = "d1" },
	} {
		waiting := crowd(0, "<45", "eea", 9, 9, 9)
		spoil(&waiting[0])
		_, err := Judge(s, "m", waiting)
		if fault.Of(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && strings.Contains(err.Error(), "raw0.1") {
			t.Errorf("the error tells a value: %v", err)
		}
	}
}

func drawWaiting(t *rapid.T) []Waiting {
	cells := []string{"<45", "45+", "eea", "third", "family", "work", "life", "other"}
	pick := func(from, to int) string { return cells[rapid.IntRange(from, to).Draw(t, "cell")] }
	var list []Waiting
	for i := range rapid.IntRange(0, 160).Draw(t, "records") {
		w := person(i, pick(0, 1), pick(2, 3), pick(4, 7))
		if rapid.IntRange(0, 9).Draw(t, "shares") == 0 {
			w.Person = fmt.Sprint("p", rapid.IntRange(0, i).Draw(t, "person"))
			w.Household = fmt.Sprint("h", rapid.IntRange(0, i).Draw(t, "household"))
			w.Filer = fmt.Sprint("f", rapid.IntRange(0, i).Draw(t, "filer"))
		}
		list = append(list, w)
	}
	return list
}

// held counts again, from the written rows alone and without the judge's own code, what section 2 promises.
func held(t *rapid.T, rules Rules, rows [][]string) {
	cells := map[[3]string]int{}
	groups := map[[2]string]map[string]int{}
	for _, row := range rows {
		cells[[3]string(row)]++
		open := [2]string(row[:2])
		if groups[open] == nil {
			groups[open] = map[string]int{}
		}
		groups[open][row[2]]++
	}
	for cell, n := range cells {
		if n < rules.K {
			t.Fatalf("the cell %v counts %d", cell, n)
		}
	}
	for open, values := range groups {
		all := 0
		for _, n := range values {
			all += n
		}
		for value, n := range values {
			if 5*n > 4*all {
				t.Fatalf("%v is %s in %d of %d", open, value, n, all)
			}
		}
		if len(values) < rules.Diverse {
			t.Fatalf("%v has the values %v only", open, values)
		}
	}
}

func TestJudgementHoldsWhateverTheData(t *testing.T) {
	s := testSchema(t)
	rapid.Check(t, func(r *rapid.T) {
		waiting := drawWaiting(r)
		j, err := Judge(s, "m", waiting)
		if err != nil {
			r.Fatal(err)
		}
		held(r, s.Rules(), j.Cohort.rows)
		if len(j.Judged) != j.Cohort.Len()+j.Cohort.HeldBack() {
			r.Fatalf("%d judged, %d released, %d held back", len(j.Judged), j.Cohort.Len(), j.Cohort.HeldBack())
		}
		shuffle := rand.New(rand.NewPCG(2, rapid.Uint64().Draw(r, "seed")))
		shuffle.Shuffle(len(waiting), func(a, b int) { waiting[a], waiting[b] = waiting[b], waiting[a] })
		again, err := Judge(s, "m", waiting)
		if err != nil {
			r.Fatal(err)
		}
		one, _ := json.Marshal(j.Cohort)
		two, _ := json.Marshal(again.Cohort)
		if !bytes.Equal(one, two) || !slices.Equal(j.Judged, again.Judged) {
			r.Fatalf("another order, another cohort:\n%s\n%s", one, two)
		}
		back, err := DecodeCohort(s, one)
		if err != nil {
			r.Fatal(err)
		}
		if _, err := Concat(s, back, j.Cohort); err != nil {
			r.Fatal(err)
		}
	})
}
