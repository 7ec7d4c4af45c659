package design

import "math"

// losses is the Loss of each level of a column with a gs-factor of 0.5, nothing held back: the share of the finest values that
// a written value stands for, over all records (anonymisation.md, section 3).
func losses(c Column) []float64 {
	finest := firstOf(c.Levels[0])
	known, lines := 0, float64(len(finest))
	for _, raw := range c.Raw {
		if raw >= 0 && c.Levels[0].Of[raw] >= 0 {
			known++
		}
	}
	out := make([]float64, len(c.Levels)+1)
	for l, level := range c.Levels {
		if lines < 2 || known == 0 {
			continue // one possible value, or none met: nothing is lost
		}
		width := make([]float64, level.Size)
		for _, raw := range finest {
			if v := level.Of[raw]; v >= 0 {
				width[v]++
			}
		}
		sum := 0.0
		for _, raw := range c.Raw {
			if raw >= 0 && c.Levels[0].Of[raw] >= 0 && level.Of[raw] >= 0 {
				sum += width[level.Of[raw]]
			}
		}
		least, most := float64(known), float64(known)*lines
		out[l] = math.Floor(max(0, (sum-least)/(most-least))*1e10) / 1e10
	}
	out[len(c.Levels)] = 1
	return out
}

// firstOf is a raw value for each value of the finest level.
func firstOf(l Level) (out []int) {
	seen := map[int32]bool{}
	for raw, v := range l.Of {
		if v >= 0 && !seen[v] {
			seen[v] = true
			out = append(out, raw)
		}
	}
	return out
}

// Loss is what a vector of levels costs, 0 nothing and 1 everything: the geometric mean over the columns, as the engine's.
func (s *Stream) Loss(vector []int) float64 {
	product := 1.0
	for j, l := range vector {
		product *= 1 + s.columns[j].loss[l]
	}
	return math.Pow(product, 1/float64(len(vector))) - 1
}
