package workflow

import (
	"fmt"
	"slices"

	"guichet/internal/form"
	"guichet/internal/text"
)

// Likeness says when two dossiers are alike: every field of it is answered, and the same in both.
type Likeness struct {
	ID     string     `yaml:"id"`
	Label  text.Words `yaml:"label"`  // the reason, for agents
	Fields []string   `yaml:"fields"` // outside groups
}

// Figures is what a team's figures are drawn from.
type Figures struct {
	Least int `yaml:"least"` // a count below it is not shown; 0 = 5
	Weeks int `yaml:"weeks"` // how far back; 0 = 12

	Ages []int `yaml:"ages"` // days between which the queue is counted, rising; none = 7, 14, 30, 60, 90
}

// checkDesk checks what agents work with: likeness, the lock, acts on many.
func (c *Compiled) checkDesk(r *refusals, f *form.Compiled) {
	byID(r, "duplicates", c.Duplicates, func(l *Likeness) string { return l.ID })
	single := singles(f)
	for i, l := range c.Duplicates {
		path := fmt.Sprintf("duplicates[%d]", i)
		r.words(path+".label", l.Label, nil)
		r.atLeastOne(path+".fields", "fields", l.Fields)
		r.allOf(path+".fields", "single answer", l.Fields, single)
	}
	c.checkLock(r)
	for i, m := range c.Workflow.Moves {
		if m.Bulk && (m.Form.Pick || slices.Contains(m.Needs, "consents")) {
			r.add(fmt.Sprintf("moves[%d].bulk", i), "make it dossier by dossier", "the move %q asks something of each dossier", m.ID)
		}
	}
	if c.Figures.Least < 0 || c.Figures.Weeks < 0 {
		r.add("figures", "give whole numbers, or leave them out", "a number below zero")
	}
	if len(c.Figures.Ages) == 0 {
		c.Figures.Ages = []int{7, 14, 30, 60, 90}
	}
	if !slices.IsSorted(c.Figures.Ages) || c.Figures.Ages[0] < 1 {
		r.add("figures.ages", "write rising whole numbers of days, from 1 on", "%v do not part a queue", c.Figures.Ages)
	}
	if c.Figures.Least == 0 {
		c.Figures.Least = 5
	}
	if c.Figures.Weeks == 0 {
		c.Figures.Weeks = 12
	}
}

func (c *Compiled) checkLock(r *refusals) {
	d, err := ParseDuration(c.Lock)
	if c.Lock != "" && (err != nil || d.IsZero()) {
		r.add("lock", "write for example PT15M", "%q is no time to decide in", c.Lock)
	}
	c.LockFor = d
	for i, m := range c.Workflow.Moves {
		if m.Locks && c.Lock == "" {
			r.add(fmt.Sprintf("moves[%d].locks", i), "say for how long with `lock`", "the move %q locks for no time", m.ID)
		}
	}
}
