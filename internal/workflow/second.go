package workflow

import (
	"fmt"
	"slices"
)

// Second says that nobody makes a move alone: one agent proposes it, with all that it asks for, and another one approves it or
// sends it back. The person learns nothing before.
type Second struct {
	By    []string `yaml:"by"`    // roles of kind agent that may approve; empty = those of the move
	Tells string   `yaml:"tells"` // notification with news, to the team: something waits for a second person
	Back  string   `yaml:"back"`  // notification to who proposed: it was sent back
	Made  string   `yaml:"made"`  // notification to who proposed: it was approved
	Alone []string `yaml:"alone"` // reasons for which one agent makes the move after all: they decide nothing against the person
	Alike []string `yaml:"alike"` // of those, what is true only of a dossier that resembles another one at work: it is looked up, not believed
}

// SecondFor is what a move has that two people make for this reason, nil when one makes it alone.
func (m *Move) SecondFor(reason string) *Second {
	if m.Second == nil || slices.Contains(m.Second.Alone, reason) {
		return nil
	}
	return m.Second
}

// OfferedToMany are the reasons that may be given when the move is made on many dossiers at once: nobody approves those one by one.
func (m *Move) OfferedToMany() []Reason {
	return slices.DeleteFunc(m.Form.Offered(), func(r Reason) bool { return m.SecondFor(r.ID) != nil })
}

// What the journal calls the steps of such a move; the move itself stands there under its own name, once it is approved.
const (
	Proposed  = "second_proposed"
	SentBack  = "second_back"
	TakenBack = "second_withdrawn" // by who proposed
	Overtaken = "second_void"      // the dossier changed before it was approved
)

// Approves tells whether one of the roles may approve what another person proposed.
func (m *Move) Approves(roles []string) bool {
	if m.Second == nil {
		return false
	}
	by := m.Second.By
	if len(by) == 0 {
		by = m.By
	}
	return slices.ContainsFunc(roles, func(id string) bool { return slices.Contains(by, id) })
}

// checkSecond wants a move of agents alone, that leaves for another state, and whose words say all there is to approve.
func (c *Compiled) checkSecond(r *refusals, path string, m *Move) {
	if m.Second == nil {
		return
	}
	at := path + ".second"
	r.allOf(at+".by", "role of kind agent that processes", m.Second.By, c.deciders())
	for i, id := range m.By {
		if o := c.roles[id]; o != nil && o.Kind != "agent" {
			r.add(fmt.Sprintf("%s.by[%d]", path, i), "take the role away, or remove `second`", "the role %q is of kind %s: only an agent proposes", id, o.Kind)
		}
	}
	for _, from := range c.origins(m) {
		if s := c.states[c.target(m, from)]; s != nil && (m.To == Same || s.Kind == Draft) || c.states[from] != nil && c.states[from].Kind == Draft {
			r.add(path+".to", "lead from a filed dossier to another state, or remove `second`", "nothing is decided that two people would answer for")
			break
		}
	}
	if m.Form.Pick || m.Form.Due != "" || slices.ContainsFunc(m.Do, func(e Effect) bool { return e.Assign != "" }) {
		r.add(at, "remove it, or take away what is picked, the day and the assignee", "a second person approves words and reasons, not a list, a day or an assignee")
	}
	if r.oneOf(at+".tells", "notification", m.Second.Tells, names(c.notifications)) && c.notifications[m.Second.Tells].News == nil {
		r.add(at+".tells", "give the notification `news`", "%q goes to a team, and has no words for its news", m.Second.Tells)
	}
	r.oneOf(at+".back", "notification", m.Second.Back, names(c.notifications))
	r.oneOf(at+".made", "notification", m.Second.Made, names(c.notifications))
	c.checkAlone(r, at, m)
}

// checkAlone wants reasons of the move, and one at least that takes two; on many dossiers at once only what one agent decides is done.
func (c *Compiled) checkAlone(r *refusals, at string, m *Move) {
	var reasons []string
	for _, x := range m.Form.Reasons {
		reasons = append(reasons, x.ID)
	}
	r.allOf(at+".alone", "reason of the move", m.Second.Alone, reasons)
	r.allOf(at+".alike", "reason of `alone`", m.Second.Alike, m.Second.Alone)
	if len(m.Second.Alike) > 0 && len(c.Duplicates) == 0 {
		r.add(at+".alike", "say under `duplicates` what makes two dossiers alike", "no dossier resembles another")
	}
	two := slices.ContainsFunc(reasons, func(id string) bool { return !slices.Contains(m.Second.Alone, id) })
	switch {
	case len(reasons) > 0 && !two:
		r.add(at+".alone", "take a reason away, or remove `second`", "for no reason does the move take two people")
	case m.Bulk && len(m.Second.Alone) == 0:
		r.add(at, "say `alone`, or take `bulk` away", "nobody approves many dossiers one by one")
	}
}

// deciders are the roles of agents who process dossiers.
func (c *Compiled) deciders() []string {
	var out []string
	for _, o := range c.Roles {
		if o.Kind == "agent" && o.May("process") {
			out = append(out, o.ID)
		}
	}
	return out
}
