package main

import (
	"fmt"
	"slices"
)

// atLeast and atMost print a figure and whether it reaches its target.
func atLeast(name string, value float64, unit string, target float64) {
	printFigure(name, value, unit, target, value >= target)
}

func atMost(name string, value float64, unit string, target float64) {
	printFigure(name, value, unit, target, value <= target)
}

func printFigure(name string, value float64, unit string, target float64, reached bool) {
	word := "short"
	if reached {
		word = "ok"
	}
	fmt.Printf("figure %-26s %10.5g %-8s target %-8.6g %s\n", name, value, unit, target, word)
}

// beside prints what explains a figure and has no target of its own.
func beside(name string, value float64, unit string) {
	fmt.Printf("beside %-26s %10.5g %s\n", name, value, unit)
}

// median of a list that is not empty; zero for one that is.
func median(list []float64) float64 {
	if len(list) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(list))
	if n := len(s); n%2 == 0 {
		return (s[n/2-1] + s[n/2]) / 2
	}
	return s[len(s)/2]
}

func ratios(a, b []float64) []float64 {
	out := make([]float64, len(a))
	for i := range a {
		out[i] = a[i] / b[i]
	}
	return out
}
