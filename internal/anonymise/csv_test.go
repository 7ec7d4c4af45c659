package anonymise

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"guichet/internal/fault"
)

func TestReadCSV(t *testing.T) {
	for name, text := range map[string]string{
		"semicolons":       "sex;age\nMale;39\nFemale;50\n",
		"commas":           "sex,age\nMale,39\nFemale,50\n",
		"mark and returns": "\xef\xbb\xbfsex;age\r\nMale;39\r\nFemale;50\r\n",
		"quoted":           "sex;age\n\"Male\";39\n\"Female\";\"50\"",
	} {
		d, err := ReadCSV("f.csv", strings.NewReader(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d.Rows() != 2 || strings.Join(d.Columns(), "+") != "sex+age" || d.Value(1, 0) != "Female" || d.Value(1, 1) != "50" {
			t.Errorf("%s: %d rows of %v", name, d.Rows(), d.Columns())
		}
	}
}

// TestBadInputIsNamed holds every message to file, line and remedy, and to silence about values.
func TestBadInputIsNamed(t *testing.T) {
	h := "Secret;*\nOther;*\n"
	c := `{"qi":["a"],"privacy":[{"model":"KAnonymity","k":2}]}`
	for name, in := range map[string]struct{ data, hierarchy, c, want string }{
		"empty file":        {"", h, c, "d.csv:1: the file is empty"},
		"no record":         {"a;b\n", h, c, "d.csv:1: there is no record"},
		"ragged":            {"a;b\nSecret;1\nSecret\n", h, c, "d.csv:3: 1 fields where the first line has 2"},
		"open quote":        {"a;b\n\"Secret;1\n", h, c, "d.csv:2: a quotation mark"},
		"twice":             {"a;a\n1;2\n", h, c, `d.csv:1: the column name "a" stands twice`},
		"nameless":          {"a;\n1;2\n", h, c, "d.csv:1: column 2 has no name"},
		"no hierarchy line": {"a\nOther\nSecret\nHidden\n", h, c, `d.csv:4: the value of column "a" is not in its hierarchy; add a line for it to h.csv`},
		"ragged hierarchy":  {"a\nSecret\n", "Secret;*\nOther\n", c, "h.csv:2: 1 fields"},
		"value twice":       {"a\nSecret\n", "Secret;*\nSecret;*\n", c, "h.csv:2: the value of this line stands twice"},
		"not nested":        {"a\nSecret\n", "x;g;1\ny;g;2\n", c, "h.csv:2: the value at level 1 has another value at level 2"},
		"empty hierarchy":   {"a\nSecret\n", "", c, "h.csv:1: the hierarchy is empty"},
		"k of 0":            {"a\nSecret\n", h, `{"qi":["a"],"privacy":[{"model":"KAnonymity","k":0}]}`, "case: impossible model 0-anonymity: k is under 1"},
		"k of 2.5":          {"a\nSecret\n", h, `{"qi":["a"],"privacy":[{"model":"KAnonymity","k":2.5}]}`, "c.json:7: privacy model 1: k is no whole number"},
		"unknown model":     {"a\nSecret\n", h, `{"qi":["a"],"privacy":[{"model":"X","attribute":"b"}]}`, `c.json:7: privacy model 1: there is no model "X"`},
		"unknown column":    {"a\nSecret\n", h, `{"qi":["z"],"privacy":[{"model":"KAnonymity","k":2}]}`, `d.csv:1: there is no column "z"`},
		"no model":          {"a\nSecret\n", h, `{"qi":["a"]}`, "case: no privacy model is named"},
		"no qi":             {"a\nSecret\n", h, `{"privacy":[{"model":"KAnonymity","k":2}]}`, "case: no quasi-identifier is named"},
		"limit of 2":        {"a\nSecret\n", h, `{"qi":["a"],"suppression_limit":2,"privacy":[{"model":"KAnonymity","k":2}]}`, "case: the suppression limit"},
		"unknown metric":    {"a\nSecret\n", h, `{"qi":["a"],"metric":{"name":"x"},"privacy":[{"model":"KAnonymity","k":2}]}`, `case: there is no metric "x"`},
		"wrong aggregate":   {"a\nSecret\n", h, `{"qi":["a"],"metric":{"name":"dm","aggregate":"RANK"},"privacy":[{"model":"KAnonymity","k":2}]}`, "case: the metric dm has no aggregate"},
		"weights amiss":     {"a\nSecret\n", h, `{"qi":["a"],"weights":{"b":1},"privacy":[{"model":"KAnonymity","k":2}]}`, "c.json:7: weights do not name"},
		"sensitive and qi":  {"a\nSecret\n", h, `{"qi":["a"],"privacy":[{"model":"DistinctLDiversity","attribute":"a","l":2}]}`, `case: the column "a" is named twice`},
		"no tree for t":     {"a;b\nSecret;1\n", h, `{"qi":["a"],"privacy":[{"model":"HierarchicalDistanceTCloseness","attribute":"b","t":0.2}]}`, `d.csv:1: the column "b" has no hierarchy`},
		"not JSON":          {"a\nSecret\n", h, `{"qi":["a"`, "c.json:7: it is not a case in JSON"},
		"two cases":         {"a\nSecret\n", h, c + c, "c.json:7: something follows the case"},
	} {
		err := run(in.data, in.hierarchy, in.c)
		p, ok := errors.AsType[*Problem](err)
		if !ok || fault.Of(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !strings.HasPrefix(p.Error(), in.want) || p.Remedy == "" {
			t.Errorf("%s:\n got %s\nwant %s", name, p, in.want)
		}
		if strings.Contains(err.Error(), "Secret") || strings.Contains(err.Error(), "Hidden") {
			t.Errorf("%s: the error tells a value: %v", name, err)
		}
	}
}

func run(data, hierarchy, text string) error {
	d, err := ReadCSV("d.csv", strings.NewReader(data))
	if err != nil {
		return err
	}
	h, err := ReadHierarchy("h.csv", strings.NewReader(hierarchy))
	if err != nil {
		return err
	}
	c, err := ParseCase("c.json", 7, []byte(text))
	if err != nil {
		return err
	}
	_, err = NewEngine(d, map[string]*Hierarchy{"a": h}, c)
	return err
}

func TestHierarchy(t *testing.T) {
	h, err := ReadHierarchy("h.csv", strings.NewReader("10;1-;*\n12;1-;*\n20;2-;*\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := h.At("12", 1); !ok || got != "1-" {
		t.Errorf("12 at level 1 is %q, %v", got, ok)
	}
	if _, ok := h.At("13", 1); ok {
		t.Error("13 is in the hierarchy")
	}
	if _, ok := h.At("12", 3); ok {
		t.Error("there is a level 3")
	}
	if share, ok := h.Share("1-", 1); !ok || share != 2.0/3 {
		t.Errorf("1- stands for %v of the lines", share)
	}
	if h.Height() != 2 || h.Lines() != 3 {
		t.Errorf("height %d, %d lines", h.Height(), h.Lines())
	}
}

func FuzzReadCSV(f *testing.F) {
	for _, seed := range []string{"", "a;b\n1;2\n", "a,b\n\"1\"\"\",2\n", "a\n\n\n", "\xef\xbb\xbfa;b\r\n;\r\n", "a;b\n\"", ";\n;", "a\x00;b\n1;2"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := ReadCSV("f.csv", bytes.NewReader(text))
		if err != nil {
			if p, ok := errors.AsType[*Problem](err); !ok || p.Remedy == "" || p.Line < 1 {
				t.Fatalf("an error without a place or a remedy: %v", err)
			}
			return
		}
		for j, name := range d.Columns() {
			if name == "" {
				t.Fatal("a column without a name was accepted")
			}
			for i := range d.Rows() {
				d.Value(i, j) // every record has every column
			}
		}
	})
}

func TestRationalIsExact(t *testing.T) {
	fifth, ok := ParseRational("0.2")
	if !ok || !fifth.atMost(1, 5) || fifth.below(1, 5) || fifth.atMost(1_000_001, 5_000_000) {
		t.Errorf("0.2 is %+v", fifth)
	}
	big := Fraction(1<<62, 3)
	if !big.atMost(1<<63, 7) || !big.atMost(1<<63, 6) || big.below(1<<63, 6) || big.atMost(1<<63, 5) {
		t.Error("a comparison beyond 64 bits is wrong")
	}
	for _, text := range []string{"", "x", "1/3", "0x10", "1e999999", "0.0000000000000000000000001", "NaN", "1_0"} {
		if r, ok := ParseRational(text); ok {
			t.Errorf("%q is read as %v", text, r)
		}
	}
	if n := Fraction(1, 20).floorOf(30162); n != 1508 {
		t.Errorf("5 %% of 30162 is %d", n)
	}
}

// FuzzParseCSV holds the fast reader to the plain one.
func FuzzParseCSV(f *testing.F) {
	for _, seed := range []string{
		"", "a;b\n", "a;b\n1;2\n", "a;b\r\n1;2\r\n\r\n3;4", "a,b\n\"1\"\"\",2\n", "a\n\n\n", "a\nx\r", "a;b\n1\n", "a;b\n1;2;3\n", "\xef\xbb\xbfa;b\n;\n",
		"a;b\n" + strings.Repeat("a longer value;another\x00\n", 9), "a\r\rb\n1\n", "a\n1\r2\n", "a;b\n123456781;123456782\n123456781;12345678\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		want, wrong := ReadCSV("f.csv", bytes.NewReader(text))
		got, err := parseCSV("f.csv", text, 3)
		a, _ := errors.AsType[*Problem](err)
		b, _ := errors.AsType[*Problem](wrong)
		if (err == nil) != (wrong == nil) || (a == nil) != (b == nil) || a != nil && *a != *b {
			t.Fatalf("%v, but read plainly %v", err, wrong)
		}
		if err != nil {
			return
		}
		if got.Rows() != want.Rows() || strings.Join(got.Columns(), "\x00") != strings.Join(want.Columns(), "\x00") {
			t.Fatalf("%d rows of %q, but read plainly %d of %q", got.Rows(), got.Columns(), want.Rows(), want.Columns())
		}
		for j := range want.columns {
			for i := range want.Rows() {
				if got.Value(i, j) != want.Value(i, j) {
					t.Fatalf("row %d, column %d: %q, but read plainly %q", i, j, got.Value(i, j), want.Value(i, j))
				}
			}
		}
	})
}

func TestPartsOfAFileAreOneTable(t *testing.T) {
	var text strings.Builder
	text.WriteString("id;kind\n")
	for i := range 60_000 {
		fmt.Fprintf(&text, "%d;kind %d\n", i, i%7)
	}
	d, err := parseCSV("f.csv", []byte(text.String()), 4)
	if err != nil {
		t.Fatal(err)
	}
	if d.Rows() != 60_000 || d.Value(59_999, 0) != "59999" || len(d.columns[1].values) != 7 || d.columns[0].lines[59_999] != 60_001 {
		t.Errorf("%d rows, last %s", d.Rows(), d.Value(59_999, 0))
	}
	text.WriteString("alone\n")
	_, err = parseCSV("f.csv", []byte(text.String()), 4)
	if p, ok := errors.AsType[*Problem](err); !ok || p.Line != 60_002 {
		t.Errorf("a ragged last line: %v", err)
	}
}
