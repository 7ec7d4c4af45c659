package anonymise

import "guichet/internal/fault"

// At evaluates one vector, with its outliers suppressed even beyond the limit; Found says whether it is within.
func (e *Engine) At(v Vector) (r Result, err error) {
	defer fault.Wrap(&err, "anonymise.At %s", v)
	if err := e.within(v); err != nil {
		return Result{}, err
	}
	_, p := e.newWorker().evaluate(e.base, v, e.data.rows)
	return e.evaluated(p), nil
}

// within refuses a vector that is not one of the lattice.
func (e *Engine) within(v Vector) error {
	if len(v) != len(e.heights) {
		return problem("vector", 0, "it has not one level for each quasi-identifier", "write one level for each, in the order of qi")
	}
	for j, l := range v {
		if l < 0 || l > e.heights[j] {
			return problem("vector", 0, "a level is beyond its hierarchy", "the levels go from 0 to "+e.heights.String())
		}
	}
	return nil
}

func (e *Engine) evaluated(p *partition) Result {
	r := e.result(p)
	r.Found, r.Checked, r.Proven = p.suppressed <= e.limit, 1, true
	return r
}
