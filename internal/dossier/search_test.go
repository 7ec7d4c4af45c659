package dossier

import (
	"testing"

	"guichet/internal/form"
)

// A filed answer is found however an agent types it, and not by what is not in it.
func TestSearchTellsWordsDatesAndNumbers(t *testing.T) {
	filed := []struct {
		kind   form.Kind
		values []string
	}{
		{form.Text, []string{"Éléonore Marie"}},
		{form.Text, []string{"de L’Œuvre-Le Goff"}},
		{form.Date, []string{"7", "3", "1985"}},
		{form.Text, []string{"18 AB 12345"}},
		{form.Text, []string{"D2H6862M2"}},
		{form.Phone, []string{"+33612345678"}},
	}
	index := map[string]bool{}
	for _, f := range filed {
		for _, w := range searchWords(f.kind, f.values) {
			index[w] = true
		}
	}
	finds := func(typed string) bool {
		s, places := seek(typed), int64(0)
		for i, token := range s.tokens {
			if index[token] {
				places |= s.places[i]
			}
		}
		return s.wanted != 0 && places&s.wanted == s.wanted
	}
	for _, typed := range []string{
		"eleonore", "MARIE Éléonore", "goff oeuvre", "L'œuvre", "07/03/1985", "7.3.1985", "1985-03-07", "7 mars 1985", "March 7, 1985", "marie 07/03/1985 goff",
		"18AB12345", "18-ab-12345", "18 AB 12345", "D2H 6862 M2", "d2h6862m2", "06 12 34 56 78", "+33 6 12 34 56 78", "0612345678", "0033612345678", "Le Goff +33 (0)6.12.34.56.78",
	} {
		if !finds(typed) {
			t.Errorf("%q finds nothing", typed)
		}
	}
	for _, typed := range []string{"", "?", "e", "eleonora", "marie bianchi", "08/03/1985", "7 avril 1985", "18AB12346", "06 12 34 56 79", "eleonore 8 3 1985", "goff 99"} {
		if finds(typed) {
			t.Errorf("%q finds it", typed)
		}
	}
}

// However long the text, no more is looked up than a bounded list, and no place is beyond the mask.
func FuzzSeek(f *testing.F) {
	f.Add("Bianchi 7 mars 1985 +33 6 12 34 56 78")
	f.Fuzz(func(t *testing.T, typed string) {
		s := seek(typed)
		if len(s.tokens) != len(s.places) || len(s.tokens) > mostWords*2*(mostRun+phoneTail) {
			t.Fatalf("%d tokens", len(s.tokens))
		}
		all := int64(0)
		for _, p := range s.places {
			all |= p
		}
		if s.wanted&^all != 0 || all>>mostWords != 0 {
			t.Fatalf("wanted %b of %b", s.wanted, all)
		}
	})
}
