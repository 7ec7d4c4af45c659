package anonymise

import (
	"math"
	"slices"
)

// lossCost is Loss: the share of the hierarchy that a value stands for, summed over the records.
type lossCost struct {
	attributes           []*attribute
	records              float64
	suppress, generalise float64
	aggregate            Aggregate
	weights              []float64
}

func newLossCost(m Metric, a []*attribute, records int) *lossCost {
	c := &lossCost{attributes: a, records: float64(records), aggregate: m.Aggregate, weights: make([]float64, len(a))}
	c.suppress, c.generalise = m.factors()
	largest := 1.0
	if m.Weights != nil {
		largest = slices.Max(m.Weights)
	}
	for i := range c.weights {
		c.weights[i] = 1
		if m.Weights != nil {
			c.weights[i] = m.Weights[i] / largest
		}
	}
	return c
}

func (c *lossCost) bound(low Vector, doomed int, _ figures) Utility {
	var space [16]float64
	losses := append(space[:0], make([]float64, len(low))...)
	for j, l := range low {
		losses[j] = c.column(j, l, c.attributes[j].broadest(l, doomed), doomed)
	}
	return c.join(losses)
}

func (c *lossCost) of(p *partition) Utility { return c.join(c.columns(p)) }

func (c *lossCost) columns(p *partition) []float64 {
	losses := make([]float64, len(p.vector))
	for j, l := range p.vector {
		losses[j] = c.column(j, l, p.suppressedShare(j, c.attributes[j]), p.suppressed)
	}
	return losses
}

// column is the loss of column j at a level when the suppressed records have this sum of shares (in lines).
// Everything is kept times D, the lines of the hierarchy, so that with a gs-factor of 0.5 it is exact.
func (c *lossCost) column(j, l, share, suppressed int) float64 {
	a := c.attributes[j]
	kept := c.generalise * float64(a.shares[l]-share)
	out := float64(suppressed) * float64(a.hierarchy.rows)
	if c.suppress != 1 {
		out = float64(share) + c.suppress*(out-float64(share))
	}
	return c.loss(j, kept, out)
}

// loss is the loss of a column from the lines that its kept and its suppressed records stand for.
func (c *lossCost) loss(j int, kept, out float64) float64 {
	least := c.generalise * c.records
	span := c.records*float64(c.attributes[j].hierarchy.rows) - least
	if span <= 0 {
		return 0 // a hierarchy of one line has nothing to lose
	}
	return round(max(0, (kept+out-least)/span))
}

func round(x float64) float64 { return math.Floor(x*1e10) / 1e10 }

func (c *lossCost) join(losses []float64) Utility {
	for j := range losses {
		losses[j] *= c.weights[j]
	}
	switch c.aggregate {
	case Sum:
		return scalar(total(losses))
	case ArithmeticMean:
		return scalar(total(losses) / float64(len(losses)))
	case Maximum:
		return scalar(slices.Max(losses))
	case Rank:
		ranks := slices.Clone(losses)
		slices.Sort(ranks)
		slices.Reverse(ranks)
		return Utility{ranks: ranks}
	default:
		product := 1.0
		for _, x := range losses {
			product *= x + 1
		}
		return scalar(math.Pow(product, 1/float64(len(losses))) - 1)
	}
}

func total(xs []float64) float64 {
	sum := 0.0
	for _, x := range xs {
		sum += x
	}
	return sum
}
