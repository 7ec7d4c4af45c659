package anonymise

import (
	"fmt"
	"runtime"

	"guichet/internal/fault"
)

// Case is one question: which vector of levels costs least while every class keeps its promises.
type Case struct {
	ID        string
	QI        []string // quasi-identifiers, generalised
	Sensitive []string // written as they are; every model's attribute is one of them
	Models    []Model
	Limit     Rational // the share of the records that may be suppressed
	Metric    Metric
	Boxes     bool                // divide the space into disjoint boxes instead of searching a vector
	Computed  map[string]Computed // by quasi-identifier: how to make its hierarchy, instead of the one given
	Nodes     []Vector            // vectors to evaluate instead of searching
}

// Engine is a case made ready for one input. It is safe for use by several goroutines.
type Engine struct {
	data       *Data
	attributes []*attribute
	secrets    []*secret
	models     []Model
	sensitive  []string // written as they are
	packing    *packing
	base       *groups // equal records, once
	cost       cost
	guide      cost // of the first descent
	sized      bool // the metric is of the sizes of classes
	metric     Metric
	heights    Vector
	limit      int // records that may be suppressed
	least      int // records that any passing class has
}

// NewEngine checks a case against its input. Hierarchies are by column; quasi-identifiers need one, sensitive
// columns where a model's distance does. Errors are of kind fault.Invalid and hold a *Problem.
func NewEngine(d *Data, hierarchies map[string]*Hierarchy, c Case) (e *Engine, err error) {
	defer fault.Wrap(&err, "anonymise.NewEngine")
	if err := c.check(d); err != nil {
		return nil, err
	}
	e = &Engine{data: d, models: c.Models, sensitive: c.Sensitive, metric: c.Metric, limit: c.Limit.floorOf(d.rows), least: 1}
	for _, name := range c.QI {
		h, ok := hierarchies[name]
		if how, given := c.Computed[name]; given {
			if h, err = e.compute(name, how); err != nil {
				return nil, err
			}
			ok = true
		}
		if !ok {
			return nil, problem(d.label, 1, fmt.Sprintf("the column %q has no hierarchy", name), "give a file that lists its values, one a line, with their levels")
		}
		a, err := newAttribute(d, name, h)
		if err != nil {
			return nil, err
		}
		e.attributes = append(e.attributes, a)
		e.heights = append(e.heights, a.height())
	}
	if err := e.addSecrets(hierarchies); err != nil {
		return nil, err
	}
	e.prepare()
	return e, nil
}

func (e *Engine) compute(name string, how Computed) (*Hierarchy, error) {
	c, ok := e.data.column(name)
	if !ok {
		return nil, noColumn(e.data.label, name)
	}
	return how.hierarchy(e.data.label, c)
}

// addSecrets takes the sensitive columns that a model speaks of; the others play no part in the search.
func (e *Engine) addSecrets(hierarchies map[string]*Hierarchy) error {
	seen := map[string]bool{"": true}
	for _, m := range e.models {
		name := m.Attribute()
		if seen[name] {
			continue
		}
		seen[name] = true
		s, err := newSecret(e.data, name, hierarchies[name])
		if err != nil {
			return err
		}
		e.secrets = append(e.secrets, s)
	}
	for _, m := range e.models {
		if t, ok := m.(Closeness); ok && t.Distance == HierarchicalDistance && hierarchies[t.Column] == nil {
			return problem(e.data.label, 1, fmt.Sprintf("the column %q has no hierarchy to measure distances in", t.Column), "give its hierarchy, or use another distance")
		}
	}
	return nil
}

func (e *Engine) prepare() {
	e.packing = newPacking(e.attributes, e.secrets)
	for _, m := range e.models {
		records, _ := m.least()
		e.least = max(e.least, records)
	}
	e.collapse(runtime.GOMAXPROCS(0))
	e.cost = e.metric.cost(e.attributes, e.data.rows, e.limit)
	e.guide = e.cost
	if _, e.sized = e.cost.(classCost); e.sized { // nothing is known of it before grouping
		e.guide = newEntropyCost(NUEMonotonic, e.attributes, 1, 1)
	}
}

func (f field) put(key []uint64, code uint32) { key[f.word] |= uint64(code) << f.shift }

// Heights is the top of the lattice.
func (e *Engine) Heights() Vector { return append(Vector(nil), e.heights...) }
