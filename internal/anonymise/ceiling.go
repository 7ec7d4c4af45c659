package anonymise

// ceilings are vectors known to be unacceptable together with all below them. They stand far above where they
// were found, so they exclude vectors that the frontier has not reached yet.
type ceilings []Vector

func (c ceilings) excludes(v Vector) bool {
	for _, w := range c {
		if v.below(w) {
			return true
		}
	}
	return false
}

// add keeps the list free of vectors below others.
func (c *ceilings) add(v Vector) {
	if c.excludes(v) {
		return
	}
	kept := (*c)[:0]
	for _, w := range *c {
		if !w.below(v) {
			kept = append(kept, w)
		}
	}
	*c = append(kept, v)
}

// climb raises a condemned vector, column by column, as far as it stays condemned. Where it starts depends on
// the vector, so that different ones climb to different places.
func (w *worker) climb(from *groups, v Vector) Vector {
	at := from.clone()
	top := append(Vector(nil), v...)
	start := 0
	for _, l := range v {
		start = start*3 + l
	}
	for i := range v {
		j := (start + i) % len(v)
		for level := w.engine.heights[j]; level > top[j]; level-- {
			higher := append(Vector(nil), top...)
			higher[j] = level
			if g, p := w.evaluate(at, higher, w.engine.limit); p.condemned {
				at, top = at.copyOf(g), higher
				break
			}
		}
	}
	return top
}
