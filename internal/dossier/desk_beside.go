package dossier

import (
	"context"
	"slices"
	"strings"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// Beside is what stands beside every page of a procedure's queue.
type Beside struct {
	Agents   []int64  // who process its dossiers
	Teams    []string // theirs, by name
	Owed     int      // dossiers on which an answer is owed, 0 for who may not read their messages; MostCounted+1 is more than are counted
	Seconds  int      // dossiers that wait for the actor as the second person; as far as Owed
	Mentions int      // notes that name the actor and were not seen; MostMentions+1 is more than are counted
	Views    []View   // the actor's own, by name
}

// Beside reads it in one round trip. It answers NotFound to who may not read such dossiers.
func (o *Office) Beside(ctx context.Context, a access.Actor, procedureID string) (b Beside, err error) {
	defer fault.Wrap(&err, "dossier.Beside %s", procedureID)
	p := o.Catalogue.Get(procedureID)
	if p == nil || !access.May(a, access.Read, procedureID) {
		return b, errNotFound
	}
	s := secondingOf(p, a)
	if s == nil {
		s = &seconding{Teams: []string{}, Not: []string{}}
	}
	row, err := o.queries().QueueBeside(ctx, sqlc.QueueBesideParams{
		WithSeconds: s.Agent != 0, SecondTeams: s.Teams, SecondNot: s.Not,
		Procedure: procedureID, Roles: processing(p), At: o.Store.Now(), AccountID: a.AccountID,
		WithOwed: access.Can(a, access.Read, access.Dossier{Procedure: procedureID, StateKind: workflow.Open}, "messages"),
		Noted:    readingInternal(a), Cap: MostCounted + 1, MostMentions: MostMentions + 1, MostViews: MostViews,
	})
	if err != nil {
		return b, err
	}
	b.Agents, b.Teams = staffOf(row.Staff)
	b.Owed, b.Seconds, b.Mentions = int(row.Owed), int(row.Seconds), int(row.Mentions)
	b.Views, err = o.openViews(a.AccountID, row.Views)
	return b, err
}

// staffOf reads agents and teams as the query writes them, each agent once for each team.
func staffOf(rows []string) (agents []int64, teams []string) {
	for _, r := range rows {
		id, team, _ := strings.Cut(r, " ")
		agents = append(agents, id64(id))
		if team != "" {
			teams = append(teams, team)
		}
	}
	slices.Sort(agents)
	slices.Sort(teams)
	return slices.Compact(agents), slices.Compact(teams)
}
