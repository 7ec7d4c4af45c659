// Command workbook measures how fast a release is written, beside the library's own streaming writer on the same table, and
// what a whole year takes.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"guichet/bench/figure"
)

func main() {
	rows := flag.Int("rows", 1_000_000, "rows of the table")
	rounds := flag.Int("rounds", 3, "times that each side writes it")
	years := flag.Int("years", 3, "times that a year of dossiers is judged, written and verified; 0 leaves it out")
	side := flag.String("side", "", "write once, as ours or peer, and print what it took; for the program itself")
	flag.Parse()
	var err error
	if *side != "" {
		err = measure(*side, *rows)
	} else {
		err = errors.Join(compare(*rows, *rounds), year(*years))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "workbook:", err)
		os.Exit(1)
	}
}

// took is one writing: in a process of its own, so that neither side finds the other's memory.
type took struct {
	seconds, growth float64 // growth of memory while writing, in MiB
	sum             string
}

// compare lets the sides write in turns, and prints the median of the ratios.
func compare(rows, rounds int) error {
	var rate, growth, ours []float64
	sums := map[string]bool{}
	for range rounds {
		a, err := child("ours", rows)
		if err != nil {
			return err
		}
		b, err := child("peer", rows)
		if err != nil {
			return err
		}
		rate, growth, ours = append(rate, b.seconds/a.seconds), append(growth, a.growth-b.growth), append(ours, float64(rows)/a.seconds)
		sums[a.sum] = true
	}
	if len(sums) > 1 {
		return errors.New("two runs gave different bytes")
	}
	figure.AtLeast("xlsx_rate", figure.Median(rate), "excelize", 0.8)
	figure.AtMost("xlsx_growth", figure.Median(growth), "MiB", 64)
	figure.Beside("xlsx_rows", figure.Median(ours), "rows/s")
	return nil
}

func child(side string, rows int) (t took, err error) {
	cmd := exec.Command("/proc/self/exe", "-side", side, "-rows", strconv.Itoa(rows))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return t, fmt.Errorf("%s: %w", side, err)
	}
	_, err = fmt.Sscan(string(out), &t.seconds, &t.growth, &t.sum)
	return t, err
}

// measure writes the table to a file once.
func measure(side string, rows int) (err error) {
	t, err := table(rows)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp("", "workbook-*.xlsx")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	before, err := rest()
	if err != nil {
		return err
	}
	began := time.Now()
	if err := writers[side](f, t); err != nil {
		return err
	}
	seconds := time.Since(began).Seconds()
	peak, err := memory("VmHWM")
	if err != nil {
		return err
	}
	sum := sha256.New()
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if _, err := io.Copy(sum, f); err != nil {
		return err
	}
	fmt.Println(seconds, float64(peak-before)/1024, hex.EncodeToString(sum.Sum(nil)))
	return nil
}

// memory reads a line of the kernel's account of this process, in KiB.
func memory(name string) (int, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	for l := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(l, name+":"); ok {
			return strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(rest), " kB"))
		}
	}
	return 0, fmt.Errorf("the kernel does not tell %s", name)
}
