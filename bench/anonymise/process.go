package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"guichet/bench/figure"
)

const wholeCase = `{"qi": [` + allNine + `], "privacy": [{"model": "KAnonymity", "k": 5}], "suppression_limit": 0.05}`

// measureProcess times the program from its start to its end: CSV in, workbook out, counted again in between.
func measureProcess(l *lab) error {
	file, err := l.writeCase()
	if err != nil {
		return err
	}
	ms, err := timed(l.rounds, func() error {
		_, _, err := l.program("--data", filepath.Join(l.adult, "adult", "adult.csv"), "--case", file, "--out", filepath.Join(l.work, "out.xlsx"))
		return err
	})
	if err != nil {
		return err
	}
	figure.AtMost("adult_process_xlsx", ms, "ms", 250)
	return nil
}

// measureMillion takes load and search from the program's own report, and its memory from the system.
func measureMillion(l *lab) error {
	if err := l.writeMillion(); err != nil {
		return err
	}
	file, err := l.writeCase()
	if err != nil {
		return err
	}
	var times []float64
	memory := 0.0
	for range min(5, l.rounds) {
		report, peak, err := l.program("--data", filepath.Join(l.work, "million.csv"), "--hierarchies", l.work, "--case", file)
		if err != nil {
			return err
		}
		times = append(times, report.Milliseconds.Load+report.Milliseconds.Search)
		memory = max(memory, peak)
	}
	figure.AtMost("million_load_and_search", figure.Median(times), "ms", 800)
	figure.AtMost("million_memory", memory, "MB", 500)
	return nil
}

type report struct {
	Milliseconds struct{ Load, Search float64 }
}

// program runs guichet anonymise, and gives its report and the most memory it had, in MB.
func (l *lab) program(args ...string) (r report, peak float64, err error) {
	cmd := exec.Command(l.guichet, append([]string{"anonymise"}, args...)...)
	out, err := cmd.Output()
	if err != nil {
		return r, 0, fmt.Errorf("%w: %s", err, out)
	}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok && runtime.GOOS == "linux" {
		peak = float64(usage.Maxrss) / 1024
	}
	return r, peak, json.Unmarshal(out, &r)
}

func (l *lab) writeCase() (string, error) {
	file := filepath.Join(l.work, "case.json")
	return file, os.WriteFile(file, []byte(wholeCase), 0o600)
}

// writeMillion makes a million rows of Adult's: each is one of its rows with one value in ten taken from another, so
// that there are far more different rows. It comes from a fixed seed.
func (l *lab) writeMillion() error {
	text, err := os.ReadFile(filepath.Join(l.adult, "adult", "adult.csv"))
	if err != nil {
		return err
	}
	heading, body, _ := strings.Cut(strings.TrimSpace(strings.ReplaceAll(string(text), "\r", "")), "\n")
	var rows [][]string
	for line := range strings.SplitSeq(body, "\n") {
		rows = append(rows, strings.Split(line, ";"))
	}
	for _, name := range strings.Split(heading, ";") {
		tree, err := os.ReadFile(filepath.Join(l.adult, "adult", "adult_hierarchy_"+name+".csv"))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(l.work, "million_hierarchy_"+name+".csv"), tree, 0o600); err != nil {
			return err
		}
	}
	f, err := os.Create(filepath.Join(l.work, "million.csv"))
	if err != nil {
		return err
	}
	out := bufio.NewWriter(f)
	fmt.Fprintln(out, heading) // errors of a buffer come up at Flush
	draw := rand.New(rand.NewPCG(2026, 6))
	for range 1_000_000 {
		row := append([]string(nil), rows[draw.IntN(len(rows))]...)
		for j := range row {
			if draw.IntN(10) == 0 {
				row[j] = rows[draw.IntN(len(rows))][j]
			}
		}
		fmt.Fprintln(out, strings.Join(row, ";"))
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return f.Close()
}
