package anonymise

import "math"

// entropyCost is non-uniform entropy: how many bits are lost by saying a value's generalisation for the value.
type entropyCost struct {
	name       MetricName
	attributes []*attribute
	suppress   float64
	lost       [][]float64 // by column and level, over all records
	norm       []float64   // by column: 1, or one over the entropy of the column
}

func newEntropyCost(name MetricName, a []*attribute, suppress, generalise float64) *entropyCost {
	c := &entropyCost{name: name, attributes: a, suppress: suppress, lost: make([][]float64, len(a)), norm: make([]float64, len(a))}
	for j, at := range a {
		c.lost[j] = make([]float64, len(at.counts))
		for l := range at.counts {
			c.lost[j][l] = generalise * at.bitsLost(l)
		}
		c.norm[j] = 1
		if name == NUENormalised {
			c.norm[j] = inverse(entropy(at.counts[0]))
		}
	}
	return c
}

func inverse(x float64) float64 {
	if x <= 0 {
		return 0 // a column of one value has nothing to lose
	}
	return 1 / x
}

// bitsLost is -SUM cnt(v) log2(cnt(v)/cnt(gen(v))) over the values v of level 0.
func (a *attribute) bitsLost(l int) float64 {
	sum := 0.0
	for code, n := range a.counts[0] {
		if n > 0 {
			sum -= float64(n) * math.Log2(float64(n)/float64(a.counts[l][a.maps[0][l][code]]))
		}
	}
	return max(0, sum)
}

// entropy is -SUM cnt log2(cnt/total), in bits over all records.
func entropy(counts []int) float64 {
	all := 0
	for _, n := range counts {
		all += n
	}
	sum := 0.0
	for _, n := range counts {
		if n > 0 {
			sum -= float64(n) * math.Log2(float64(n)/float64(all))
		}
	}
	return max(0, sum)
}

func (c *entropyCost) bound(low Vector, _ int, _ figures) Utility {
	sum := 0.0
	for j, l := range low {
		sum += c.norm[j] * c.lost[j][l]
	}
	return scalar(sum)
}

func (c *entropyCost) of(p *partition) Utility {
	if c.name == NUEMonotonic {
		return c.bound(p.vector, 0, figures{})
	}
	sum := 0.0
	for j, l := range p.vector {
		sum += c.norm[j] * (c.lost[j][l] + c.suppress*entropy(p.suppressedBy[j]))
	}
	return scalar(sum)
}
