package anonymise

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const adultDir = "../../testdata/adult"

// expectation is the part of a public case that says what is right.
type expectation struct {
	ID     string `json:"id"`
	Kind   string `json:"kind"`
	Expect struct {
		Utility     string            `json:"utility"`
		Vector      Vector            `json:"transformation"`
		Suppressed  *int              `json:"suppressed"`
		NodeUtility map[string]string `json:"node_utility"`
	} `json:"expect"`
}

func adult(t testing.TB) (*Data, map[string]*Hierarchy) {
	t.Helper()
	f, err := os.Open(filepath.Join(adultDir, "adult.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d, err := ReadCSV("adult.csv", f)
	if err != nil {
		t.Fatal(err)
	}
	hierarchies := make(map[string]*Hierarchy)
	for _, name := range d.Columns() {
		file := "adult_hierarchy_" + name + ".csv"
		text, err := os.ReadFile(filepath.Join(adultDir, file))
		if err != nil {
			t.Fatal(err)
		}
		if hierarchies[name], err = ReadHierarchy(file, bytes.NewReader(text)); err != nil {
			t.Fatal(err)
		}
	}
	return d, hierarchies
}

func TestAdultCases(t *testing.T) {
	d, hierarchies := adult(t)
	f, err := os.Open("../../testdata/adult-cases.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		if (testing.Short() || raced) && n%5 != 0 {
			continue
		}
		text := bytes.Clone(lines.Bytes())
		var want expectation
		if err := json.Unmarshal(text, &want); err != nil {
			t.Fatal(err)
		}
		t.Run(want.ID, func(t *testing.T) {
			t.Parallel()
			c, err := ParseCase("adult-cases.jsonl", n, text)
			if err != nil {
				t.Fatal(err)
			}
			e, err := NewEngine(d, hierarchies, c)
			if err != nil {
				t.Fatal(err)
			}
			if want.Kind == "optimum" {
				checkOptimum(t, e, want, 1+n%2)
			} else {
				checkNodes(t, e, c, want)
			}
		})
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}

func checkOptimum(t *testing.T, e *Engine, want expectation, threads int) {
	r, err := e.Optimum(context.Background(), threads)
	if err != nil {
		t.Fatal(err)
	}
	if !r.Found || !r.Proven {
		t.Fatalf("found %v, proven %v", r.Found, r.Proven)
	}
	sameUtility(t, "optimum "+r.Vector.String(), r.Utility, want.Expect.Utility)
	if s := want.Expect.Suppressed; s != nil && *s != r.Suppressed && slices.Equal(r.Vector, want.Expect.Vector) {
		t.Errorf("%d records suppressed, want %d", r.Suppressed, *s)
	}
}

func checkNodes(t *testing.T, e *Engine, c Case, want expectation) {
	if len(c.Nodes) != len(want.Expect.NodeUtility) || len(c.Nodes) == 0 {
		t.Fatalf("%d vectors read of %d", len(c.Nodes), len(want.Expect.NodeUtility))
	}
	for text, utility := range want.Expect.NodeUtility {
		v, err := ParseVector(text)
		if err != nil {
			t.Fatal(err)
		}
		r, err := e.At(v)
		if err != nil {
			t.Fatal(err)
		}
		sameUtility(t, text, r.Utility, utility)
	}
}

// sameUtility compares with a decimal, or a list of them, to 1e-8 relative.
func sameUtility(t *testing.T, what string, got Utility, want string) {
	t.Helper()
	parts := strings.Split(strings.Trim(want, "[]"), ",")
	ranks := got.ranks
	if !strings.HasPrefix(want, "[") {
		ranks = []float64{got.value}
	}
	if len(parts) != len(ranks) {
		t.Fatalf("%s: utility %s, want %s", what, got, want)
	}
	for i, part := range parts {
		x, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(ranks[i]-x) > 1e-8*max(1e-2, math.Abs(x)) {
			t.Fatalf("%s: utility %s, want %s", what, got, want)
		}
	}
}
