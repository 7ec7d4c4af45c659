package report

// blank is a symbol of a version with everything in it but the data.
func blank(version int) *symbol {
	size := 17 + 4*version
	s := &symbol{size: size, dark: make([]bool, size*size), fixed: make([]bool, size*size)}
	for i := range size {
		s.set(6, i, i%2 == 0)
		s.set(i, 6, i%2 == 0)
	}
	s.finder(3, 3)
	s.finder(size-4, 3)
	s.finder(3, size-4)
	s.alignments(version)
	s.format(0)
	s.version(version)
	return s
}

func (s *symbol) at(x, y int) bool { return s.dark[y*s.size+x] }

func (s *symbol) set(x, y int, dark bool) {
	s.dark[y*s.size+x], s.fixed[y*s.size+x] = dark, true
}

// finder is the square of a corner with its light border.
func (s *symbol) finder(x, y int) {
	for dx := -4; dx <= 4; dx++ {
		for dy := -4; dy <= 4; dy++ {
			if i, k := x+dx, y+dy; i >= 0 && k >= 0 && i < s.size && k < s.size {
				ring := max(abs(dx), abs(dy))
				s.set(i, k, ring != 2 && ring != 4)
			}
		}
	}
}

// alignments are the small squares, evenly spaced from the far edge, none on a finder.
func (s *symbol) alignments(version int) {
	if version == 1 {
		return
	}
	n := version/7 + 2
	step := (version*4 + n*2 + 1) / (2*n - 2) * 2
	centres := []int{6}
	for i := n - 2; i >= 0; i-- {
		centres = append(centres, s.size-7-i*step)
	}
	last := s.size - 7
	for _, x := range centres {
		for _, y := range centres {
			if x == 6 && y == 6 || x == 6 && y == last || x == last && y == 6 {
				continue
			}
			for dx := -2; dx <= 2; dx++ {
				for dy := -2; dy <= 2; dy++ {
					s.set(x+dx, y+dy, max(abs(dx), abs(dy)) != 1)
				}
			}
		}
	}
}

// format writes level and mask, twice, and the module that is always dark.
func (s *symbol) format(mask int) {
	word := coded(0b00<<3|mask, 5, 0x537) ^ 0x5412
	bit := func(i int) bool { return word>>i&1 == 1 }
	for i := range 6 {
		s.set(8, i, bit(i))
		s.set(14-i-9, 8, bit(i+9))
	}
	s.set(8, 7, bit(6))
	s.set(8, 8, bit(7))
	s.set(7, 8, bit(8))
	for i := range 8 {
		s.set(s.size-1-i, 8, bit(i))
	}
	for i := 8; i < 15; i++ {
		s.set(8, s.size-15+i, bit(i))
	}
	s.set(8, s.size-8, true)
}

// version writes the number of the version, twice; small symbols need none.
func (s *symbol) version(version int) {
	if version < 7 {
		return
	}
	word := coded(version, 6, 0x1F25)
	for i := range 18 {
		near, far := i/3, s.size-11+i%3
		s.set(near, far, word>>i&1 == 1)
		s.set(far, near, word>>i&1 == 1)
	}
}

// room counts the modules that data may take.
func (s *symbol) room() (n int) {
	for _, f := range s.fixed {
		if !f {
			n++
		}
	}
	return n
}

// path visits the modules of data in their order: two columns at a time, from the right, up and down by turns.
func (s *symbol) path(visit func(x, y int)) {
	up := true
	for right := s.size - 1; right > 0; right -= 2 {
		if right == 6 {
			right--
		}
		for i := range s.size {
			y := i
			if up {
				y = s.size - 1 - i
			}
			for _, x := range []int{right, right - 1} {
				if !s.fixed[y*s.size+x] {
					visit(x, y)
				}
			}
		}
		up = !up
	}
}

func (s *symbol) place(words []byte) {
	i := 0
	s.path(func(x, y int) {
		if i < 8*len(words) {
			s.dark[y*s.size+x] = words[i/8]>>(7-i%8)&1 == 1
		}
		i++
	})
}

func abs(n int) int { return max(n, -n) }
