package anonymise

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"guichet/internal/fault"
)

func TestForgedCohortsAreRefused(t *testing.T) {
	s := testSchema(t)
	j := mustJudge(t, s, crowd(0, "<45", "eea", 9, 9, 9))
	honest, err := json.Marshal(j.Cohort)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := DecodeCohort(s, honest); err != nil {
		t.Fatal(err)
	}
	for name, forge := range map[string]func(*cohortJSON){
		"a cell under k":     func(c *cohortJSON) { c.Rows = c.Rows[5:] },
		"two values only":    func(c *cohortJSON) { c.Rows = c.Rows[:18] },
		"a foreign value":    func(c *cohortJSON) { c.Rows[0] = []string{"12", "eea", "family"} },
		"a row without end":  func(c *cohortJSON) { c.Rows[0] = []string{"<45", "eea"} },
		"rows out of order":  func(c *cohortJSON) { slices.Reverse(c.Rows) },
		"another schema":     func(c *cohortJSON) { c.Schema = strings.Repeat("0", 64) },
		"renamed columns":    func(c *cohortJSON) { c.Columns[0] = "birth" },
		"few households":     func(c *cohortJSON) { c.Smallest.Households = 4 },
		"better than it is":  func(c *cohortJSON) { c.Smallest.Rows = 27 },
		"negative held back": func(c *cohortJSON) { c.HeldBack = -1 },
	} {
		var c cohortJSON
		if err := json.Unmarshal(honest, &c); err != nil {
			t.Fatal(err)
		}
		forge(&c)
		text, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := DecodeCohort(s, text); fault.Of(err) != fault.Invalid {
			t.Errorf("%s was accepted: %v", name, err)
		}
	}
	if _, err := Concat(s, Cohort{}); err == nil {
		t.Error("a cohort that nobody judged was accepted")
	}
}

func TestTableAndItsProof(t *testing.T) {
	s := testSchema(t)
	first := mustJudge(t, s, crowd(0, "<45", "eea", 9, 9, 9)).Cohort
	second := mustJudge(t, s, append(crowd(0, "45+", "third", 8, 9, 10), crowd(50, "<45", "third", 40, 40, 3)...)).Cohort
	table, err := Concat(s, first, second)
	if err != nil {
		t.Fatal(err)
	}
	p := table.Proof()
	if table.Len() != 54 || p.K != 5 || p.Cells != 6 || p.Smallest != (Smallest{8, 8, 8}) {
		t.Errorf("%d rows, %+v", table.Len(), p)
	}
	if p.HeldBack.None() || p.HeldBack.FewerThanK() || p.HeldBack.About() != 85 {
		t.Errorf("83 held back are told as about %d", p.HeldBack.About())
	}
	// Every value of level 1 stands for 3 of its hierarchy's lines: (3-1)/(6-1), and (3-1)/(12-1).
	want := []ColumnLoss{{"age", 0.4}, {"eea", 0.4}, {"reason", 0.1818181818}}
	if !slices.Equal(p.Loss, want) {
		t.Errorf("loss %v, want %v", p.Loss, want)
	}
	var rows [][]string
	for row := range table.Rows() {
		rows = append(rows, slices.Clone(row))
	}
	if !slices.IsSortedFunc(rows[:27], slices.Compare[[]string]) || !slices.IsSortedFunc(rows[27:], slices.Compare[[]string]) {
		t.Error("a cohort is not sorted by its values")
	}
}

func TestHeldBackIsToldNoFinerThanK(t *testing.T) {
	for n, want := range map[int][3]any{
		0: {true, false, 0}, 1: {false, true, 0}, 10: {false, true, 0}, 11: {false, false, 11},
		16: {false, false, 11}, 17: {false, false, 22}, 110: {false, false, 110},
	} {
		h := HeldBack{n, 11}
		if got := [3]any{h.None(), h.FewerThanK(), h.About()}; got != want {
			t.Errorf("%d held back: %v, want %v", n, got, want)
		}
	}
}

func TestSchemaUnderTheFloorsIsRefused(t *testing.T) {
	for name, spoil := range map[string]func(*Rules){
		"k of 4":             func(r *Rules) { r.K = 4 },
		"m under k":          func(r *Rules) { r.M = 4 },
		"two values":         func(r *Rules) { r.Diverse = 2 },
		"share of 0.81":      func(r *Rules) { r.Share = Fraction(81, 100) },
		"no share":           func(r *Rules) { r.Share = Rational{} },
		"no column":          func(r *Rules) { r.Columns = nil },
		"eleven columns":     func(r *Rules) { r.Columns = slices.Repeat(r.Columns, 4)[:11] },
		"a column twice":     func(r *Rules) { r.Columns = slices.Repeat(r.Columns, 2) },
		"a level too high":   func(r *Rules) { r.Columns[0].Level = 3 },
		"a yes-or-no secret": func(r *Rules) { r.Columns[0].Sensitive = true },
		"no hierarchy":       func(r *Rules) { r.Columns[0].Hierarchy = nil },
		"a nameless column":  func(r *Rules) { r.Columns[0].Name = "" },
	} {
		r := testRules(t)
		spoil(&r)
		if _, err := NewSchema(r); fault.Of(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFingerprintIsOfTheContent(t *testing.T) {
	same, other := testSchema(t), testRules(t)
	if same.Fingerprint() != testSchema(t).Fingerprint() {
		t.Error("equal schemas have different fingerprints")
	}
	other.Columns[0].Level = 0
	s, err := NewSchema(other)
	if err != nil {
		t.Fatal(err)
	}
	if s.Fingerprint() == same.Fingerprint() {
		t.Error("another level, the same fingerprint")
	}
}

func TestGeneraliseNamesWhatItMisses(t *testing.T) {
	s := testSchema(t)
	cells, missing := s.Generalise([]string{"raw1.2", "raw0.0", "raw3.1"})
	if !slices.Equal(cells, []string{"45+", "eea", "other"}) || missing != nil {
		t.Errorf("%v, missing %v", cells, missing)
	}
	if _, missing = s.Generalise([]string{"raw1.2", "raw9.0", "raw3.1"}); !slices.Equal(missing, []string{"eea"}) {
		t.Errorf("missing %v", missing)
	}
}
