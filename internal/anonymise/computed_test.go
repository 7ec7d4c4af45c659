package anonymise

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestHierarchiesAreComputed(t *testing.T) {
	for name, in := range map[string]struct {
		how    Computed
		values []string
		want   []string // a line each, sorted
	}{
		"widths":  {Computed{Widths: []int{5, 10}}, []string{"31", "-1", "40"}, []string{"-1 -5--1 -10--1 *", "31 30-34 30-39 *", "40 40-44 40-49 *"}},
		"cuts":    {Computed{Cuts: [][]int{{18, 30}, {30}}}, []string{"17", "18", "30", "99"}, []string{"17 <18 <30 *", "18 18-29 <30 *", "30 30+ 30+ *", "99 30+ 30+ *"}},
		"periods": {Computed{Periods: []string{"month", "quarter", "year", "decade"}}, []string{"2026-11-22", "2019-02-28"}, []string{"2019-02-28 2019-02 2019-Q1 2019 2010-2019 *", "2026-11-22 2026-11 2026-Q4 2026 2020-2029 *"}},
		"countries": {
			Computed{Countries: true},
			[]string{"FR", "MC", "US", "NOR", "CN", "GBR"},
			[]string{"CN Asia third+country *", "FR EEA EEA *", "GBR Europe+outside+the+EEA third+country *", "MC Europe+outside+the+EEA third+country *", "NOR EEA EEA *", "US Americas third+country *"},
		},
	} {
		var rows [][]string
		for _, value := range in.values {
			rows = append(rows, []string{value})
		}
		d, err := NewData("d.csv", []string{"a"}, rows)
		if err != nil {
			t.Fatal(err)
		}
		h, err := in.how.hierarchy("d.csv", &d.columns[0])
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got []string
		for _, value := range h.Values(0) {
			var line []string
			for l := range h.Height() + 1 {
				up, _ := h.At(value, l)
				line = append(line, strings.ReplaceAll(up, " ", "+"))
			}
			got = append(got, strings.Join(line, " "))
		}
		if !slices.Equal(got, in.want) {
			t.Errorf("%s:\n got %q\nwant %q", name, got, in.want)
		}
	}
}

func TestWhatCannotBeComputedIsNamed(t *testing.T) {
	for text, want := range map[string]string{
		`{"widths":[5]}`:              `d.csv:3: the value of column "a" is not a whole number`,
		`{"periods":["year"]}`:        `d.csv:2: the value of column "a" is not a date`,
		`{"countries":true}`:          `d.csv:2: the value of column "a" is not an ISO code`,
		`{"widths":[0]}`:              `case: the computed hierarchy of column "a": a width is under 1`,
		`{"cuts":[[30,18]]}`:          `case: the computed hierarchy of column "a": the cuts`,
		`{"periods":["week"]}`:        `case: the computed hierarchy of column "a": a period`,
		`{}`:                          `case: the computed hierarchy of column "a": it needs exactly one`,
		`{"widths":[5],"cuts":[[1]]}`: `case: the computed hierarchy of column "a": it needs exactly one`,
		`{"widths":[2,3]}`:            `the computed hierarchy of "a":`,
	} {
		values := "a\n12\nSecret\n"
		if text == `{"widths":[2,3]}` {
			values = "a\n0\n1\n2\n3\n"
		}
		d, err := ReadCSV("d.csv", strings.NewReader(values))
		if err != nil {
			t.Fatal(err)
		}
		c, err := ParseCase("c.json", 1, []byte(`{"qi":["a"],"privacy":[{"model":"KAnonymity","k":2}],"computed":{"a":`+text+`}}`))
		if err != nil {
			t.Fatal(err)
		}
		_, err = NewEngine(d, nil, c)
		if p, ok := errors.AsType[*Problem](err); !ok || !strings.HasPrefix(p.Error(), want) || p.Remedy == "" {
			t.Errorf("%s:\n got %v\nwant %s", text, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "Secret") {
			t.Errorf("%s: the error tells a value: %v", text, err)
		}
	}
}
