package workflow

import "slices"

// Moves lists what a role could try from a state, in file order. Needs and `when` are for Decide.
func (c *Compiled) Moves(state, role string) []*Move {
	var out []*Move
	for _, m := range c.from[state] {
		if slices.Contains(m.By, role) {
			out = append(out, m)
		}
	}
	return out
}

// State finds a state by id, or nil.
func (c *Compiled) State(id string) *State { return c.states[id] }

// Move finds a move by id, or nil.
func (c *Compiled) Move(id string) *Move { return c.moves[id] }

// Role finds a role by id, or nil.
func (c *Compiled) Role(id string) *Role { return c.roles[id] }

// Notice finds a notice by id, or nil.
func (c *Compiled) Notice(id string) *Notice { return c.notices[id] }

// Notification finds a message by id, or nil.
func (c *Compiled) Notification(id string) *Notification { return c.notifications[id] }

// Document finds a generated document by id, or nil.
func (c *Compiled) Document(id string) *Document { return c.documents[id] }

// Owner is the role of the person whose dossier it is.
func (c *Compiled) Owner() *Role {
	i := slices.IndexFunc(c.Roles, func(o *Role) bool { return o.Kind == "owner" })
	return c.Roles[i]
}

// Clockwork is the role under which timers make moves, or "" when no role is of kind system.
func (c *Compiled) Clockwork() string {
	for _, o := range c.Roles {
		if o.Kind == "system" {
			return o.ID
		}
	}
	return ""
}

// NoticesAt lists the notices shown at a moment (account, entry, step, review, agent_first_login, support_first_login, footer), in file order.
func (c *Compiled) NoticesAt(moment string) []*Notice {
	var out []*Notice
	for _, n := range c.Notices {
		if slices.Contains(n.Show, moment) {
			out = append(out, n)
		}
	}
	return out
}

// StatesOf lists the ids of the states of the given kinds, in file order.
func (c *Compiled) StatesOf(kinds ...string) []string {
	var out []string
	for _, s := range c.States {
		if slices.Contains(kinds, s.Kind) {
			out = append(out, s.ID)
		}
	}
	return out
}

// Keep finds the retention rule of a category, of the form's or of the system's; nil when there is none.
// What was never filed is the category `drafts`, whatever the categories of its answers.
func (c *Compiled) Keep(category string) *KeepRule {
	for i := range c.KeepRules {
		if k := &c.KeepRules[i]; slices.Contains(k.What, category) {
			return k
		}
	}
	return nil
}

// Rule finds a retention rule by id, or nil.
func (c *Compiled) Rule(id string) *KeepRule {
	i := slices.IndexFunc(c.KeepRules, func(k KeepRule) bool { return k.ID == id })
	if i < 0 {
		return nil
	}
	return &c.KeepRules[i]
}

// May reports whether a role bears a verb (RP-157 to RP-161).
func (o *Role) May(verb string) bool { return slices.Contains(o.Can, verb) }
