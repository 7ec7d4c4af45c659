package verify

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// randomTable draws a schema's columns and rows of them.
func randomTable(t *rapid.T) (*judge, [][]string) {
	s := &schema{K: rapid.IntRange(1, 4).Draw(t, "k"), Diverse: rapid.IntRange(1, 3).Draw(t, "diverse"), Share: ratio{int64(rapid.IntRange(1, 10).Draw(t, "share")), 10}}
	n := rapid.IntRange(1, 5).Draw(t, "columns")
	for i := range n {
		c := column{ID: fmt.Sprint("c", i), Sensitive: rapid.Bool().Draw(t, "sensitive"), Levels: []level{{}}}
		for v := range rapid.IntRange(1, 4).Draw(t, "values") {
			c.Levels[0].Groups = append(c.Levels[0].Groups, group{fmt.Sprint("v", v)})
		}
		s.Columns = append(s.Columns, c)
	}
	tab := newTable("Data", s.Columns)
	var rows [][]string
	for i := range rapid.IntRange(1, 40).Draw(t, "rows") {
		var row []string
		var cells [][]byte
		for _, c := range s.Columns {
			v := rapid.SampledFrom(c.values()).Draw(t, "v")
			row, cells = append(row, v), append(cells, []byte(v))
		}
		rows = append(rows, row)
		tab.add(i+2, cells, &findings{}, &findings{})
	}
	tab.seal()
	return &judge{schema: s, table: tab, orders: map[int][]int{}}, rows
}

// naive counts the groups of rows over a set of columns with maps of strings.
func naive(rows [][]string, s set, but int) map[string]map[string]int {
	out := map[string]map[string]int{}
	for _, row := range rows {
		var k strings.Builder
		secret := ""
		for i, v := range row {
			switch {
			case i == but:
				secret = v
			case s&(1<<i) != 0:
				k.WriteString(v + "|")
			}
		}
		if out[k.String()] == nil {
			out[k.String()] = map[string]int{}
		}
		out[k.String()][secret]++
	}
	return out
}

// Whatever the rows: sizes, values and shares over every set of columns are those of a count without any cleverness.
func TestEverySetIsCountedRight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		j, rows := randomTable(t)
		n := len(j.columns)
		smallest, values, broken := 0, 0, false
		top := 0.0
		for s := set(1); s < 1<<n; s++ {
			for _, g := range naive(rows, s, -1) {
				smallest = least(smallest, g[""])
				broken = broken || g[""] < j.K
			}
			for i, c := range j.columns {
				if !c.Sensitive || s&(1<<i) == 0 {
					continue
				}
				for _, g := range naive(rows, s&^(1<<i), i) {
					total, most := 0, 0
					for _, x := range g {
						total, most = total+x, max(most, x)
					}
					values, top = least(values, len(g)), max(top, float64(most)/float64(total))
					broken = broken || len(g) < j.Diverse || int64(most)*j.Share.below > j.Share.above*int64(total)
				}
			}
		}
		v := j.everySet(0, len(rows))
		if v.sets != 1<<n-1 || v.smallest != smallest || v.values != values {
			t.Fatalf("%d sets, smallest %d, %d values; naive %d, %d", v.sets, v.smallest, v.values, smallest, values)
		}
		if v.of > 0 && float64(v.top)/float64(v.of) != top {
			t.Fatalf("share %d of %d; naive %v", v.top, v.of, top)
		}
		if broken != (len(v.small)+len(v.uniform) > 0) {
			t.Fatalf("broken %t; found %v %v", broken, v.small, v.uniform)
		}
		whole := j.judgeCells(j.counts(0, len(rows)), 0, len(rows))
		if (len(whole.small)+len(whole.uniform) > 0) != broken {
			t.Fatalf("the cells of all columns do not imply the rest: %v %v", whole, v)
		}
	})
}

// A finding names a row that is in the group.
func TestFindingsNameARowOfTheGroup(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		j, rows := randomTable(t)
		for _, g := range j.everySet(0, len(rows)).small {
			row := j.tell(g, false).Row
			if row < 2 {
				t.Fatalf("no row for %+v", g)
			}
			equal := 0
			for _, other := range rows {
				if same(rows[row-2], other, g.columns) {
					equal++
				}
			}
			if equal != g.rows {
				t.Fatalf("row %d is equal to %d rows, not %d", row, equal, g.rows)
			}
		}
	})
}

func same(a, b []string, s set) bool {
	for i := range a {
		if s&(1<<i) != 0 && a[i] != b[i] {
			return false
		}
	}
	return true
}

// Rows compare as their cells do, so that the order of a cohort can be seen from the packed keys.
func TestKeysAreInTheOrderOfTheCells(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		j, rows := randomTable(t)
		for i := range rows {
			for k := range rows {
				if got, want := j.rows[i] < j.rows[k], slices.Compare(rows[i], rows[k]) < 0; got != want {
					t.Fatalf("%v before %v: %t", rows[i], rows[k], got)
				}
			}
		}
	})
}

// Ten columns of a thousand values, the most there can be, fit into a key.
func TestTheWidestSchemaFits(t *testing.T) {
	var columns []column
	for i := range mostColumns {
		c := column{ID: fmt.Sprint(i), Levels: []level{{}}}
		for v := range mostValues {
			c.Levels[0].Groups = append(c.Levels[0].Groups, group{fmt.Sprintf("%04d", v)})
		}
		columns = append(columns, c)
	}
	tab := newTable("Data", columns)
	if tab == nil {
		t.Fatal("no room")
	}
	row := make([][]byte, mostColumns)
	for i := range row {
		row[i] = fmt.Appendf(nil, "%04d", 999-i)
	}
	tab.add(2, row, &findings{}, &findings{})
	for i := range row {
		if got := tab.values[i][tab.code(tab.cells[0], i)]; got != string(row[i]) {
			t.Errorf("column %d reads %s", i, got)
		}
	}
}
