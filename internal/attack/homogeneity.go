package attack

// homogeneity takes each sensitive column as the secret and every set of other columns as knowledge, and looks for groups
// of rows in which the secret has too few values or one of them too large a share (P3). The persons it would be told of
// are those who match the group.
func (w *world) homogeneity(r *Report) {
	for _, s := range w.releases {
		for _, secret := range s.secret {
			others := without(all(len(s.Columns)), secret)
			s.subsets(others, w.MaxColumns, func(set []int, of []int32, groups int) bool {
				w.tellingGroups(s, secret, set, of, groups, r)
				return true
			})
		}
	}
}

func (w *world) tellingGroups(s *seen, secret int, set []int, of []int32, groups int, r *Report) {
	counts := make([]tally, groups)
	words := len(s.words[secret])
	flat := make([]int, groups*words)
	for t, g := range of {
		flat[int(g)*words+int(s.codes[secret][t])] += s.count[t]
		counts[g].all += s.count[t]
	}
	for g := range counts {
		counts[g].words, counts[g].counts = s.words[secret], flat[g*words:(g+1)*words]
		why := s.tells(secret, counts[g])
		if why == "" {
			continue
		}
		tuple := example(of, int32(g))
		size := counts[g].all + 1000*len(set) // the less it takes to know, the worse
		how := why + " (" + s.say(tuple, set) + ")"
		if people := s.peopleOf(of, int32(g)); len(people) > 0 {
			r.people(s, people, size, how)
			continue
		}
		r.rows(s, s.firstRow(tuple), counts[g].all, size, how)
	}
}

// peopleOf lists the dossiers that could stand in the rows of a group.
func (s *seen) peopleOf(of []int32, group int32) []int32 {
	var out []int32
	taken := make(map[int32]bool)
	for t, g := range of {
		if c := s.class[t]; g == group && c >= 0 && !taken[c] {
			taken[c] = true
			out = append(out, s.classes[c].people...)
		}
	}
	return out
}
