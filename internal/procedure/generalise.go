package procedure

import (
	"slices"
	"strconv"
)

// Of writes a number as its level does: "<45", "45-64", "65+". It is for columns with cuts.
func (l Level) Of(n int) string {
	i, found := slices.BinarySearch(l.Cuts, n)
	if found {
		i++
	}
	return l.band(i)
}

func (l Level) band(i int) string {
	switch {
	case i == 0:
		return "<" + strconv.Itoa(l.Cuts[0])
	case i == len(l.Cuts):
		return strconv.Itoa(l.Cuts[i-1]) + "+"
	case l.Cuts[i]-l.Cuts[i-1] == 1:
		return strconv.Itoa(l.Cuts[i-1])
	}
	return strconv.Itoa(l.Cuts[i-1]) + "-" + strconv.Itoa(l.Cuts[i]-1)
}

// Group finds the group of a value, by name first, then the one that takes the rest. It is for columns with groups.
func (l Level) Group(value string) (Group, bool) {
	for _, g := range l.Groups {
		if slices.Contains(g.Values, value) {
			return g, true
		}
	}
	i := slices.IndexFunc(l.Groups, func(g Group) bool { return g.Rest })
	if i < 0 {
		return Group{}, false
	}
	return l.Groups[i], true
}

// Values lists what a level can write, in order: bands, or ids of groups.
func (l Level) Values() []string {
	var out []string
	for i := range l.Cuts {
		out = append(out, l.band(i))
	}
	if len(l.Cuts) > 0 {
		return append(out, l.band(len(l.Cuts)))
	}
	for _, g := range l.Groups {
		out = append(out, g.ID)
	}
	return out
}

// finer reports whether every value of l lies whole inside one value of the coarser level, and fewer are left.
func (l Level) finer(coarse Level) bool {
	if coarse.Size() >= l.Size() {
		return false
	}
	if len(l.Cuts) > 0 {
		return !slices.ContainsFunc(coarse.Cuts, func(c int) bool { return !slices.Contains(l.Cuts, c) })
	}
	for _, g := range l.Groups {
		if !g.inside(l, coarse) {
			return false
		}
	}
	return true
}

// inside reports whether a group of the fine level goes whole into one group of the coarse level. The rest of
// the fine level is what its groups do not name: it must go with the coarse rest.
func (g Group) inside(fine, coarse Level) bool {
	home := ""
	if g.Rest {
		i := slices.IndexFunc(coarse.Groups, func(h Group) bool { return h.Rest })
		if i < 0 {
			return false
		}
		home = coarse.Groups[i].ID
	}
	for _, h := range coarse.Groups { // a value the coarse level names and the fine one leaves to its rest
		for _, v := range h.Values {
			if at, ok := fine.Group(v); ok && at.ID == g.ID {
				if home != "" && home != h.ID {
					return false
				}
				home = h.ID
			}
		}
	}
	for _, v := range g.Values {
		at, ok := coarse.Group(v)
		if !ok || (home != "" && at.ID != home) {
			return false
		}
		home = at.ID
	}
	return true
}
