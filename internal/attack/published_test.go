package attack_test

import (
	"fmt"
	"strings"
	"testing"

	"guichet/internal/attack"
)

const coupleSchema = `
release: couple
k: 5
m: 25
diverse: 3
share: 0.8
columns:
- {id: land, hierarchy: country, level: 0, levels: [{groups: [{id: near, values: [FR]}, {id: far, rest: true}]}]}
- {id: ill, hierarchy: option, sensitive: true, level: 0, levels: [{groups: [{id: a, values: [a]}, {id: b, values: [b]}, {id: c, values: [c]}]}]}
`

// In a batch with a single couple, the count of households of the smallest cell tells the couple's secret; a file that says
// no more than that all counts reach k tells nothing.
func TestPublishedCountsTellACouplesSecret(t *testing.T) {
	schema, err := attack.ParseSchema([]byte(coupleSchema))
	if err != nil {
		t.Fatal(err)
	}
	register := "person,household,filer,closed,land\n"
	for i := range 30 {
		register += fmt.Sprintf("p%d,h%d,,2026-01-%02d,FR\n", i, max(i, 1), i%28+1) // p0 and p1 live together
	}
	file := "land,ill\n" + strings.Repeat("near,a\n", 13) + strings.Repeat("near,b\n", 10) + strings.Repeat("near,c\n", 7)
	const claims = `{"signed": {"cohorts": [{"month": "2026-01", "rows": 30, "smallest": %s}]}}`
	for smallest, want := range map[string]bool{
		`{"rows": 7, "households": 6, "filers": 7}`: true,
		`{"rows": 7, "households": 7, "filers": 7}`: false,
		`{}`: false,
	} {
		r, err := attack.Open("2026-01.csv", []byte(file), fmt.Appendf(nil, claims, smallest))
		if err != nil {
			t.Fatal(err)
		}
		report := run(t, []*attack.Schema{schema}, []byte(register), []*attack.Release{r}, attack.Options{})
		l := line(t, report, "P2 published counts")
		if found := l.Persons == 2; found != want || !want && l.Findings > 0 {
			t.Errorf("%s: %d persons: %s", smallest, l.Persons, l.Worst)
		}
		if want && !strings.Contains(l.Worst, "ill=c") {
			t.Errorf("not their secret: %s", l.Worst)
		}
	}
}
