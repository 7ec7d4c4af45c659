package anonymise

// ancestry keeps some groupings, since a vector is grouped faster from a more general one than from the records.
type ancestry struct {
	base *groups
	kept []*groups
	next int // the oldest is replaced
	held int // groups held
}

const (
	keptGroupings = 2048
	heldGroups    = 6 << 20 // at most 100 MB for one word a key
)

// nearest is the smallest grouping that v can be lifted from.
func (a *ancestry) nearest(v Vector) *groups {
	best := a.base
	for _, g := range a.kept {
		if g.size() < best.size() && g.at.below(v) {
			best = g
		}
	}
	return best
}

// worth reports whether a grouping found from base is so much smaller that it should be kept.
func (a *ancestry) worth(base, found *groups) bool {
	return found.size()*8 < base.size()*7
}

func (a *ancestry) keep(g *groups) {
	if len(a.kept) < keptGroupings && a.held+g.size() <= heldGroups {
		a.kept = append(a.kept, g)
		a.held += g.size()
		return
	}
	if len(a.kept) == 0 || a.held-a.kept[a.next].size()+g.size() > heldGroups {
		return
	}
	a.held += g.size() - a.kept[a.next].size()
	a.kept[a.next] = g
	a.next = (a.next + 1) % len(a.kept)
}
