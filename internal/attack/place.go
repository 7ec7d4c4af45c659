package attack

import "encoding/binary"

// findProfiles puts the dossiers together that no release can tell apart.
func (w *world) findProfiles() {
	of, n := make([]int32, len(w.applied)), 1
	for h := range w.heads {
		atoms, kinds := w.atoms(h)
		if kinds < 2 {
			continue
		}
		codes := make([]uint32, len(w.applied))
		for i, d := range w.applied {
			codes[i] = atoms[w.raw[h][d.line]]
		}
		of, n = refine(of, n, codes, kinds)
	}
	for i := range w.applied {
		w.applied[i].profile = of[i]
	}
	w.profiles = n
}

// atoms puts the values of a heading together that every release covers by the same words.
func (w *world) atoms(head int) (of []uint32, kinds int) {
	group, n := make([]int32, len(w.words[head])), 1
	told := make(map[string]bool)
	for _, s := range w.releases {
		for j, v := range s.views {
			if v.head != head {
				continue
			}
			for word, covers := range v.covers {
				key := s.lineage + "\x00" + s.Columns[j] + "\x00" + s.words[j][word]
				if told[key] {
					continue
				}
				told[key] = true
				codes := make([]uint32, len(covers))
				for i, c := range covers {
					if c {
						codes[i] = 1
					}
				}
				group, n = refine(group, n, codes, 2)
			}
		}
	}
	of = make([]uint32, len(group))
	for i, g := range group {
		of[i] = uint32(g)
	}
	return of, n
}

// place finds the classes of a release, and who could stand in each.
func (w *world) place(s *seen) {
	of, groups := s.groupBy(s.open)
	number := make([]int32, groups)
	s.class = make([]int32, len(s.count))
	for t, g := range of {
		if s.remnant[t] {
			s.class[t] = -1
			continue
		}
		if number[g] == 0 {
			s.classes = append(s.classes, class{})
			number[g] = int32(len(s.classes))
		}
		s.class[t] = number[g] - 1
		c := &s.classes[s.class[t]]
		c.tuples = append(c.tuples, t)
		c.rows += s.count[t]
	}
	w.findInside(s)
	for i, d := range w.applied {
		if d.month > s.month {
			continue
		}
		for _, c := range s.inside[d.profile] {
			s.classes[c].people = append(s.classes[c].people, int32(i))
		}
	}
}

// findInside finds, for every profile, the classes it can stand in: by its words where each value has one word alone,
// by trying every class where some rows are coarser than others.
func (w *world) findInside(s *seen) {
	s.inside = make([][]int32, w.profiles)
	byWords := make(map[string]int32)
	for i := range s.classes {
		byWords[s.wordsOf(s.classes[i].tuples[0])] = int32(i)
	}
	for _, d := range w.applied {
		if s.inside[d.profile] != nil {
			continue
		}
		found := []int32{}
		if words, exact := w.wordsFor(s, d); exact {
			if c, ok := byWords[words]; ok {
				found = append(found, c)
			}
		} else {
			for i := range s.classes {
				if w.fits(s, s.classes[i].tuples[0], d) {
					found = append(found, int32(i))
				}
			}
		}
		s.mixed = s.mixed || len(found) > 1
		s.inside[d.profile] = found
	}
}

// wordsOf packs the open words of a tuple.
func (s *seen) wordsOf(tuple int) string {
	key := make([]byte, 0, 4*len(s.open))
	for _, j := range s.open {
		key = binary.LittleEndian.AppendUint32(key, s.codes[j][tuple])
	}
	return string(key)
}

// wordsFor packs the one word that covers a dossier in each open column; exact is false where there are several.
func (w *world) wordsFor(s *seen, d dossier) (key string, exact bool) {
	packed := make([]byte, 0, 4*len(s.open))
	for _, j := range s.open {
		if s.views[j].level == mixedLevel {
			return "", false
		}
		word := uint32(1<<32 - 1)
		for i, covers := range s.views[j].covers {
			if !star(s.words[j][i]) && covers[w.raw[s.views[j].head][d.line]] {
				word = uint32(i)
			}
		}
		packed = binary.LittleEndian.AppendUint32(packed, word)
	}
	return string(packed), true
}

// fits reports that every open word of a tuple covers a dossier.
func (w *world) fits(s *seen, tuple int, d dossier) bool {
	for _, j := range s.open {
		v := s.views[j]
		if !v.covers[s.codes[j][tuple]][w.raw[v.head][d.line]] {
			return false
		}
	}
	return true
}
