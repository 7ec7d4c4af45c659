package attack

import "fmt"

// rareInRegister is under how many residents a value should have been merged when the schema was designed.
const rareInRegister = 50

// rareValues looks for words that stand in fewer than k rows, or fit fewer than k residents (P5).
func (w *world) rareValues(r *Report) {
	for _, s := range w.releases {
		for j := range s.Columns {
			histogram := make([]int, len(s.words[j]))
			for t, n := range s.count {
				histogram[s.codes[j][t]] += n
			}
			for word, n := range histogram {
				w.rareWord(s, j, word, n, r)
			}
		}
	}
}

func (w *world) rareWord(s *seen, j, word, rows int, r *Report) {
	says := s.Columns[j] + "=" + s.words[j][word]
	if rows < s.schema.K {
		r.rows(s, s.rowWith(j, uint32(word)), rows, rows, fmt.Sprintf("%s stands in %d rows, under k = %d", says, rows, s.schema.K))
	}
	v := s.views[j]
	if v.head < 0 || v.sensitive() {
		return
	}
	residents := make(map[string]struct{})
	for line, raw := range w.raw[v.head] {
		if v.covers[word][raw] {
			residents[w.all[line].person] = struct{}{}
		}
		if len(residents) >= rareInRegister {
			return
		}
	}
	if n := len(residents); n < s.schema.K {
		r.rows(s, s.rowWith(j, uint32(word)), rows, n, fmt.Sprintf("%s fits %d residents, under k = %d", says, n, s.schema.K))
		return
	}
	r.note("%s: %s fits %d residents only, under %d: such a value is merged when a schema is designed", s.Name, says, len(residents), rareInRegister)
}

// rowWith is the first row with a word.
func (s *seen) rowWith(j int, word uint32) int {
	for i, t := range s.of {
		if s.codes[j][t] == word {
			return i
		}
	}
	return 0
}
