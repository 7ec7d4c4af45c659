package report

// masks turn over modules so that no pattern of the data looks like one of the symbol's own.
var masks = [...]func(x, y int) bool{
	func(x, y int) bool { return (x+y)%2 == 0 },
	func(_, y int) bool { return y%2 == 0 },
	func(x, _ int) bool { return x%3 == 0 },
	func(x, y int) bool { return (x+y)%3 == 0 },
	func(x, y int) bool { return (x/3+y/2)%2 == 0 },
	func(x, y int) bool { return x*y%2+x*y%3 == 0 },
	func(x, y int) bool { return (x*y%2+x*y%3)%2 == 0 },
	func(x, y int) bool { return ((x+y)%2+x*y%3)%2 == 0 },
}

// masked is the symbol under the mask that leaves the fewest traps for a reader.
func (s *symbol) masked() *symbol {
	var best *symbol
	least := 0
	for i := range masks {
		m := s.under(i)
		if cost := m.cost(); best == nil || cost < least {
			best, least = m, cost
		}
	}
	return best
}

func (s *symbol) under(mask int) *symbol {
	m := &symbol{size: s.size, dark: append([]bool{}, s.dark...), fixed: s.fixed}
	m.path(func(x, y int) {
		if masks[mask](x, y) {
			m.dark[y*m.size+x] = !m.dark[y*m.size+x]
		}
	})
	m.format(mask)
	return m
}

// cost adds up what makes a symbol hard to read: long runs, blocks of one tone, what looks like a finder, too much dark or light.
func (s *symbol) cost() int {
	total, dark := 0, 0
	for i := range s.size {
		total += s.runs(func(k int) bool { return s.at(k, i) }) + s.runs(func(k int) bool { return s.at(i, k) })
		for k := range s.size {
			if s.at(i, k) {
				dark++
			}
			if i > 0 && k > 0 && s.at(i, k) == s.at(i-1, k) && s.at(i, k) == s.at(i, k-1) && s.at(i, k) == s.at(i-1, k-1) {
				total += 3
			}
		}
	}
	return total + 10*(abs(100*dark/(s.size*s.size)-50)/5)
}

// runs is the cost of one row or column.
func (s *symbol) runs(at func(int) bool) (cost int) {
	const before, after = 0b00001011101, 0b10111010000 // a finder with light on one side
	run, window := 0, 0
	for k := range s.size {
		if k > 0 && at(k) == at(k-1) {
			run++
		} else {
			run = 1
		}
		switch {
		case run == 5:
			cost += 3
		case run > 5:
			cost++
		}
		window = window << 1 & 0x7FF
		if at(k) {
			window |= 1
		}
		if k >= 10 && (window == before || window == after) {
			cost += 40
		}
	}
	return cost
}
