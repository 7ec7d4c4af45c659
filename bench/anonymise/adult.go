package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"

	"guichet/bench/figure"
	"guichet/internal/anonymise"
)

// question is a case in the form that the program reads.
type question struct{ qi, privacy, limit, metric string }

const (
	allNine  = `"sex","age","race","marital-status","education","native-country","workclass","occupation","salary-class"`
	allEight = `"sex","age","race","marital-status","education","native-country","workclass","salary-class"`
)

func (q question) parse() (anonymise.Case, error) {
	text := fmt.Sprintf(`{"qi": [%s], "privacy": [%s], "suppression_limit": %s, "metric": {"name": %q}}`, q.qi, q.privacy, q.limit, q.metric)
	return anonymise.ParseCase("case", 1, []byte(text))
}

func k(n int) string { return fmt.Sprintf(`{"model": "KAnonymity", "k": %d}`, n) }

// group is some cases with one aim: that of the slowest counts.
type group struct {
	name  string
	aim   float64
	cases []question
}

func groups() []group {
	few := group{"adult_search_2_to_5", 35, nil}
	none := group{"adult_search_0", 6, nil}
	all := group{"adult_search_100", 200, nil}
	for _, n := range []int{2, 5, 10, 25} {
		few.cases = append(few.cases, question{allNine, k(n), "0.02", "loss"}, question{allNine, k(n), "0.05", "loss"})
		none.cases = append(none.cases, question{allNine, k(n), "0", "loss"})
		all.cases = append(all.cases, question{allNine, k(n), "1", "loss"})
	}
	metrics := group{"adult_search_metrics", 100, nil}
	for _, name := range []string{"nue", "height", "dm_star", "aecs"} {
		for _, limit := range []string{"0.02", "0.05"} {
			metrics.cases = append(metrics.cases, question{allNine, k(5), limit, name})
		}
	}
	models := group{"adult_search_models", 100, nil}
	for _, model := range []string{
		`{"model": "RecursiveCLDiversity", "attribute": "occupation", "c": 4, "l": 3}`,
		`{"model": "EqualDistanceTCloseness", "attribute": "occupation", "t": 0.2}`,
		`{"model": "HierarchicalDistanceTCloseness", "attribute": "occupation", "t": 0.2}`,
	} {
		models.cases = append(models.cases, question{allEight, k(5) + "," + model, "0.05", "loss"})
	}
	return []group{few, none, all, metrics, models}
}

// readAdult reads the public data and its hierarchies.
func (l *lab) readAdult() (*anonymise.Data, map[string]*anonymise.Hierarchy, error) {
	text, err := os.ReadFile(filepath.Join(l.adult, "adult", "adult.csv"))
	if err != nil {
		return nil, nil, err
	}
	d, err := anonymise.ParseCSV("adult.csv", text)
	if err != nil {
		return nil, nil, err
	}
	hierarchies := make(map[string]*anonymise.Hierarchy)
	for _, name := range d.Columns() {
		file := filepath.Join(l.adult, "adult", "adult_hierarchy_"+name+".csv")
		if text, err = os.ReadFile(file); err != nil {
			return nil, nil, err
		}
		if hierarchies[name], err = anonymise.ReadHierarchy(file, bytes.NewReader(text)); err != nil {
			return nil, nil, err
		}
	}
	return d, hierarchies, nil
}

func measureAdult(l *lab) error {
	d, hierarchies, err := l.readAdult()
	if err != nil {
		return err
	}
	for _, g := range groups() {
		var medians []float64
		slowest, busy := 0.0, processor()
		for _, q := range g.cases {
			c, err := q.parse()
			if err != nil {
				return err
			}
			ms, err := timed(l.rounds, func() error { return l.solve(d, hierarchies, c) })
			if err != nil {
				return err
			}
			slowest = max(slowest, ms)
			medians = append(medians, ms)
		}
		figure.AtMost(g.name, slowest, "ms", g.aim)
		figure.Beside(g.name+"_median", figure.Median(medians), "ms")
		figure.Beside(g.name+"_processor", (processor()-busy)/float64(len(g.cases)*(l.rounds+1)), "ms a case, both cores")
	}
	return nil
}

// solve is what the program calls search: from the columns to the proof.
func (l *lab) solve(d *anonymise.Data, hierarchies map[string]*anonymise.Hierarchy, c anonymise.Case) error {
	e, err := anonymise.NewEngine(d, hierarchies, c)
	if err != nil {
		return err
	}
	r, err := e.Optimum(context.Background(), l.cores)
	if err == nil && !r.Proven {
		return fmt.Errorf("the optimum was not proven")
	}
	return err
}

func measureBoxes(l *lab) error {
	d, hierarchies, err := l.readAdult()
	if err != nil {
		return err
	}
	c, err := question{allNine, k(5), "0", "loss"}.parse()
	if err != nil {
		return err
	}
	var r anonymise.Result
	ms, err := timed(l.rounds, func() error {
		e, err := anonymise.NewEngine(d, hierarchies, c)
		if err == nil {
			_, r, err = e.Boxes(l.cores)
		}
		return err
	})
	if err != nil {
		return err
	}
	figure.AtMost("boxes_time", ms, "ms", 100)
	figure.AtMost("boxes_loss", r.Utility.Value(), "", 0.11)
	figure.Beside("boxes_smallest_class", float64(r.Smallest), "rows")
	return nil
}
