package attack

import "strings"

// Silent is a batch that was judged and of which nothing appears. That is not without meaning: it was too uniform or too
// scattered. What it tells is computed with the released shares as prior; it is reported and promised by nobody.
type Silent struct {
	Release string  `json:"release"`
	Block   string  `json:"block"`
	Batch   int     `json:"batch"` // dossiers judged
	Chance  float64 `json:"chance_of_silence"`
	Values  []Shift `json:"values"`
}

// Shift is what silence does to the probability of a value for one person of the batch.
type Shift struct {
	Value     string  `json:"value"`
	Prior     float64 `json:"prior"`
	Posterior float64 `json:"posterior"`
}

// silence weighs every silent batch.
func (w *world) silence(r *Report) {
	r.Silent = []Silent{}
	for _, m := range w.silent {
		cells := newCells(m)
		if len(cells.share) == 0 {
			continue
		}
		weight, expected := cells.weigh(len(m.people))
		out := Silent{Release: m.to.Name, Block: w.blockName(m), Batch: len(m.people), Chance: weight}
		for v, word := range cells.values {
			shift := Shift{Value: word, Prior: cells.sum(v, cells.share)}
			shift.Posterior = shift.Prior
			if weight > 0 {
				shift.Posterior = cells.sum(v, expected) / weight / float64(len(m.people))
			}
			out.Values = append(out.Values, shift)
		}
		r.Silent = append(r.Silent, out)
	}
}

func (w *world) blockName(m *monthly) string {
	s := m.to
	var parts []string
	for _, j := range s.open {
		v := s.views[j]
		raw := w.words[v.head][w.raw[v.head][w.applied[m.people[0]].line]]
		parts = append(parts, s.Columns[j]+"="+v.column.Levels[v.level].word(raw))
	}
	return strings.Join(parts, ", ")
}
