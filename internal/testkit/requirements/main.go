// Command requirements runs the tests and says which rows of docs/requirements.tsv passing ones prove.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"guichet/internal/testkit"
)

// target is how many rows of the main procedure must be proven.
const (
	mainPrefix = "RP"
	target     = 120
)

func main() {
	file := flag.String("covers", "", "read `file`, written by an earlier run, instead of running the tests")
	flag.Parse()
	if err := run(os.Stdout, *file, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "requirements:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, covers string, packages []string) error {
	root, err := testkit.Root()
	if err != nil {
		return err
	}
	rows, err := readRows(filepath.Join(root, "docs", "requirements.tsv"))
	if err != nil {
		return err
	}
	if covers == "" {
		dir, err := os.MkdirTemp("", "requirements")
		if err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(dir) }()
		covers = filepath.Join(dir, "covers.tsv")
		if err := runTests(root, covers, packages); err != nil {
			fmt.Fprintln(out, "some tests failed; the rows of those that passed follow")
		}
	}
	proofs, err := readProofs(covers)
	if err != nil {
		return err
	}
	report(out, rows, proofs)
	return nil
}

// runTests runs them all; what fails does not count, and is told on the standard error.
func runTests(root, covers string, packages []string) error {
	if len(packages) == 0 {
		packages = []string{".", "./cmd/...", "./internal/...", "./web/components/..."}
	}
	cmd := exec.Command("go", append([]string{"test", "-count=1", "-vet=off", "-timeout", "12m"}, packages...)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = root, os.Stderr, os.Stderr
	cmd.Env = append(os.Environ(), testkit.CoversVariable+"="+covers)
	return cmd.Run()
}

// row is a line of docs/requirements.tsv.
type row struct{ id, kind, text, chapter string }

// deployment is the chapter of what only an operator can do.
const deployment = "D1"

func (r row) procedure() string { return strings.SplitN(r.id, "-", 2)[0] }

func readRows(path string) ([]row, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var out []row
	for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		cells := strings.Split(line, "\t")
		if i == 0 {
			continue
		}
		if len(cells) < 7 {
			return nil, fmt.Errorf("%s: line %d has %d cells", path, i+1, len(cells))
		}
		out = append(out, row{id: cells[0], kind: cells[2], text: cells[4], chapter: cells[6]})
	}
	return out, nil
}

// readProofs gives the tests that prove each row.
func readProofs(path string) (map[string][]string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	out := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.TrimSpace(line), "\t")
		if len(cells) == 3 {
			out[cells[0]] = append(out[cells[0]], cells[1]+"."+cells[2])
		}
	}
	return out, nil
}
