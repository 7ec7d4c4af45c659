package main

import (
	"fmt"
	"slices"
	"syscall"
	"time"
)

// atMost prints a figure and whether it stays within its target.
func atMost(name string, value float64, unit string, target float64) {
	word := "short"
	if value <= target {
		word = "ok"
	}
	fmt.Printf("figure %-28s %10.5g %-5s target %-6g %s\n", name, value, unit, target, word)
}

// beside prints what explains a figure and has no target of its own.
func beside(name string, value float64, unit string) {
	fmt.Printf("beside %-28s %10.5g %s\n", name, value, unit)
}

func median(list []float64) float64 {
	s := slices.Sorted(slices.Values(list))
	return s[len(s)/2]
}

func contains(list []string, name string) bool { return slices.Contains(list, name) }

// timed runs something several times, after once to warm up, and gives the median of its milliseconds.
func timed(rounds int, work func() error) (float64, error) {
	if err := work(); err != nil {
		return 0, err
	}
	var list []float64
	for range rounds {
		begin := time.Now()
		if err := work(); err != nil {
			return 0, err
		}
		list = append(list, milliseconds(time.Since(begin)))
	}
	return median(list), nil
}

// processor is the time this process has kept processors busy, in milliseconds: on a busy machine it says more.
func processor() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e6
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
