package anonymise

import (
	"math"
	"slices"
	"strings"
)

// The naive engine: strings and maps, one vector after the other, written from the definitions alone.
type naive struct {
	world
	classes map[string][][]string // by generalised tuple: raw rows
}

func (w world) every(visit func(v Vector)) {
	v := make(Vector, len(w.c.QI))
	for {
		visit(slices.Clone(v))
		j := 0
		for ; j < len(v); j++ {
			if v[j] < w.hierarchies[w.c.QI[j]].Height() {
				v[j]++
				break
			}
			v[j] = 0
		}
		if j == len(v) {
			return
		}
	}
}

func (w world) at(v Vector) naive {
	n := naive{w, map[string][][]string{}}
	for _, row := range w.rows {
		var key []string
		for j, name := range w.c.QI {
			value, _ := w.hierarchies[name].At(row[j], v[j])
			key = append(key, value)
		}
		k := strings.Join(key, "|")
		n.classes[k] = append(n.classes[k], row)
	}
	return n
}

func (n naive) outlier(class [][]string) bool {
	for _, m := range n.c.Models {
		if !n.holds(m, class) {
			return true
		}
	}
	return false
}

func tally(rows [][]string) map[string]float64 {
	f := map[string]float64{}
	for _, row := range rows {
		f[row[len(row)-1]]++
	}
	return f
}

const close = 1e-9

func (n naive) holds(m Model, class [][]string) bool {
	f, q := tally(class), tally(n.rows)
	size, all := float64(len(class)), float64(len(n.rows))
	var counts []float64
	for _, x := range f {
		counts = append(counts, x)
	}
	slices.Sort(counts)
	slices.Reverse(counts)
	switch m := m.(type) {
	case KAnonymity:
		if m.Count != "" {
			return len(f) >= m.K
		}
		return len(class) >= m.K
	case DistinctDiversity:
		return len(f) >= m.L
	case RecursiveDiversity:
		return len(counts) >= m.L && counts[0] < m.C.Float()*total(counts[m.L-1:])-close
	case MaximumShare:
		return counts[0]/size <= m.Share.Float()+close
	case EntropyDiversity:
		sum := 0.0
		for _, x := range counts {
			sum += x * naivePsi(m, x)
		}
		return len(f) >= int(m.L) && sum <= size*(naivePsi(m, size)-math.Log(m.L))+close
	case Likeness:
		for value, x := range f {
			bound := m.B.Float()
			if m.Enhanced {
				bound = min(bound, -math.Log(q[value]/all))
			}
			if (x/size-q[value]/all)/(q[value]/all) > bound+close {
				return false
			}
		}
		return true
	case Closeness:
		return n.distance(m.Distance, f, q, size, all) <= m.T.Float()+close
	}
	panic("a model without a naive twin")
}

// naivePsi is ln, or Grassberger's G by its integral form for small n: psi(n) + (-1)^n/2 (psi((n+1)/2)-psi(n/2)).
func naivePsi(m EntropyDiversity, n float64) float64 {
	if !m.Grassberger {
		return math.Log(n)
	}
	sign := 1.0
	if int(n)%2 == 1 {
		sign = -1
	}
	return digamma(n) + sign/2*(digamma((n+1)/2)-digamma(n/2))
}

func digamma(x float64) float64 {
	sum := 0.0
	for ; x < 20; x++ {
		sum -= 1 / x
	}
	i := 1 / (x * x)
	return sum + math.Log(x) - 1/(2*x) - i/12 + i*i/120 - i*i*i/252 + i*i*i*i/240
}

func (n naive) distance(d Distance, f, q map[string]float64, size, all float64) float64 {
	var values []string
	for value := range q {
		values = append(values, value)
	}
	slices.Sort(values)
	sum, carried := 0.0, 0.0
	h := n.hierarchies["s"]
	switch d {
	case EqualDistance:
		for _, value := range values {
			sum += math.Abs(f[value]/size - q[value]/all)
		}
		return sum / 2
	case OrderedDistance:
		for _, value := range values {
			carried += f[value]/size - q[value]/all
			sum += math.Abs(carried)
		}
		return sum / max(1, float64(len(values)-1))
	default:
		extra := map[string]float64{}
		for _, value := range values {
			extra[value] = f[value]/size - q[value]/all
		}
		return climbTree(h, extra)
	}
}

