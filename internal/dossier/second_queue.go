package dossier

import (
	"slices"

	"guichet/internal/access"
	"guichet/internal/procedure"
)

// seconding is whose proposals wait for an agent: those of others, in the queues of the agent's teams, of moves that one of their
// roles may approve. The number on the queue's page and the list behind it go by the same.
type seconding struct {
	Agent int64
	Teams []string // none = every team's
	Not   []string // moves that are not theirs to approve
}

// secondingOf is nil for who decides nothing of the procedure.
func secondingOf(p *procedure.Procedure, a access.Actor) *seconding {
	if a.Kind != access.Agent || !access.May(a, access.Process, p.ID) {
		return nil
	}
	s := &seconding{Agent: a.AccountID, Teams: []string{}, Not: []string{}}
	all := false
	for _, g := range a.Grants {
		if g.Procedure == p.ID && g.Only == nil {
			s.Teams, all = append(s.Teams, g.Team), all || g.Team == ""
		}
	}
	if all {
		s.Teams = []string{}
	}
	mine := roles(p, a, access.Dossier{Procedure: p.ID})
	for _, m := range p.Flow.Workflow.Moves {
		if m.Second != nil && !p.Flow.Move(m.ID).Approves(mine) {
			s.Not = append(s.Not, m.ID)
		}
	}
	return s
}

// waits is the condition of the list, as QueueBeside has it for the number.
func (q *pageQuery) waits(s *seconding) []string {
	if s == nil {
		return []string{"false"}
	}
	where := []string{"d.id in (select w.dossier_id from proposal w where w.state = 'waiting' and w.proposed_by <> " + q.hidden(s.Agent, "bigint") +
		" and w.move <> all(" + q.arg(s.Not) + "::text[]))"}
	if len(s.Teams) > 0 {
		where = append(where, "(d.team = '' or d.team = any("+q.arg(slices.Clone(s.Teams))+"::text[]))")
	}
	return where
}
