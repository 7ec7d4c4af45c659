package anonymise

import (
	"fmt"

	"pgregory.net/rapid"
)

// world is a small random input with a case.
type world struct {
	names       []string
	rows        [][]string
	hierarchies map[string]*Hierarchy
	c           Case
}

func (w world) data() *Data {
	d, err := NewData("random.csv", w.names, w.rows)
	if err != nil {
		panic(err)
	}
	return d
}

// drawHierarchy makes a nested hierarchy of values v0..vn-1 whose top is one value.
func drawHierarchy(t *rapid.T, name string) *Hierarchy {
	n := rapid.IntRange(1, 6).Draw(t, name+" values")
	parent := make([]int, n)
	for i := range parent {
		parent[i] = rapid.IntRange(0, 2).Draw(t, name+" parent")
	}
	middle := rapid.Bool().Draw(t, name+" middle")
	var lines [][]string
	for i := range n {
		line := []string{fmt.Sprintf("v%d", i)}
		if middle {
			line = append(line, fmt.Sprintf("g%d", parent[i]))
		}
		lines = append(lines, append(line, "*"))
	}
	h, err := NewHierarchy(name+".csv", lines)
	if err != nil {
		panic(err)
	}
	return h
}

func drawWorld(t *rapid.T) world {
	w := world{hierarchies: map[string]*Hierarchy{}}
	columns := rapid.IntRange(1, 4).Draw(t, "columns")
	for j := range columns {
		name := fmt.Sprintf("q%d", j)
		w.names = append(w.names, name)
		w.c.QI = append(w.c.QI, name)
		w.hierarchies[name] = drawHierarchy(t, name)
	}
	w.names = append(w.names, "s")
	w.hierarchies["s"] = drawHierarchy(t, "s")
	for range rapid.IntRange(1, 40).Draw(t, "rows") {
		var row []string
		for _, name := range w.names {
			row = append(row, rapid.SampledFrom(w.hierarchies[name].Values(0)).Draw(t, name))
		}
		w.rows = append(w.rows, row)
	}
	w.c.Sensitive = []string{"s"}
	w.c.Models = rapid.SliceOfN(rapid.Custom(drawModel), 1, 3).Draw(t, "models")
	w.c.Limit = Fraction(int64(rapid.SampledFrom([]int{0, 5, 20, 50, 100}).Draw(t, "limit")), 100)
	w.c.Metric = drawMetric(t)
	return w
}

func drawModel(t *rapid.T) Model {
	l := rapid.IntRange(1, 3).Draw(t, "l")
	part := Fraction(int64(rapid.IntRange(1, 10).Draw(t, "tenths")), 10)
	return rapid.SampledFrom([]Model{
		KAnonymity{K: rapid.IntRange(1, 6).Draw(t, "k")},
		KAnonymity{rapid.IntRange(1, 4).Draw(t, "households"), "s"},
		DistinctDiversity{"s", l},
		RecursiveDiversity{"s", Fraction(int64(rapid.IntRange(1, 6).Draw(t, "c")), 2), l},
		EntropyDiversity{"s", float64(l), false},
		EntropyDiversity{"s", float64(l), true},
		Closeness{"s", part, EqualDistance},
		Closeness{"s", part, OrderedDistance},
		Closeness{"s", part, HierarchicalDistance},
		Likeness{"s", Fraction(2, 1), false},
		Likeness{"s", Fraction(3, 1), true},
		MaximumShare{"s", part},
	}).Draw(t, "model")
}

func drawMetric(t *rapid.T) Metric {
	m := Metric{GS: rapid.SampledFrom([]float64{0, 0.25, 0.5, 0.66, 1}).Draw(t, "gs")}
	m.Name = rapid.SampledFrom([]MetricName{
		Loss, NUE, NUEMonotonic, NUENormalised, Height, Precision, PrecisionMono,
		Discernibility, DiscernStar, ClassSize,
	}).Draw(t, "metric")
	m.Aggregate = rapid.SampledFrom(allowed[m.Name]).Draw(t, "aggregate")
	return m
}
