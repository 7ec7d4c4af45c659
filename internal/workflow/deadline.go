package workflow

import (
	"fmt"
	"slices"
	"time"

	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/rule"
	"guichet/internal/text"
)

// Deadline is a day by which the administration owes something to the person. It is counted from what came in, never rolled to
// a working day nor paused, and no clock changes the dossier when it is over: agents are told. Only a move whose form requires
// the document named in MovedBy sets another day.
type Deadline struct {
	ID       string     `yaml:"id"`
	Label    text.Words `yaml:"label"`
	Opens    string     `yaml:"opens"`    // clock: received
	Due      string     `yaml:"due"`      // ISO 8601, by the calendar: P1M from 31 January is the last day of February
	When     string     `yaml:"when"`     // rule over what was filed; empty = always
	Quote    string     `yaml:"quote"`    // the opinion's words for it
	Warn     []string   `yaml:"warn"`     // how long before its last day the desk is told
	Warns    string     `yaml:"warns"`    // notification to the desk, at each of these
	Breached string     `yaml:"breached"` // notification to the desk, once it is over
	MovedBy  string     `yaml:"moved_by"` // agents' document without which no move sets another day
	Until    string     `yaml:"until"`    // agents' date: the other day

	Longer Duration   `yaml:"-"` // due, read
	Early  []Duration `yaml:"-"` // warn, read
	when   *rule.Rule
}

// From is the last day of the deadline of what was received on a day: both civil dates as midnight UTC.
func (d *Deadline) From(received time.Time) time.Time {
	noon := time.Date(received.Year(), received.Month(), received.Day(), 12, 0, 0, 0, text.Zone) // no night is moved by an hour there
	return Day(Add(noon, d.Longer))
}

// Runs tells whether what was filed has this deadline.
func (d *Deadline) Runs(answers map[string]any) (bool, error) {
	if d.when == nil {
		return true, nil
	}
	ok, err := d.when.Bool(answers)
	if err != nil {
		return false, fault.From(fault.Internal, "", err)
	}
	return ok, nil
}

// DeadlineOf is the deadline of the answers, nil when they have none: the first that runs.
func (c *Compiled) DeadlineOf(answers map[string]any) (*Deadline, error) {
	for _, d := range c.Deadlines {
		if ok, err := d.Runs(answers); ok || err != nil {
			return d, err
		}
	}
	return nil, nil
}

// Deadline finds a deadline by id, or nil.
func (c *Compiled) Deadline(id string) *Deadline { return c.deadlines[id] }

// Extends is the deadline that the move takes to another day, or nil.
func (c *Compiled) Extends(m *Move) *Deadline {
	for _, e := range m.Do {
		if e.Deadline != "" {
			return c.deadlines[e.Deadline]
		}
	}
	return nil
}

// checkDeadlines reads durations and resolves names.
func (c *Compiled) checkDeadlines(r *refusals, f *form.Compiled) {
	for i, d := range c.Deadlines {
		path := fmt.Sprintf("deadlines[%d]", i)
		r.words(path+".label", d.Label, nil)
		r.oneOf(path+".opens", "clock", d.Opens, []string{Received})
		d.Longer = r.duration(path+".due", d.Due)
		for j, w := range d.Warn {
			d.Early = append(d.Early, r.duration(fmt.Sprintf("%s.warn[%d]", path, j), w))
		}
		if len(d.Warn) > 0 {
			r.oneOf(path+".warns", "notification", d.Warns, names(c.notifications))
		}
		r.oneOf(path+".breached", "notification", d.Breached, names(c.notifications))
		r.agentsOwn(f, path+".moved_by", d.MovedBy, form.File)
		r.agentsOwn(f, path+".until", d.Until, form.Date)
		d.when = r.rule(path+".when", d.When, f.Env())
	}
}

func (r *refusals) duration(path, s string) Duration {
	d, err := ParseDuration(s)
	if err != nil || d.IsZero() {
		r.add(path, "write for example P1M", "%q is no time", s)
	}
	return d
}

// agentsOwn wants an agents' field of the kind.
func (r *refusals) agentsOwn(f *form.Compiled, path, id string, kind form.Kind) {
	i := slices.IndexFunc(f.AgentFields, func(x *form.Field) bool { return x.ID == id })
	if i < 0 || f.AgentFields[i].Kind != kind {
		r.add(path, fmt.Sprintf("name an agents’ field of kind %s", kind), "%q is none", id)
	}
}

// checkExtends refuses a move that sets another day without the document that grants it and the day it grants: nobody gives
// themselves more time (law 1.165, article 15; DS-103, DS-104).
func (c *Compiled) checkExtends(r *refusals, path string, m *Move) {
	d := c.Extends(m)
	if d == nil {
		return
	}
	for _, id := range []string{d.MovedBy, d.Until} {
		if !slices.Contains(m.Form.Required, id) {
			r.add(path+".form", "name it in `fields` and `required`", "the move %q sets another day for the deadline %q without %q", m.ID, d.ID, id)
		}
	}
	for _, from := range c.origins(m) {
		if s := c.states[from]; m.To != Same || s != nil && s.Kind == Draft {
			r.add(path+".to", "let it leave the dossier where it is", "a deadline is moved by a move of its own, of what was received")
			return
		}
	}
}
