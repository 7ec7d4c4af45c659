package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"guichet/bench/figure"
	"guichet/internal/anonymise"
)

// The dossier-like set: 2,500 rows of 14 columns that hang together as those of applicants do, and a lattice of
// 5 x 4^5 x 3^6 x 2^2 = 14,929,920 vectors. It comes from a fixed seed, so it is the same everywhere.
const dossierRows = 2500

type ladder struct {
	name   string
	values []string
	levels []func(i int) string // of the value's number
}

func banded(name string, from, to int, widths ...int) ladder {
	l := ladder{name: name}
	for n := from; n <= to; n++ {
		l.values = append(l.values, strconv.Itoa(n))
	}
	for _, w := range widths {
		l.levels = append(l.levels, func(i int) string {
			low := (from + i) / w * w
			return fmt.Sprintf("%d-%d", low, low+w-1)
		})
	}
	return l
}

// grouped names its values after its groups: 0.1 is the second value of the first group.
func grouped(name string, values int, sizes ...int) ladder {
	l := ladder{name: name}
	for i := range values {
		l.values = append(l.values, fmt.Sprintf("%s %d", name, i))
	}
	for _, size := range sizes {
		l.levels = append(l.levels, func(i int) string { return fmt.Sprintf("%s/%d %d", name, size, i/size) })
	}
	return l
}

func ladders() []ladder {
	return []ladder{
		banded("age", 18, 89, 5, 10, 20),
		grouped("nationality", 60, 6, 24),
		grouped("birth_country", 60, 6, 24),
		banded("income", 0, 59, 5, 15),
		banded("months", 0, 119, 12, 36),
		banded("surface", 15, 134, 20, 60),
		grouped("activity", 24, 6),
		grouped("district", 12, 4),
		grouped("tenure", 6, 2),
		banded("household", 1, 8, 3),
		grouped("marital", 6, 2),
		grouped("employer", 20, 5),
		grouped("sex", 2),
		grouped("renewal", 2),
	}
}

func (l ladder) hierarchy() (*anonymise.Hierarchy, error) {
	lines := make([][]string, len(l.values))
	for i, value := range l.values {
		lines[i] = []string{value}
		for _, level := range l.levels {
			lines[i] = append(lines[i], level(i))
		}
		lines[i] = append(lines[i], "*")
	}
	return anonymise.NewHierarchy(l.name, lines)
}

// dossiers draws the rows: who is older is more often married, earns more and lives larger, and so on.
func dossiers() (*anonymise.Data, map[string]*anonymise.Hierarchy, error) {
	columns := ladders()
	names := make([]string, len(columns))
	hierarchies := make(map[string]*anonymise.Hierarchy)
	for j, c := range columns {
		h, err := c.hierarchy()
		if err != nil {
			return nil, nil, err
		}
		names[j], hierarchies[c.name] = c.name, h
	}
	draw := applicants{rand.New(rand.NewPCG(2026, 14))}
	rows := make([][]string, dossierRows)
	for i := range rows {
		for j, at := range draw.one() {
			rows[i] = append(rows[i], columns[j].values[min(at, len(columns[j].values)-1)])
		}
	}
	d, err := anonymise.NewData("dossiers", names, rows)
	return d, hierarchies, err
}

type applicants struct{ *rand.Rand }

// early is a number under n, small ones more often: of few countries come most.
func (a applicants) early(n int, steep float64) int {
	return min(n-1, int(a.ExpFloat64()*float64(n)/steep))
}

// near is a number about a middle, within bounds.
func (a applicants) near(middle, spread float64, n int) int {
	return max(0, min(n-1, int(middle+a.NormFloat64()*spread)))
}

func (a applicants) or(share float64, one, other int) int {
	if a.Float64() < share {
		return one
	}
	return other
}

// one is an applicant: the number of the value in each column.
func (a applicants) one() []int {
	age := a.near(24, 14, 72)
	nationality := a.early(60, 5)
	activity := a.early(24, 3)
	marital := a.near(float64(age)/18, 1, 6)
	household := a.near(float64(marital), 1.2, 8)
	income := a.near(8+float64(age)/4+float64(24-activity)/3, 7, 60)
	surface := a.near(12+float64(household)*12+float64(income)/2, 18, 120)
	months := a.or(0.45, a.early(12, 2), a.early(120, 3))
	return []int{
		age,
		nationality,
		a.or(0.8, nationality, a.early(60, 4)),
		income,
		months,
		surface,
		activity,
		a.early(12, 3),
		a.near(3-float64(income)/20, 1.2, 6),
		household,
		marital,
		a.near(float64(activity)*0.8, 3, 20),
		a.IntN(2),
		a.or(0.9, min(1, months/12), 0),
	}
}

// measureDossiers asks when the best vector is known, and when it is proven to be the best.
func measureDossiers(l *lab) error {
	d, hierarchies, err := dossiers()
	if err != nil {
		return err
	}
	limit, _ := anonymise.ParseRational("0.05") // a decimal
	e, err := anonymise.NewEngine(d, hierarchies, anonymise.Case{
		QI: d.Columns(), Models: []anonymise.Model{anonymise.KAnonymity{K: 5}}, Limit: limit,
		Metric: anonymise.Metric{Name: anonymise.Loss, Aggregate: anonymise.GeometricMean, GS: 0.5},
	})
	if err != nil {
		return err
	}
	var proven anonymise.Result
	ms, err := timed(min(3, l.rounds), func() (err error) {
		proven, err = e.Optimum(context.Background(), l.cores)
		return err
	})
	if err != nil {
		return err
	}
	short, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	early, err := e.Optimum(short, l.cores)
	if err != nil {
		return err
	}
	vectors := 1
	for _, h := range e.Heights() {
		vectors *= h + 1
	}
	figure.Beside("dossiers_vectors", float64(vectors), "")
	figure.Beside("dossiers_best", proven.Utility.Value(), "loss")
	figure.AtMost("dossiers_after_200_ms", early.Utility.Value(), "loss", proven.Utility.Value())
	figure.AtMost("dossiers_proof", ms/1000, "s", 15)
	return nil
}
