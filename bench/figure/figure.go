// Package figure prints what was measured, one line a figure.
package figure

import (
	"fmt"
	"slices"
)

// AtLeast prints a figure and whether it reaches its target.
func AtLeast(name string, value float64, unit string, target float64) {
	line(name, value, unit, target, value >= target)
}

// AtMost prints a figure and whether it stays within its target.
func AtMost(name string, value float64, unit string, target float64) {
	line(name, value, unit, target, value <= target)
}

func line(name string, value float64, unit string, target float64, reached bool) {
	word := "short"
	if reached {
		word = "ok"
	}
	fmt.Printf("figure %-28s %10.5g %-8s target %-8.6g %s\n", name, value, unit, target, word)
}

// Beside prints what explains a figure and has no target of its own.
func Beside(name string, value float64, unit string) {
	fmt.Printf("beside %-28s %10.5g %s\n", name, value, unit)
}

// Median is the middle of a list, of two the mean; 0 of an empty one.
func Median(list []float64) float64 {
	s := slices.Sorted(slices.Values(list))
	switch n := len(s); {
	case n == 0:
		return 0
	case n%2 == 0:
		return (s[n/2-1] + s[n/2]) / 2
	default:
		return s[n/2]
	}
}
