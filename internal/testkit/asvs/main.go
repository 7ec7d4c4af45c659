// Command asvs runs the tests and prints the table of docs/asvs.tsv: each row of OWASP's ASVS 5.0 with the passing tests
// that bear its id.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"guichet/internal/testkit"
)

func main() {
	if err := run(os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "asvs:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, packages []string) error {
	root, err := testkit.Root()
	if err != nil {
		return err
	}
	table, err := os.ReadFile(filepath.Join(root, "docs", "asvs.tsv"))
	if err != nil {
		return err
	}
	if len(packages) == 0 {
		packages = []string{"./cmd/...", "./internal/..."}
	}
	cmd := exec.Command("go", append([]string{"test", "-count=1", "-vet=off", "-timeout", "12m", "-json"}, packages...)...)
	cmd.Dir, cmd.Stderr = root, os.Stderr
	events, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	proofs := gather(events)
	_ = cmd.Wait() // a test that fails proves nothing, and the table shows it
	report(out, string(table), proofs)
	return nil
}

// event is a line of go test -json.
type event struct{ Action, Package, Test, Output string }

// The ids in a name, and those that testkit.Asvs logs.
var (
	named   = regexp.MustCompile(`ASVS((?:_\d+)+)`)
	claimed = regexp.MustCompile(`\bASVS (\d+\.\d+\.\d+)\s*$`)
)

// gather finds which passing tests bear which id.
func gather(events io.Reader) map[string][]string {
	claims, proofs := map[string][]string{}, map[string][]string{}
	lines := bufio.NewScanner(events)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil || e.Test == "" {
			continue
		}
		test := strings.TrimPrefix(e.Package, "guichet/internal/") + "." + e.Test
		switch e.Action {
		case "output":
			if m := claimed.FindStringSubmatch(e.Output); m != nil {
				claims[test] = append(claims[test], m[1])
			}
		case "pass":
			for _, id := range append(claims[test], ids(e.Test)...) {
				proofs[id] = append(proofs[id], test)
			}
		}
	}
	return proofs
}

// ids are those that the last part of a test's name bears: _ASVS_7_4_2_8_3_2 is 7.4.2 and 8.3.2.
func ids(name string) (out []string) {
	name = name[strings.LastIndex(name, "/")+1:]
	for _, m := range named.FindAllStringSubmatch(name, -1) {
		for part := range slices.Chunk(strings.Split(m[1][1:], "_"), 3) {
			if len(part) == 3 {
				out = append(out, strings.Join(part, "."))
			}
		}
	}
	return out
}

func report(out io.Writer, table string, proofs map[string][]string) {
	rows, proven, aside := 0, 0, 0
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(cells) < 2 || cells[0] == "id" {
			continue
		}
		rows++
		state := "missing"
		switch tests := proofs[cells[0]]; {
		case len(tests) > 0:
			state, proven = strings.ReplaceAll(tests[0], " ", "_"), proven+1
			if len(tests) > 1 {
				state += fmt.Sprintf(" and %d more", len(tests)-1)
			}
		case len(cells) > 2 && cells[2] != "":
			state, aside = "n/a: "+cells[2], aside+1
		}
		_, _ = fmt.Fprintf(out, "%-7s %-58s %s\n", cells[0], cells[1], state)
	}
	_, _ = fmt.Fprintf(out, "figure asvs_rows_proven %d of_%d target %d %s\n", proven, rows, rows-aside, verdict(proven >= rows-aside))
}

func verdict(ok bool) string {
	if ok {
		return "ok"
	}
	return "short"
}
