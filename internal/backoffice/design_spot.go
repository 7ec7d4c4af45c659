package backoffice

// plotSpot is where the words of a mark stand, from its middle.
type plotSpot struct {
	dx, dy int
	anchor string
}

// spots are tried in this order: above on the right, below on the left, then the other two corners, then farther away.
var spots = []plotSpot{{9, -6, "start"}, {-9, 15, "end"}, {9, 15, "start"}, {-9, -6, "end"}, {13, 26, "start"}, {-13, -18, "end"}}

// plotBox is a piece of a chart that something takes up.
type plotBox struct{ left, top, right, bottom int }

func (b plotBox) meets(o plotBox) bool {
	return b.left < o.right && o.left < b.right && b.top < o.bottom && o.top < b.bottom
}

func (b plotBox) outside() bool {
	return b.left < 0 || b.right > plotNarrowest+20 || b.top < 0 || b.bottom > plotBottom
}

// at is where a mark stands on the narrowest screen.
func (m plotMark) at() int { return int(m.share * plotNarrowest) }

func (m plotMark) box() plotBox {
	r := 6
	if m.ring {
		r = 11
	}
	return plotBox{m.at() - r, m.y - r, m.at() + r, m.y + r}
}

// words are the box of a mark's words at a spot; a letter is eight units wide at most.
func (m plotMark) words(s plotSpot) plotBox {
	x, wide := m.at()+s.dx, 2+8*len([]rune(m.label))
	if s.anchor == "end" {
		x -= wide
	}
	return plotBox{x, m.y + s.dy - 10, x + wide, m.y + s.dy + 1}
}

// spread finds for the words of each mark a spot that meets no mark and no other words; without one the first is taken.
func spread(marks []plotMark) {
	var taken []plotBox
	for _, m := range marks {
		taken = append(taken, m.box())
	}
	for i := range marks {
		marks[i].spot = freeSpot(marks[i], taken)
		taken = append(taken, marks[i].words(marks[i].spot))
	}
}

func freeSpot(m plotMark, taken []plotBox) plotSpot {
	for _, s := range spots {
		b := m.words(s)
		free := !b.outside()
		for _, t := range taken {
			free = free && !b.meets(t)
		}
		if free {
			return s
		}
	}
	return spots[0]
}
