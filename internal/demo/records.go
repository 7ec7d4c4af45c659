package demo

import (
	"time"

	"guichet/internal/form"
	"guichet/internal/procedure"
)

// day0 is the day from which the ages of Records count.
var day0 = time.Date(2026, 1, 15, 9, 0, 0, 0, time.UTC)

// Records makes up n complete dossiers of a procedure, with what agents add to closed ones: the same for the same seed.
// It is nil for a procedure that has no data file here.
func Records(p *procedure.Procedure, n int, seed uint64) []form.Raw {
	w, err := readWorld()
	if err != nil {
		return nil
	}
	s, err := readScript(p.ID)
	if err != nil || s == nil {
		return nil
	}
	var out []form.Raw
	for i, h := range w.population(n, seed, day0) {
		f := newFiller(p.Form, s, h, s.pick(seed, i, true).ID, day0)
		raw := f.fill()
		for _, x := range p.Form.AgentFields {
			if f.specs[x.ID] != nil {
				f.agentAnswer(x.ID)
			}
		}
		out = append(out, raw)
	}
	return out
}

// population draws n applicants. In three of ten couples that live together both apply.
func (w *world) population(n int, seed uint64, day time.Time) []*household {
	out := make([]*household, 0, n)
	for len(out) < n {
		h := w.makeHousehold(seed, len(out), day)
		out = append(out, h)
		if len(out) < n && h.partner != nil && h.partner.home && h.seed%10 < 3 {
			out = append(out, w.spouse(h, len(out), day))
		}
	}
	return out
}
