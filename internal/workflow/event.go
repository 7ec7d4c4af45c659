package workflow

import (
	"fmt"
	"slices"
)

// Event is something that happens to a dossier by itself, and who is told of it.
type Event struct {
	ID string   `yaml:"id"` // one of [Events]
	Do []Effect `yaml:"do"` // notify alone
}

// What can happen to a dossier by itself.
const (
	HandedOver        = "handed_over"        // the other system has what was handed to it
	HandoverRefused   = "handover_refused"   // it does not take it: the administrator is told
	HandoverOvertaken = "handover_overtaken" // the dossier moved on before it left
	HandoverTried     = "handover_tried"     // the dossier moved on after a try: the other system may have it

	Infected = "infected" // the scanner found something in a document that was sent; it does not stand any more
	Alike    = "alike"    // it was found to resemble another
)

// Events are all of these.
var Events = []string{Infected, Alike}

// Acts are the names that the journal gives to what is no move; a move that bore one of them would be taken for it.
var Acts = []string{
	"start", "follow", "due_soon", "due_over", "answer", "attach", "detach", "describe", "settle", "note", "write", "reply", "prepare", "judge", "correct", "generate", "reminded", "ended", Infected, Alike,
	"mail", "mail_file", "identity_proven", "person_searched", "finding_approved", "order_asked", "order_answered", "order_withdrawn", "answer_made", "answer_sent", "answer_opened", "handed_to_person",
	HandedOver, HandoverRefused, HandoverOvertaken, HandoverTried,
	"mandate_proposed", "mandate_lapsed", "mandate_confirmed", "mandate_denied", "mandate_revoked", "mandate_renounced",
	Proposed, SentBack, TakenBack, Overtaken,
	"mandate_verified", "mandate_refused", "mandate_expired", "mandate_taken", "mandate_wrong", "mandate_moved", "mandate_known", "mandate_renewed",
}

// After are the effects of an event.
func (c *Compiled) After(event string) []Effect {
	i := slices.IndexFunc(c.Events, func(e Event) bool { return e.ID == event })
	if i < 0 {
		return nil
	}
	return c.Events[i].Do
}

// checkEvents wants known events that do nothing but tell.
func (c *Compiled) checkEvents(r *refusals) {
	byID(r, "events", pointers(c.Events), func(e *Event) string { return e.ID })
	for i, e := range c.Events {
		path := fmt.Sprintf("events[%d]", i)
		r.oneOf(path+".id", "event", e.ID, Events)
		for j, d := range e.Do {
			at := fmt.Sprintf("%s.do[%d]", path, j)
			c.checkEffect(r, at, d)
			if d.Notify == "" {
				r.add(at, "write {notify: …, to: …}", "an event can only be told")
			}
		}
	}
}

// checkAssign refuses a team where nobody could choose it: only the page of an act on many asks for one.
func checkAssign(r *refusals, path string, m *Move) {
	for j, e := range m.Do {
		if e.Assign == "team" && !m.Bulk {
			r.add(fmt.Sprintf("%s.do[%d].assign", path, j), "write `bulk: true` on the move", "no page asks for the team of the move %q", m.ID)
		}
	}
}

// checkDueTarget refuses a day to answer where nobody is waited for.
func (c *Compiled) checkDueTarget(r *refusals, path string, m *Move) {
	for _, from := range c.origins(m) {
		if s := c.states[c.target(m, from)]; m.Form.Due != "" && s != nil && s.Kind != Waiting {
			r.add(path+".form.due", "lead to a state of kind waiting, or remove it", "in the state %q nobody waits for the person's answer", s.ID)
			return
		}
	}
}
