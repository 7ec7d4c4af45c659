// Command anonymise measures the anonymiser against its aims and prints one line a figure.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
)

// lab is what all measurements share.
type lab struct {
	guichet string // the program
	adult   string // the folder of the public data
	work    string // a folder that is thrown away
	rounds  int
	cores   int
}

// parts are the measurements, by the names that --only takes.
var parts = []struct {
	name string
	run  func(*lab) error
}{
	{"adult", measureAdult},
	{"boxes", measureBoxes},
	{"dossiers", measureDossiers},
	{"process", measureProcess},
	{"million", measureMillion},
}

func main() {
	l := &lab{cores: runtime.GOMAXPROCS(0)}
	flag.StringVar(&l.guichet, "guichet", "bin/guichet", "the `program` to measure as a whole")
	flag.StringVar(&l.adult, "adult", "testdata", "the `folder` with adult/ and adult-cases.jsonl")
	flag.IntVar(&l.rounds, "rounds", 9, "how often each is measured; the median counts")
	only := flag.String("only", "", "measure these `parts` alone, separated by blanks: adult boxes dossiers process million")
	flag.Parse()
	if err := l.run(strings.Fields(*only)); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func (l *lab) run(only []string) (err error) {
	if l.work, err = os.MkdirTemp("", "anonymise-*"); err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(l.work) }() // nothing in it is kept
	for _, p := range parts {
		if len(only) > 0 && !slices.Contains(only, p.name) {
			continue
		}
		if err := p.run(l); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return nil
}
