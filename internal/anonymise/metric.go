package anonymise

import (
	"fmt"
	"slices"
)

// Metric is the measure of what generalising and suppressing cost, to be made least.
type Metric struct {
	Name      MetricName
	Aggregate Aggregate
	GS        float64   // gs-factor: 0 weighs suppression least, 1 generalisation least, 0.5 both fully
	Weights   []float64 // for Loss: one for each quasi-identifier, or nil for equal ones
}

// MetricName is a metric as the cases write it.
type MetricName string

// The metrics (anonymisation.md, section 3).
const (
	Loss           MetricName = "loss"
	NUE            MetricName = "nue"
	NUEMonotonic   MetricName = "nue_mono"
	NUENormalised  MetricName = "nue_normalised"
	Height         MetricName = "height"
	Precision      MetricName = "precision"
	PrecisionMono  MetricName = "precision_mono"
	Discernibility MetricName = "dm"
	DiscernStar    MetricName = "dm_star"
	ClassSize      MetricName = "aecs"
)

// Aggregate joins the losses of the columns.
type Aggregate string

// The aggregates; all five apply to Loss, SUM or ARITHMETIC_MEAN is the only one of each other metric.
const (
	GeometricMean  Aggregate = "GEOMETRIC_MEAN"
	Sum            Aggregate = "SUM"
	ArithmeticMean Aggregate = "ARITHMETIC_MEAN"
	Maximum        Aggregate = "MAXIMUM"
	Rank           Aggregate = "RANK"
)

// factors are sF and gF: what a suppressed and a generalised record count for.
func (m Metric) factors() (suppress, generalise float64) {
	suppress, generalise = 1, 1
	if m.GS < 0.5 {
		suppress = 2 * m.GS
	}
	if m.GS > 0.5 {
		generalise = 1 - 2*(m.GS-0.5)
	}
	return suppress, generalise
}

// cost is a metric made ready for one input.
type cost interface {
	// bound is a utility that no acceptable vector from low upwards is under, when all of them suppress at least
	// so many records and have these figures.
	bound(low Vector, doomed int, floor figures) Utility
	// of is the utility at a partition's vector.
	of(p *partition) Utility
}

func (m Metric) cost(a []*attribute, records, limit int) cost {
	suppress, generalise := m.factors()
	switch m.Name {
	case Loss:
		return newLossCost(m, a, records)
	case NUE, NUEMonotonic, NUENormalised:
		return newEntropyCost(m.Name, a, suppress, generalise)
	case Height:
		return heightCost{}
	case Precision, PrecisionMono:
		return precisionCost{a, float64(records), float64(limit), suppress, generalise, m.Name == PrecisionMono}
	default:
		return classCost{m.Name, float64(records), suppress, generalise}
	}
}

// allowed lists the aggregates of each metric, the usual one first.
var allowed = map[MetricName][]Aggregate{
	Loss:           {GeometricMean, Sum, ArithmeticMean, Maximum, Rank},
	NUE:            {Sum},
	NUEMonotonic:   {Sum},
	NUENormalised:  {Sum},
	Height:         {Sum},
	Precision:      {ArithmeticMean},
	PrecisionMono:  {ArithmeticMean},
	Discernibility: {Sum},
	DiscernStar:    {Sum},
	ClassSize:      {Sum},
}

func (n MetricName) usual() Aggregate {
	if list := allowed[n]; len(list) > 0 {
		return list[0]
	}
	return ""
}

// check names what is impossible about the metric, or is "".
func (m Metric) check(columns int) string {
	aggregates, known := allowed[m.Name]
	switch {
	case !known:
		return fmt.Sprintf("there is no metric %q", m.Name)
	case !slices.Contains(aggregates, m.Aggregate):
		return fmt.Sprintf("the metric %s has no aggregate %q", m.Name, m.Aggregate)
	case !(m.GS >= 0 && m.GS <= 1):
		return "the gs-factor is not between 0 and 1"
	case m.Weights != nil && m.Name != Loss:
		return "only the metric loss takes weights"
	case m.Weights != nil && len(m.Weights) != columns:
		return "there is not one weight for each quasi-identifier"
	case m.Weights != nil && !usable(m.Weights):
		return "a weight is under 0, or all are 0"
	}
	return ""
}

func usable(weights []float64) bool {
	largest := 0.0
	for _, w := range weights {
		if !(w >= 0) || w > 1e12 {
			return false
		}
		largest = max(largest, w)
	}
	return largest > 0
}
