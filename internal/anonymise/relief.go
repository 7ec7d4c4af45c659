package anonymise

import "math"

// relief is how many records must leave a class, at the least, before what is left could pass a model.
//
// A union of passing classes passes (Grassberger's entropy alone is not known to; of it only the number of values
// is used, which a union keeps). So the records of a class that any finer vector keeps are the
// union of classes that pass, so they pass themselves: every finer vector suppresses at least that many of them.
type relief func(s *spectrum) int

// roundingSlack keeps a bound that is worked out in floats from being a record too high.
const roundingSlack = 1e-6

func atLeast(x float64) int { return int(math.Ceil(max(0, x-roundingSlack))) }

// relief of k is counted with the sizes of classes, where k is of records.
func (m KAnonymity) relief(*population) relief {
	if m.Count == "" {
		return nil
	}
	return tooUniform(m.K)
}

func (m DistinctDiversity) relief(*population) relief { return tooUniform(m.L) }

// tooUniform: no part of a class has more values than the class.
func tooUniform(values int) relief {
	return func(s *spectrum) int {
		if len(s.present) < values {
			return s.records
		}
		return 0
	}
}

// relief: taking records away lowers the tail or leaves it, and the largest count by one a record at the most.
func (m RecursiveDiversity) relief(*population) relief {
	var counts []int
	return func(s *spectrum) int {
		if len(s.present) < m.L {
			return s.records
		}
		counts = s.descending(counts)
		tail := 0
		for _, n := range counts[m.L-1:] {
			tail += n
		}
		return min(s.records, atLeast(float64(counts[0])-m.C.Float()*float64(tail)))
	}
}

func (m EntropyDiversity) relief(*population) relief {
	values, _ := m.least()
	return tooUniform(values)
}

// relief: of the value that has too large a share, r records must go: f-r <= share*(n-r).
func (m MaximumShare) relief(*population) relief {
	share := m.Share.Float()
	if share >= 1 {
		return nil
	}
	return func(s *spectrum) int {
		most := 0
		for _, code := range s.present {
			most = max(most, s.count[code])
		}
		return atLeast((float64(most) - share*float64(s.records)) / (1 - share))
	}
}

// relief: each value must come down to its bound, which only falls as the class shrinks.
func (m Likeness) relief(p *population) relief {
	bound := make([]float64, len(p.count))
	for code, f := range p.count {
		q := float64(f) / float64(p.total)
		b := m.B.Float()
		if m.Enhanced {
			b = min(b, -math.Log(q))
		}
		bound[code] = (1 + b) * q
	}
	return func(s *spectrum) int {
		sum := 0
		for _, code := range s.present {
			sum += atLeast(float64(s.count[code]) - bound[code]*float64(s.records))
		}
		return min(s.records, sum)
	}
}

// relief: the distance, times records, is a norm, so a record that goes changes it by no more than the distance of
// the farthest value from the whole input: n*d <= t*(n-r) + r*farthest.
func (m Closeness) relief(p *population) relief {
	away := m.farthest(p) - m.T.Float()
	if away <= 0 {
		return nil
	}
	distance := m.distance(p)
	return func(s *spectrum) int {
		excess := distance(s) - m.T.Float()*float64(s.records)
		return min(s.records, atLeast(excess/away))
	}
}

// distance is the distance of a class from the whole input, times its records.
func (m Closeness) distance(p *population) func(s *spectrum) float64 {
	cost, scale := m.cost(p)
	return func(s *spectrum) float64 { return float64(cost(s)) / float64(p.total) / float64(scale) }
}

// farthest is the distance of the one value that is farthest from the whole input.
func (m Closeness) farthest(p *population) float64 {
	distance := m.distance(p)
	s := newSpectrum(len(p.count))
	most := 0.0
	for code := range p.count {
		s.reset()
		s.add(uint32(code), 1)
		most = max(most, distance(s))
	}
	return most
}
