package dossier

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/store/sqlc"
)

// MostCounted is where counting stops: beyond it, a number tells an agent nothing more.
const MostCounted = 10_000

// countedFor is how old a count on a page may be: the same few numbers stand on every page of every agent's queue.
const countedFor = 5 * time.Second

// counted keeps the numbers last counted, by procedure.
type counted struct {
	mu   sync.Mutex
	kept map[string]tally
}

type tally struct {
	at     time.Time
	states map[string]int
}

// get counts anew what is too old; those who ask meanwhile wait for the same answer.
func (c *counted) get(id string, now time.Time, count func() (map[string]int, error)) (map[string]int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t, ok := c.kept[id]; ok && now.Sub(t.at).Abs() < countedFor {
		return maps.Clone(t.states), nil
	}
	states, err := count()
	if err != nil {
		return nil, err
	}
	if c.kept == nil {
		c.kept = map[string]tally{}
	}
	c.kept[id] = tally{now, states}
	return maps.Clone(states), nil
}

// forget makes the next page count again: who moves a dossier sees the numbers change.
func (c *counted) forget(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.kept, id)
}

// Counts tells how many dossiers of a procedure stand in each of the states at work, as of five seconds ago at most;
// MostCounted+1 is more than are counted. It answers NotFound to who may not read such dossiers.
func (o *Office) Counts(ctx context.Context, a access.Actor, procedureID string) (_ map[string]int, err error) {
	defer fault.Wrap(&err, "dossier.Counts %s", procedureID)
	p := o.Catalogue.Get(procedureID)
	if p == nil || !slices.Contains(access.ScopeOf(a).Procedures, procedureID) {
		return nil, fault.New(fault.NotFound, "")
	}
	return o.counted.get(procedureID, o.Store.Now(), func() (map[string]int, error) {
		rows, err := o.queries().QueueCounts(ctx, sqlc.QueueCountsParams{
			Procedure: procedureID, States: p.Flow.StatesOf("open", "waiting"), Cap: MostCounted + 1,
		})
		out := map[string]int{}
		for _, r := range rows {
			out[r.State] = int(r.N)
		}
		return out, err
	})
}
