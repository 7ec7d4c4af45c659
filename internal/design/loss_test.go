package design_test

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"guichet/internal/anonymise"
	"guichet/internal/design"
)

// nested is a column of eight values whose levels halve them, as a hierarchy of the engine writes it.
func nested() (design.Column, [][]string) {
	var c design.Column
	lines := make([][]string, 8)
	for shift := range 3 {
		l := design.Level{Size: 8 >> shift}
		for raw := range 8 {
			l.Of = append(l.Of, int32(raw>>shift))
			lines[raw] = append(lines[raw], fmt.Sprint(shift, "-", raw>>shift))
		}
		c.Levels = append(c.Levels, l)
	}
	for raw := range lines {
		lines[raw] = append(lines[raw], "*")
	}
	return c, lines
}

// The loss of a vector is the engine's, with nothing held back.
func TestLossIsTheEngines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns, n := rapid.IntRange(1, 3).Draw(t, "columns"), rapid.IntRange(1, 60).Draw(t, "records")
		s, engine := made(t, columns, n)
		var v []int
		for j := range columns {
			v = append(v, rapid.IntRange(0, 3).Draw(t, fmt.Sprint("level ", j)))
		}
		r, err := engine.At(v)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := s.Loss(v), r.Utility.Value(); math.Abs(got-want) > 1e-9 {
			t.Fatalf("%v costs %g here, %g by the engine", v, got, want)
		}
	})
}

// made draws records of some nested columns, and gives them to both.
func made(t *rapid.T, columns, n int) (*design.Stream, *anonymise.Engine) {
	rows, names, hierarchies := make([][]string, n), []string(nil), map[string]*anonymise.Hierarchy{}
	var list []design.Column
	for j := range columns {
		c, lines := nested()
		name := fmt.Sprint("c", j)
		h, err := anonymise.NewHierarchy(name, lines)
		if err != nil {
			t.Fatal(err)
		}
		names, hierarchies[name] = append(names, name), h
		for i := range n {
			raw := rapid.Int32Range(0, 7).Draw(t, "raw")
			c.Raw = append(c.Raw, raw)
			rows[i] = append(rows[i], lines[raw][0])
		}
		list = append(list, c)
	}
	s, err := design.NewStream(design.Bounds{K: 5, M: 5, Diverse: 3, Thousandths: 800}, 1, list, make([]design.Record, n))
	if err != nil {
		t.Fatal(err)
	}
	data, err := anonymise.NewData("x", names, rows)
	if err != nil {
		t.Fatal(err)
	}
	engine, err := anonymise.NewEngine(data, hierarchies, anonymise.Case{
		ID: "x", QI: names, Limit: anonymise.Fraction(1, 1), Models: []anonymise.Model{anonymise.KAnonymity{K: 1}},
		Metric: anonymise.Metric{Name: anonymise.Loss, Aggregate: anonymise.GeometricMean, GS: 0.5},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, engine
}
