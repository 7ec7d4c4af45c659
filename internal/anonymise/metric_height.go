package anonymise

// heightCost is the sum of the levels.
type heightCost struct{}

func (heightCost) bound(v Vector, _ int, _ figures) Utility {
	sum := 0
	for _, l := range v {
		sum += l
	}
	return scalar(float64(sum))
}
func (c heightCost) of(p *partition) Utility { return c.bound(p.vector, 0, figures{}) }

// precisionCost is the mean of level over height, where suppressed records count sF instead.
type precisionCost struct {
	attributes           []*attribute
	records, limit       float64
	suppress, generalise float64
	monotonic            bool
}

func (c precisionCost) levels(v Vector) float64 {
	sum := 0.0
	for j, l := range v {
		if h := c.attributes[j].height(); h > 0 {
			sum += float64(l) / float64(h)
		}
	}
	return c.generalise * sum / float64(len(v))
}

func (c precisionCost) at(levels, suppressed float64) float64 {
	return ((c.records-suppressed)*levels + suppressed*c.suppress) / c.records
}

// bound: the cost is linear in the suppressed records, so its least is at none or at the limit.
func (c precisionCost) bound(low Vector, doomed int, _ figures) Utility {
	levels := c.levels(low)
	if c.monotonic {
		return scalar(levels)
	}
	return scalar(min(c.at(levels, float64(doomed)), c.at(levels, c.limit)))
}

func (c precisionCost) of(p *partition) Utility {
	levels := c.levels(p.vector)
	if c.monotonic {
		return scalar(levels)
	}
	return scalar(c.at(levels, float64(p.suppressed)))
}
