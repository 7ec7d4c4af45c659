package anonymise

import (
	"encoding/json"
	"fmt"
	"math"
)

// modelJSON is a privacy model as the cases write it; text is for readers.
type modelJSON struct {
	Model     string      `json:"model"`
	Attribute string      `json:"attribute"`
	K         json.Number `json:"k"`
	Count     string      `json:"count"`
	L         json.Number `json:"l"`
	C         json.Number `json:"c"`
	T         json.Number `json:"t"`
	B         json.Number `json:"b"`
	Share     json.Number `json:"share"`
	Estimator string      `json:"estimator"`
	Start     int         `json:"start"`
	MinOrder  int         `json:"minOrder"`
}

func (m modelJSON) model() (Model, error) {
	if m.Start != 0 || m.MinOrder != 0 {
		return nil, fmt.Errorf("start and minOrder other than 0 are not supported")
	}
	if m.Model != "KAnonymity" && m.Attribute == "" {
		return nil, fmt.Errorf("the attribute is missing")
	}
	switch m.Model {
	case "KAnonymity":
		k, err := whole("k", m.K)
		return KAnonymity{k, m.Count}, err
	case "DistinctLDiversity":
		l, err := whole("l", m.L)
		return DistinctDiversity{m.Attribute, l}, err
	case "RecursiveCLDiversity":
		return m.recursive()
	case "EntropyLDiversity":
		return m.entropy()
	case "MaximumShare":
		share, err := decimal("share", m.Share)
		return MaximumShare{m.Attribute, share}, err
	case "BasicBLikeness", "EnhancedBLikeness":
		b, err := decimal("b", m.B)
		return Likeness{m.Attribute, b, m.Model == "EnhancedBLikeness"}, err
	}
	return m.closeness()
}

func (m modelJSON) recursive() (Model, error) {
	l, err := whole("l", m.L)
	if err != nil {
		return nil, err
	}
	c, err := decimal("c", m.C)
	return RecursiveDiversity{m.Attribute, c, l}, err
}

func (m modelJSON) entropy() (Model, error) {
	l, err := decimal("l", m.L)
	switch {
	case err != nil:
		return nil, err
	case m.Estimator != "" && m.Estimator != "Shannon" && m.Estimator != "Grassberger":
		return nil, fmt.Errorf("the estimator is neither Shannon nor Grassberger")
	}
	return EntropyDiversity{m.Attribute, l.Float(), m.Estimator == "Grassberger"}, nil
}

func (m modelJSON) closeness() (Model, error) {
	distance, known := map[string]Distance{
		"EqualDistanceTCloseness":        EqualDistance,
		"OrderedDistanceTCloseness":      OrderedDistance,
		"HierarchicalDistanceTCloseness": HierarchicalDistance,
	}[m.Model]
	if !known {
		return nil, fmt.Errorf("there is no model %q", m.Model)
	}
	t, err := decimal("t", m.T)
	return Closeness{m.Attribute, t, distance}, err
}

func decimal(name string, n json.Number) (Rational, error) {
	r, ok := ParseRational(n.String())
	if !ok {
		return Rational{}, fmt.Errorf("%s is missing or no decimal", name)
	}
	return r, nil
}

// whole accepts 5 and 5.0.
func whole(name string, n json.Number) (int, error) {
	r, err := decimal(name, n)
	if err != nil {
		return 0, err
	}
	if r.den != 1 || r.num > math.MaxInt32 || r.num < math.MinInt32 {
		return 0, fmt.Errorf("%s is no whole number", name)
	}
	return int(r.num), nil
}
