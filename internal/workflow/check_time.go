package workflow

import (
	"fmt"
	"slices"
	"strings"

	"guichet/internal/form"
)

// readTimers reads the instants and resolves the names.
func (c *Compiled) readTimers(r *refusals) {
	for i, t := range c.Timers {
		path := fmt.Sprintf("timers[%d]", i)
		at, err := ParseAt(t.At)
		if err != nil {
			r.add(path+".at", "write for example last_edit + P3M", "%q: %v", t.At, err)
		} else if state, ok := strings.CutPrefix(at.Clock, "state."); ok {
			r.oneOf(path+".at", "state", state, names(c.states))
		} else {
			r.oneOf(path+".at", "clock", at.Clock, TimerClocks)
		}
		r.allOf(path+".states", "state", t.States, names(c.states))
		r.atLeastOne(path+".states", "states", t.States)
		c.checkTimerAct(r, path, t)
		if at.Clock == Goes && (!at.Before || t.Notify == "") {
			r.add(path, "write for example `at: goes - P14D` and `notify`", "a timer on the end of a dossier can only give notice of it")
		}
		c.Timed = append(c.Timed, Timed{ID: t.ID, At: at, States: t.States, Move: t.Move, Notify: t.Notify, Erase: t.Erase})
	}
}

// checkTimerAct wants one act; a move must be open to a role of the clock in each of the timer's states.
func (c *Compiled) checkTimerAct(r *refusals, path string, t Timer) {
	set := 0
	for _, v := range []string{t.Move, t.Notify, t.Erase} {
		if v != "" {
			set++
		}
	}
	if set != 1 {
		r.add(path, "give one of move, notify, erase", "a timer with %d acts", set)
		return
	}
	switch {
	case t.Notify != "":
		r.oneOf(path+".notify", "notification", t.Notify, names(c.notifications))
	case t.Erase != "":
		r.oneOf(path+".erase", "thing to erase", t.Erase, []string{Whole})
	case r.oneOf(path+".move", "move", t.Move, names(c.moves)):
		bySystem := slices.ContainsFunc(c.moves[t.Move].By, func(id string) bool { return c.roles[id] != nil && c.roles[id].Kind == "system" })
		if !bySystem {
			r.add(path+".move", "add a role of kind system to the move's `by`", "the move %q is not open to the clock", t.Move)
		}
		for _, s := range t.States {
			if !slices.Contains(c.origins(c.moves[t.Move]), s) {
				r.add(path+".states", "take the state away, or let the move leave from it", "the move %q does not leave from %q", t.Move, s)
			}
		}
	}
}

// readRetention reads periods and bounds; quotes and categories are checked where the opinion and all files are at hand.
func (c *Compiled) readRetention(r *refusals, f *form.Compiled) {
	for i, k := range c.Retention {
		path := fmt.Sprintf("retention[%d]", i)
		c.checkKeepClock(r, path, k, f)
		r.oneOf(path+".then", "end", k.Then, keepEnds)
		r.oneOf(path+".fixed", "author", k.Fixed, keepAuthors)
		r.atLeastOne(path+".what", "what", k.What)
		keep, err := ParseDuration(k.Keep)
		if err != nil {
			r.add(path+".keep", "write for example P3M", "%q: %v", k.Keep, err)
		}
		c.checkBounds(r, path, k, keep)
		c.KeepRules = append(c.KeepRules, KeepRule{k, keep})
	}
}

func (c *Compiled) checkBounds(r *refusals, path string, k Retention, keep Duration) {
	if len(k.Bounds) == 0 {
		return
	}
	if len(k.Bounds) != 2 {
		r.add(path+".bounds", "write the shortest and the longest, for example [P3M, P1Y]", "%d bounds", len(k.Bounds))
		return
	}
	least, err1 := ParseDuration(k.Bounds[0])
	most, err2 := ParseDuration(k.Bounds[1])
	if err1 != nil || err2 != nil {
		r.add(path+".bounds", "write the shortest and the longest, for example [P3M, P1Y]", "bounds that are no durations")
		return
	}
	if keep.Compare(least) < 0 || keep.Compare(most) > 0 {
		r.add(path+".keep", "choose a period inside the bounds", "%s is outside the bounds %s to %s", k.Keep, k.Bounds[0], k.Bounds[1])
	}
}
