package testkit

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// mostT is how far Welch's t may be from nought where nothing is told.
const mostT = 4.5

// TellsNothing measures whether how long an answer takes tells two kinds of question apart: it asks each in turn, t.N times, and
// prints Welch's t as a figure. What is to be as it was before each is done beforehand, and not measured.
func TellsNothing(t *testing.B, name string, known, unknown func(i int), before ...func()) {
	t.Helper()
	coin := rand.New(rand.NewPCG(1, 2))
	var a, b []float64
	for i := range t.N {
		if coin.IntN(2) == 0 { // what the collector does to every other call must not look like a difference
			a = append(a, took(known, i, before))
			b = append(b, took(unknown, i, before))
		} else {
			b = append(b, took(unknown, i, before))
			a = append(a, took(known, i, before))
		}
	}
	a, b = crop(a, b)
	tt, verdict := welch(a, b), "ok"
	if math.Abs(tt) >= mostT {
		verdict = "short"
		t.Errorf("%s tells what is known from what is not: medians %.3f and %.3f ms", name, median(a), median(b))
	}
	fmt.Printf("figure timing_%s_t %.2f |t|_of_%d_a_side target %.1f %s\n", strings.ReplaceAll(name, "-", "_"), tt, t.N, mostT, verdict)
}

// took is in milliseconds.
func took(act func(int), i int, before []func()) float64 {
	for _, f := range before {
		f()
	}
	start := time.Now()
	act(i)
	return float64(time.Since(start).Microseconds()) / 1000
}

func median(x []float64) float64 {
	s := slices.Sorted(slices.Values(x))
	return s[len(s)/2]
}

// crop leaves out, on both sides, what took longer than nineteen in twenty of all together: the machine did something else.
func crop(a, b []float64) (x, y []float64) {
	all := slices.Sorted(slices.Values(slices.Concat(a, b)))
	most := all[len(all)*19/20]
	long := func(v float64) bool { return v > most }
	return slices.DeleteFunc(a, long), slices.DeleteFunc(b, long)
}

func welch(a, b []float64) float64 {
	ma, va := moments(a)
	mb, vb := moments(b)
	return (ma - mb) / math.Sqrt(va/float64(len(a))+vb/float64(len(b)))
}

func moments(x []float64) (mean, variance float64) {
	for _, v := range x {
		mean += v / float64(len(x))
	}
	for _, v := range x {
		variance += (v - mean) * (v - mean) / float64(len(x)-1)
	}
	return mean, variance
}
