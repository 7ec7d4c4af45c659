package attack

// Unpromised is what the method does not promise and the attacker can compute all the same. It is reported, not failed.
type Unpromised struct {
	// Insider is the largest posterior of a secret for somebody who is of the batch himself, has another value, and leaves
	// himself out of the count.
	Insider float64 `json:"insider"`
	// Relatives are persons who share a household or a filer with another of their batch in which a cell counts exactly k: it
	// holds no two of them, so that one who is in it knows of the other that he is not.
	Relatives int `json:"relatives"`
	// Repeaters are persons of whom two batches or more have rows; RepeaterShare is the largest posterior of a secret for one of
	// them, if it was the same each time.
	Repeaters     int     `json:"repeaters"`
	RepeaterShare float64 `json:"repeater_share"`
}

// unpromised weighs the batches that rows are of.
func (w *world) unpromised(r *Report) {
	told := make(map[int32][]*monthly)
	for _, m := range w.told {
		for _, secret := range m.to.secret {
			t := m.l.tallies(make([]int, len(m.l.tuples)), 1, secret, m.added)[0]
			if _, n := t.top(); n < t.all {
				r.Unpromised.Insider = max(r.Unpromised.Insider, float64(n)/float64(t.all-1))
			}
		}
		if m.barest() == m.to.schema.K {
			for _, key := range []func(dossier) int32{func(d dossier) int32 { return d.household }, func(d dossier) int32 { return d.filer }} {
				for _, group := range w.shared(m.people, key) {
					r.Unpromised.Relatives += len(group)
				}
			}
		}
		for _, d := range m.people {
			told[w.applied[d].person] = append(told[w.applied[d].person], m)
		}
	}
	for _, months := range told {
		if len(months) < 2 {
			continue
		}
		r.Unpromised.Repeaters++
		for _, secret := range months[0].to.secret {
			r.Unpromised.RepeaterShare = max(r.Unpromised.RepeaterShare, sameSecret(months, secret))
		}
	}
}

// barest is the smallest number of rows that a cell gained.
func (m *monthly) barest() int {
	least := 0
	for _, n := range m.added {
		if n > 0 && (least == 0 || n < least) {
			least = n
		}
	}
	return least
}

// sameSecret is the largest posterior of a value that is taken to have stood in each of some batches.
func sameSecret(months []*monthly, secret int) float64 {
	joint := make(map[string]float64)
	for i, m := range months {
		t := m.l.tallies(make([]int, len(m.l.tuples)), 1, secret, m.added)[0]
		here := make(map[string]float64)
		for v, n := range t.counts {
			if before, ok := joint[t.words[v]]; ok || i == 0 {
				if i == 0 {
					before = 1
				}
				here[t.words[v]] = before * float64(n) / float64(t.all)
			}
		}
		joint = here
	}
	total, top := 0.0, 0.0
	for _, p := range joint {
		total, top = total+p, max(top, p)
	}
	if total == 0 {
		return 0
	}
	return top / total
}
