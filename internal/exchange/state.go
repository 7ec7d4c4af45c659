package exchange

import (
	"context"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Standing is where the exchange stands, for who administers. It holds no answer and no word of the other side's.
type Standing struct {
	Ways   []WayCount
	Open   []Handover // waiting or refused
	Last   []Handover // arrived or overtaken, newest first
	Tokens []Token
}

// WayCount is one way with how many of its messages stand where.
type WayCount struct {
	Way
	Routed  bool // messages are sent to an address
	ByState map[string]int
}

// Handover is a message as the administrator sees it.
type Handover struct {
	ID, Procedure, Connector string
	Reference                string
	State                    string
	At                       time.Time
	Attempts, Status         int
	Next, Settled            *time.Time
	Fault                    string // key of the text that says why it did not arrive
}

// mostShown bounds each of the lists.
const mostShown = 100

// Cut tells whether there are more open messages than are shown.
func (s Standing) Cut() bool { return len(s.Open) == mostShown }

// Standing reads it. Forbidden for who does not administer.
func (h *House) Standing(ctx context.Context, a access.Actor) (s Standing, err error) {
	defer fault.Wrap(&err, "exchange.Standing")
	if s.Tokens, err = h.Tokens(ctx, a); err != nil {
		return s, err
	}
	counts, err := h.Store.Q().HandoverCounts(ctx)
	if err != nil {
		return s, err
	}
	for _, w := range Ways(h.Catalogue) {
		_, routed := h.Routes[w.Name()]
		x := WayCount{Way: w, Routed: routed, ByState: map[string]int{}}
		for _, c := range counts {
			if c.Procedure == w.Procedure.ID && c.Connector == w.Connector.ID {
				x.ByState[c.State] = int(c.N)
			}
		}
		s.Ways = append(s.Ways, x)
	}
	open, err := h.Store.Q().HandoverOpen(ctx, mostShown)
	if err != nil {
		return s, err
	}
	for _, r := range open {
		s.Open = append(s.Open, handoverOf(r))
	}
	last, err := h.Store.Q().HandoverLast(ctx, mostShown)
	for _, r := range last {
		s.Last = append(s.Last, handoverOf(sqlc.HandoverOpenRow(r)))
	}
	return s, err
}

func handoverOf(r sqlc.HandoverOpenRow) Handover {
	h := Handover{
		ID: r.PublicID, Procedure: r.Procedure, Connector: r.Connector, State: r.State, At: r.At, Attempts: int(r.Attempts), Status: int(r.Status),
		Next: r.NextAt, Settled: r.SettledAt, Fault: r.Fault,
	}
	if r.Reference != nil {
		h.Reference = *r.Reference
	}
	return h
}

// RefusedCount is how many messages wait for the administrator.
func (h *House) RefusedCount(ctx context.Context) (int, error) {
	n, err := h.Store.Q().HandoverRefusedCount(ctx)
	return int(n), err
}

// Again sends what was refused once more, from the first try on; who had it sent stays with it. Errors: Forbidden, Conflict "exchange.not_refused".
func (h *House) Again(ctx context.Context, a access.Actor, id string) (err error) {
	defer fault.Wrap(&err, "exchange.Again %s", id)
	if !access.Administers(a) {
		return fault.New(fault.Forbidden, "")
	}
	return h.Store.InTx(ctx, func(tx *store.Tx) error {
		number, err := tx.Q.HandoverAgain(ctx, sqlc.HandoverAgainParams{PublicID: id, NextAt: &tx.Now, AgainBy: &a.AccountID})
		if fault.Of(err) == fault.NotFound {
			return fault.New(fault.Conflict, "exchange.not_refused")
		}
		if err != nil {
			return err
		}
		return job.Insert(ctx, tx, Deliver{number})
	})
}

// AllAgain sends all that was refused on a way once more, and tells how many. Forbidden.
func (h *House) AllAgain(ctx context.Context, a access.Actor, procedureID, connector string) (n int, err error) {
	defer fault.Wrap(&err, "exchange.AllAgain %s/%s by %d", procedureID, connector, a.AccountID)
	if !access.Administers(a) {
		return 0, fault.New(fault.Forbidden, "")
	}
	err = h.Store.InTx(ctx, func(tx *store.Tx) error {
		ids, err := tx.Q.HandoverAllAgain(ctx, sqlc.HandoverAllAgainParams{Procedure: procedureID, Connector: connector, NextAt: &tx.Now, AgainBy: &a.AccountID})
		n = len(ids)
		for _, id := range ids[:min(n, mostShown)] { // the clock finds the others
			if err := job.Insert(ctx, tx, Deliver{id}); err != nil {
				return err
			}
		}
		return err
	})
	return n, err
}
