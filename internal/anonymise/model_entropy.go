package anonymise

import (
	"fmt"
	"math"
)

// EntropyDiversity asks that the entropy of the sensitive values of a class be at least ln L.
type EntropyDiversity struct {
	Column      string
	L           float64
	Grassberger bool // Grassberger's estimator instead of Shannon's
}

const entropySlack = 1e-12 // an entropy of exactly ln L must not fail for a rounding

// Attribute is the sensitive column.
func (m EntropyDiversity) Attribute() string { return m.Column }

func (m EntropyDiversity) String() string {
	if m.Grassberger {
		return fmt.Sprintf("entropy-%g-diversity (Grassberger) for %s", m.L, m.Column)
	}
	return fmt.Sprintf("entropy-%g-diversity for %s", m.L, m.Column)
}

func (m EntropyDiversity) least() (records, values int) { return int(m.L), int(m.L) }

func (m EntropyDiversity) valid() string {
	if !(m.L >= 1) || m.L > math.MaxInt32 {
		return "l is under 1 or far too large"
	}
	return ""
}

func (m EntropyDiversity) test(p *population) test {
	psi := shannon
	if m.Grassberger {
		psi = grassbergerTable(p.total)
	}
	least, _ := m.least()
	bound := math.Log(m.L)
	var counts []int
	return func(s *spectrum) bool {
		if len(s.present) < least {
			return false
		}
		counts = s.descending(counts) // a fixed order of summation, whatever the order of the records
		sum := 0.0
		for _, f := range counts {
			sum += float64(f) * psi(f)
		}
		return psi(s.records)-sum/float64(s.records) >= bound-entropySlack
	}
}

func shannon(n int) float64 { return math.Log(float64(n)) }

// grassbergerTable tabulates G(1..n): G(1) = -γ-ln 2, G(2) = 2-γ-ln 2, G(2i+1) = G(2i), G(2i+2) = G(2i)+2/(2i+1)
// (P. Grassberger, Entropy estimates from insufficient samplings, 2003).
func grassbergerTable(n int) func(int) float64 {
	const gamma = 0.577215664901532860606512090082
	g := make([]float64, max(n, 2)+1)
	g[1] = -gamma - math.Ln2
	g[2] = 2 - gamma - math.Ln2
	for i := 3; i < len(g); i++ {
		g[i] = g[i-1]
		if i%2 == 0 {
			g[i] = g[i-2] + 2/float64(i-1)
		}
	}
	return func(i int) float64 { return g[i] }
}
