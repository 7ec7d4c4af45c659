package anonymise

// classCost is a metric of class sizes alone: DM, DM* or AECS. No bound is known before grouping.
type classCost struct {
	name                 MetricName
	records              float64
	suppress, generalise float64
}

// bound: classes only merge, so their squares only grow and their number only falls.
func (c classCost) bound(_ Vector, _ int, floor figures) Utility {
	if c.name == ClassSize {
		return scalar(c.records / (float64(floor.kept)*c.suppress + c.generalise))
	}
	return scalar(float64(floor.squares))
}

func (c classCost) of(p *partition) Utility {
	switch c.name {
	case Discernibility:
		return scalar(float64(p.keptSquares) + c.records*float64(p.suppressed))
	case DiscernStar:
		return scalar(float64(p.squares))
	default:
		divisor := float64(p.classes-p.outliers) * c.suppress
		if p.outliers > 0 {
			divisor += c.generalise
		}
		return scalar(c.records / divisor)
	}
}
