package dossier

import (
	"context"
	"slices"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// whose finds to whom, and to which team, a move gives the dossier, where it gives it at all. Errors: Invalid "move.assignee"
// and "move.team" (no agent who processes such dossiers, no such team), Conflict "move.taken" (somebody has it already) and
// "move.nobody" (its team has no agent).
func (o *Office) whose(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, effects []workflow.Effect, act Act) (Act, error) {
	i := slices.IndexFunc(effects, func(e workflow.Effect) bool { return e.Assign != "" })
	if i < 0 {
		act.Assignee, act.Team = d.AssigneeID, d.Team
		return act, nil
	}
	agents, err := tx.Q.DeskAgents(ctx, sqlc.DeskAgentsParams{Procedure: d.Procedure, Roles: processing(newest(o.Catalogue, d.Def)), At: &tx.Now})
	if err != nil {
		return act, err
	}
	switch effects[i].Assign {
	case "mover":
		act.Assignee = a.AccountID
	case "none":
		act.Assignee, act.Team = 0, d.Team
		return act, nil
	case "team":
		act.Assignee = 0
		if act.Team == "" || !slices.ContainsFunc(agents, func(r sqlc.DeskAgentsRow) bool { return r.Team == act.Team }) {
			return act, fault.New(fault.Invalid, "move.team")
		}
		return act, nil
	case "least_loaded":
		if act.Assignee, err = leastLoaded(d, agents); err != nil {
			return act, err
		}
	}
	var held bool
	act.Team, held = teamOf(d.Team, act.Assignee, agents)
	if !held && effects[i].Assign == "chosen" {
		return act, fault.New(fault.Invalid, "move.assignee")
	}
	return act, nil
}

// leastLoaded is the agent with the fewest dossiers at work, of the dossier's team or of all when it is in none; agents come
// in that order.
func leastLoaded(d *Dossier, agents []sqlc.DeskAgentsRow) (int64, error) {
	if d.AssigneeID != 0 {
		return 0, fault.New(fault.Conflict, "move.taken")
	}
	for _, r := range agents {
		if d.Team == "" || r.Team == d.Team {
			return r.AccountID, nil
		}
	}
	return 0, fault.New(fault.Conflict, "move.nobody")
}

// teamOf is the team an agent works a dossier for: the dossier's own where the agent is in it, else the agent's first.
func teamOf(now string, agent int64, agents []sqlc.DeskAgentsRow) (team string, works bool) {
	team = now
	for _, r := range agents {
		if r.AccountID != agent {
			continue
		}
		if r.Team == now {
			return now, true
		}
		if !works {
			team, works = r.Team, true
		}
	}
	return team, works
}

// Teams lists the teams that process dossiers of a procedure, by name. It answers NotFound to who may not read such dossiers.
func (o *Office) Teams(ctx context.Context, a access.Actor, procedureID string) (_ []string, err error) {
	defer fault.Wrap(&err, "dossier.Teams %s", procedureID)
	p := o.Catalogue.Get(procedureID)
	if p == nil || !access.May(a, access.Read, procedureID) {
		return nil, errNotFound
	}
	now := o.Store.Now()
	return o.queries().DeskTeams(ctx, sqlc.DeskTeamsParams{Procedure: procedureID, Roles: processing(p), At: &now})
}
