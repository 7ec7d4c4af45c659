package verify

import (
	"strings"
	"testing"
)

// A part that unpacks to more than any dictionary has is not read to its end.
func TestBombIsNotUnpacked(t *testing.T) {
	long := strings.Repeat("a", mostPart)
	rows := make([][]string, mostPart/20)
	for _, x := range []struct{ check, part, text, want string }{
		{"P10.content", "xl/worksheets/sheet2.xml", sheetXML(rows, nil), "larger than"},
		{"P10.content", partTheme, xmlHead + long, "larger than"},
		{"P10.content", partStyles, xmlHead + "<" + long + ">", "longer than"},
		{"P10.strings", partStrings, xmlHead + "<sst><si><t>" + long, "longer than"},
	} {
		s := newSample()
		add(x.part, x.text)(s)
		if c := find(s.verify(t), x.check); c.Outcome != Failed || !strings.Contains(findingsOf(c), x.want) {
			t.Errorf("%s: %s %v", x.part, c.Outcome, c.Findings)
		}
	}
}

func findingsOf(c Check) string {
	var b strings.Builder
	for _, f := range c.Findings {
		b.WriteString(f.String() + "\n")
	}
	return b.String()
}

// Rows that are nearly all different would take long over every set of columns; they fail on all columns, and the report says so.
func TestTooManyDifferentRowsFailAtOnce(t *testing.T) {
	var columns []column
	for _, id := range []string{"a", "b", "c", "d", "e"} {
		c := column{ID: id, Levels: []level{{}}, Sensitive: id == "e"}
		for v := range 8 {
			c.Levels[0].Groups = append(c.Levels[0].Groups, group{string(rune('a' + v))})
		}
		columns = append(columns, c)
	}
	tab := newTable("Data", columns)
	v := &verifier{judge: judge{schema: &schema{K: 11, Diverse: 3, Share: mostShare}, table: tab, orders: map[int][]int{}}}
	for i := range 1 << 15 {
		row := make([][]byte, len(columns))
		for c := range row {
			row[c] = []byte{'a' + byte(i>>(3*c)&7)}
		}
		tab.add(i+2, row, &v.unknown, &v.empty)
	}
	tab.seal()
	v.verdict = v.everySet(0, len(v.rows))
	if c := v.checkP2(); c.Outcome != Failed || !strings.Contains(c.Found, "too many different rows") || c.More+len(c.Findings) > mostFaults {
		t.Errorf("%s: %s", c.Outcome, c.Found)
	}
}

// Two versions of a schema may each have frozen a part of one month.
func TestMonthMayStandTwice(t *testing.T) {
	s := newSample()
	s.months[2].name = s.months[0].name
	s.months[1].name = s.months[0].name
	if r := s.verify(t); !r.Passed() {
		t.Error(r.Checks)
	}
}
