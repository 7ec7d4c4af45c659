package design

// marks is a set of small numbers that is emptied at once.
type marks struct {
	round []int32
	value []int32 // what is noted beside a number
	now   int32
}

func newMarks(n int) marks {
	return marks{round: make([]int32, n), value: make([]int32, n), now: 1}
}

func (m *marks) clear() { m.now++ }

// first puts a number in, and reports that it was not there.
func (m *marks) first(n uint32) bool {
	if m.round[n] == m.now {
		return false
	}
	m.round[n] = m.now
	return true
}

// homes groups the records that are there at a month end into households: any key in common, transitively.
type homes struct {
	parent []int32
	keys   marks
}

func newHomes(records, keys int) *homes {
	h := &homes{parent: make([]int32, records), keys: newMarks(keys)}
	for i := range h.parent {
		h.parent[i] = int32(i)
	}
	return h
}

// meet forgets what was, and joins those of some records that are not judged.
func (h *homes) meet(s *Stream, linked []int32, judged []bool) {
	h.keys.clear()
	for _, i := range linked {
		h.parent[i] = i
	}
	for _, i := range linked {
		if judged[i] {
			continue
		}
		for _, k := range s.records[i].Keys {
			if h.keys.first(uint32(k)) {
				h.keys.value[k] = i
				continue
			}
			h.parent[h.find(i)] = h.find(h.keys.value[k])
		}
	}
}

func (h *homes) find(i int32) int32 {
	for h.parent[i] != i {
		h.parent[i] = h.parent[h.parent[i]]
		i = h.parent[i]
	}
	return i
}
