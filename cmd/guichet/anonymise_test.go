package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

const adultData = "../../testdata/adult/adult.csv"

func anonymiseRun(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out, errs bytes.Buffer
	err := runAnonymise(t.Context(), args, &out, &errs)
	return out.String(), err
}

func writeCase(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "case.json")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

const smallCase = `{"id": "small", "qi": ["sex", "age", "race"], "sensitive": "occupation",
	"privacy": [{"model": "KAnonymity", "k": 5}, {"model": "DistinctLDiversity", "attribute": "occupation", "l": 3}],
	"suppression_limit": 0.02}`

func TestAnonymiseWritesTheFileAndItsReport(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"out.csv", "out.xlsx"} {
		report, out := filepath.Join(dir, "report.json"), filepath.Join(dir, name)
		if _, err := anonymiseRun(t, "--data", adultData, "--case", writeCase(t, smallCase), "--out", out, "--report", report); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(report)
		if err != nil {
			t.Fatal(err)
		}
		var r anonymiseReport
		if err := json.Unmarshal(text, &r); err != nil {
			t.Fatal(err)
		}
		if !r.Solution || !r.Proven || r.Records != 30162 || r.Suppressed > 603 || r.SmallestClass < 5 || len(r.Transformation) != 3 {
			t.Errorf("%+v", r)
		}
		if rows := writtenRows(t, out); rows != r.Records-r.Suppressed+1 {
			t.Errorf("%s has %d lines, %d records of %d are suppressed", name, rows, r.Suppressed, r.Records)
		}
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 3 {
		t.Errorf("the folder holds %v, %v", left, err)
	}
}

func writtenRows(t *testing.T, file string) int {
	t.Helper()
	if filepath.Ext(file) == ".csv" {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Count(text, []byte("\n"))
	}
	f, err := excelize.OpenFile(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := f.GetRows("Data")
	if err != nil {
		t.Fatal(err)
	}
	return len(rows)
}

func TestAnonymiseEvaluatesOneVector(t *testing.T) {
	out, err := anonymiseRun(t, "--data", adultData, "--case", writeCase(t, smallCase), "--node", "[1,4,1]")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out, `"utility": "0.9999`) || !strings.Contains(out, `"classes": 1,`) {
		t.Errorf("everything generalised: %s", out)
	}
}

func TestAnonymiseAnswersManyCases(t *testing.T) {
	cases := filepath.Join(t.TempDir(), "cases.jsonl")
	one := strings.Join(strings.Fields(smallCase), " ")
	node := strings.Replace(one, `"id":`, `"kind": "node-utility", "expect": {"node_utility": {"[0,4,1]": "0"}}, "id":`, 1)
	bad := strings.Replace(one, `"sex"`, `"height"`, 1)
	if err := os.WriteFile(cases, []byte(one+"\n"+node+"\n\n"+bad+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := anonymiseRun(t, "--data", adultData, "--cases", cases)
	if err == nil || !strings.Contains(err.Error(), "1 cases could not be answered") {
		t.Errorf("a case with an unknown column: %v", err)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 3 || !strings.Contains(lines[0], `"proven":true`) || !strings.Contains(lines[1], `"node_utility":{"[0,4,1]":"0.`) ||
		!strings.Contains(lines[2], `there is no column \"height\"`) {
		t.Errorf("%s", out)
	}
}

func TestAnonymiseRefusesImpossibleOrders(t *testing.T) {
	good := writeCase(t, smallCase)
	for want, args := range map[string][]string{
		"--data is missing":        {"--case", good},
		"either --case":            {"--data", adultData},
		"must end in .csv":         {"--data", adultData, "--case", good, "--out", "x.pdf"},
		"go with --case alone":     {"--data", adultData, "--cases", good, "--node", "[0]"},
		"takes no word":            {"--data", adultData, "--case", good, "more"},
		"at least 1":               {"--data", adultData, "--case", good, "--threads", "0"},
		"no such file":             {"--data", "absent.csv", "--case", good},
		"one level for each quasi": {"--data", adultData, "--case", good, "--node", "[0]"},
		"beyond its hierarchy":     {"--data", adultData, "--case", good, "--node", "[0,9,0]"},
		"no way to generalise": {
			"--data", adultData, "--case",
			writeCase(t, `{"qi": ["sex"], "privacy": [{"model": "KAnonymity", "k": 40000}]}`),
		},
		"has no hierarchy": {"--data", adultData, "--hierarchies", t.TempDir(), "--case", good},
	} {
		if _, err := anonymiseRun(t, args...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", args, err, want)
		}
	}
}

func TestAnonymiseDividesIntoBoxes(t *testing.T) {
	out := filepath.Join(t.TempDir(), "boxes.csv")
	boxes := strings.Replace(smallCase, `"id":`, `"method": "boxes", "id":`, 1)
	text, err := anonymiseRun(t, "--data", adultData, "--case", writeCase(t, boxes), "--out", out)
	if err != nil {
		t.Fatal(err)
	}
	var r anonymiseReport
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatal(err)
	}
	if r.Method != "boxes" || !r.Solution || r.Proven || r.Suppressed != 0 || r.SmallestClass < 5 || r.Transformation != nil {
		t.Errorf("%+v", r)
	}
	if rows := writtenRows(t, out); rows != r.Records+1 {
		t.Errorf("%d lines are written of %d records", rows, r.Records)
	}
}
