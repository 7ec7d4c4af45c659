package workflow

import (
	"fmt"
	"maps"
	"slices"
)

// checkStates wants exactly one draft, first, and a known kind, tone and words for each state.
func (c *Compiled) checkStates(r *refusals) {
	for i, s := range c.States {
		path := fmt.Sprintf("states[%d]", i)
		r.oneOf(path+".kind", "state kind", s.Kind, stateKinds)
		r.oneOf(path+".tone", "tone", s.Tone, tones)
		r.words(path+".label", s.Label, nil)
		r.words(path+".next", s.Next, nil)
		r.words(path+".desk", s.Desk, nil)
		switch {
		case s.Kind == Draft && c.Start == nil && i == 0:
			c.Start = s
		case s.Kind == Draft:
			r.add(path+".kind", "keep one draft and put it first", "a second draft, or one that does not come first")
		}
	}
	if c.Start == nil {
		r.add("states", "let the first state have `kind: draft`", "no state to begin in")
	}
}

// checkReach refuses states that lead nowhere or to which nothing leads, and a closed dossier that reopens.
func (c *Compiled) checkReach(r *refusals) {
	if c.Start == nil {
		return // said already
	}
	reached := c.reachable()
	for i, s := range c.States {
		path := fmt.Sprintf("states[%d].id", i)
		out := slices.ContainsFunc(c.from[s.ID], func(m *Move) bool { return m.To != Same && m.To != s.ID })
		switch {
		case !reached[s.ID] && s != c.Start:
			r.add(path, "add a move that leads to it, or remove the state", "nothing leads to the state %q", s.ID)
		case s.Kind == Closed && out:
			r.add(path, "let no move leave a closed state; a wrong decision is corrected, never reopened", "the closed state %q has a way out", s.ID)
		case s.Kind != Closed && !out:
			r.add(path, "add a move that leaves it, or give it `kind: closed`", "no way out of the state %q", s.ID)
		}
	}
}

// reachable walks the moves from the start.
func (c *Compiled) reachable() map[string]bool {
	reached := map[string]bool{}
	for queue := []string{c.Start.ID}; len(queue) > 0; queue = queue[1:] {
		if reached[queue[0]] {
			continue
		}
		reached[queue[0]] = true
		for _, m := range c.from[queue[0]] {
			queue = append(queue, c.target(m, queue[0]))
		}
	}
	return reached
}

func names[T any](m map[string]*T) []string { return slices.Sorted(maps.Keys(m)) }
