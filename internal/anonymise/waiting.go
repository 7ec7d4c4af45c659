package anonymise

import (
	"cmp"
	"slices"
)

// Waiting is a closed dossier that has not been judged, already generalised to the schema's levels. The keys
// are opaque: equal ones are the same person, household or filer.
type Waiting struct {
	ID        string
	Person    string
	Household string
	Filer     string
	Closed    int64    // instant of closing, in any unit: the larger is the later
	Cells     []string // one for each column of the schema
}

func (s *Schema) checkWaiting(waiting []Waiting) error {
	seen := make(map[string]bool, len(waiting))
	for i := range waiting {
		w := &waiting[i]
		if w.ID == "" || w.Person == "" || w.Household == "" || w.Filer == "" {
			return s.refusal("a waiting record has no id, person, household or filer")
		}
		if seen[w.ID] {
			return s.refusal("a waiting record stands twice")
		}
		seen[w.ID] = true
		if err := s.admits(w.Cells); err != nil {
			return err
		}
	}
	return nil
}

// latest keeps, of the records of one person, the one closed last; the others share its fate but are not
// written: older lists their ids under that of the one kept.
func latest(waiting []Waiting) (kept []Waiting, older map[string][]string) {
	ordered := slices.Clone(waiting)
	slices.SortFunc(ordered, func(a, b Waiting) int {
		return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(b.Closed, a.Closed), cmp.Compare(a.ID, b.ID))
	})
	older = make(map[string][]string)
	for _, w := range ordered {
		if n := len(kept); n > 0 && kept[n-1].Person == w.Person {
			older[kept[n-1].ID] = append(older[kept[n-1].ID], w.ID)
			continue
		}
		kept = append(kept, w)
	}
	return kept, older
}

// counts is what a set counts: the smaller of its distinct households and distinct filers. Its records are of
// distinct persons already.
func counts(set []*Waiting) int {
	households, filers := sizeOf(set)
	return min(households, filers)
}

func sizeOf(set []*Waiting) (households, filers int) {
	atHome, filed := make(map[string]struct{}), make(map[string]struct{})
	for _, w := range set {
		atHome[w.Household] = struct{}{}
		filed[w.Filer] = struct{}{}
	}
	return len(atHome), len(filed)
}