func climbTree(h *Hierarchy, extra map[string]float64) float64 {
	cost := 0.0
	for l := 1; l <= h.Height(); l++ {
		up, pos, neg := map[string]float64{}, map[string]float64{}, map[string]float64{}
		done := map[string]bool{}
		for i, value := range h.Values(0) {
			child := h.levels[l-1].values[h.levels[l-1].from[i]]
			node, _ := h.At(value, l)
			if done[child] {
				continue
			}
			done[child] = true
			up[node] += extra[child]
			pos[node] += max(0, extra[child])
			neg[node] += max(0, -extra[child])
		}
		for node := range up {
			cost += float64(l) / float64(h.Height()) * min(pos[node], neg[node])
		}
		extra = up
	}
	return cost
}

// utility follows the definitions row by row. -1 stands before a list for RANK.
func (n naive) utility(v Vector) []float64 {
	m := n.c.Metric
	sF, gF := m.factors()
	N := float64(len(n.rows))
	var out, kept [][]string
	sizes := [][2]float64{}
	for _, class := range n.classes {
		bad := 0.0
		if n.outlier(class) {
			out = append(out, class...)
			bad = 1
		} else {
			kept = append(kept, class...)
		}
		sizes = append(sizes, [2]float64{float64(len(class)), bad})
	}
	S := float64(len(out))
	var per []float64
	for j, name := range n.c.QI {
		h := n.hierarchies[name]
		switch m.Name {
		case Loss:
			r, D := 0.0, float64(h.Lines())
			for _, row := range out {
				s := n.share(h, row[j], v[j])
				if sF == 1 {
					r++
				} else {
					r += s + sF*(1-s)
				}
			}
			for _, row := range kept {
				r += gF * n.share(h, row[j], v[j])
			}
			loss := 0.0
			if N-gF*N/D > close {
				loss = max(0, (r-gF*N/D)/(N-gF*N/D))
			}
			per = append(per, loss)
		case NUE, NUEMonotonic, NUENormalised:
			per = append(per, n.entropy(j, h, v[j], out, sF, gF))
		case Height:
			per = append(per, float64(v[j]))
		case Precision, PrecisionMono:
			x := 0.0
			if h.Height() > 0 {
				x = gF * float64(v[j]) / float64(h.Height())
			}
			if m.Name == Precision {
				x = ((N-S)*x + S*sF) / N
			}
			per = append(per, x)
		}
	}
	switch m.Name {
	case Discernibility, DiscernStar, ClassSize:
		return []float64{naiveClasses(m.Name, sizes, N, sF, gF)}
	}
	switch m.Aggregate {
	case Sum:
		return []float64{total(per)}
	case ArithmeticMean:
		return []float64{total(per) / float64(len(per))}
	case Maximum:
		return []float64{slices.Max(per)}
	case Rank:
		slices.Sort(per)
		slices.Reverse(per)
		return per
	}
	product := 1.0
	for _, x := range per {
		product *= x + 1
	}
	return []float64{math.Pow(product, 1/float64(len(per))) - 1}
}

func naiveClasses(name MetricName, sizes [][2]float64, N, sF, gF float64) float64 {
	dm, star, classes, any := 0.0, 0.0, 0.0, 0.0
	for _, s := range sizes {
		star += s[0] * s[0]
		if s[1] == 1 {
			dm += N * s[0]
			any = gF
		} else {
			dm += s[0] * s[0]
			classes++
		}
	}
	switch name {
	case Discernibility:
		return dm
	case DiscernStar:
		return star
	}
	return N / (classes*sF + any)
}

func (n naive) share(h *Hierarchy, value string, l int) float64 {
	generalised, _ := h.At(value, l)
	same := 0.0
	for _, other := range h.Values(0) {
		if g, _ := h.At(other, l); g == generalised {
			same++
		}
	}
	return same / float64(h.Lines())
}

func (n naive) entropy(j int, h *Hierarchy, l int, out [][]string, sF, gF float64) float64 {
	raw, up, gone := map[string]float64{}, map[string]float64{}, map[string]float64{}
	for _, row := range n.rows {
		g, _ := h.At(row[j], l)
		raw[row[j]]++
		up[g]++
	}
	for _, row := range out {
		g, _ := h.At(row[j], l)
		gone[g]++
	}
	sum, whole := 0.0, 0.0
	for value, x := range raw {
		g, _ := h.At(value, l)
		sum -= gF * x * math.Log2(x/up[g])
		whole -= x * math.Log2(x/float64(len(n.rows)))
	}
	if n.c.Metric.Name == NUEMonotonic {
		return sum
	}
	for _, x := range gone {
		sum -= sF * x * math.Log2(x/float64(len(out)))
	}
	if n.c.Metric.Name == NUENormalised {
		if whole < close {
			return 0
		}
		return sum / whole
	}
	return sum
}
