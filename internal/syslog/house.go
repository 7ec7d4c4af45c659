package syslog

import (
	"context"
	"strconv"
	"time"

	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/procedure"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Kind is that of the connector by which a definition names the authorised processing that events go to (DS-107): without one,
// nothing of its procedure leaves.
const Kind = "syslog"

const (
	settle  = time.Minute      // what began before and is committed later still comes in its place
	window  = 10 * time.Minute // that much is read and sent at once
	windows = 144              // that many in one run: a day that the collector was away
)

// House sends the lines of the journals. They are read from the database after the act, so that no request waits for a collector,
// and what could not be sent is sent later. An event may come twice, and none is passed over.
type House struct {
	Store     *store.Store
	Catalogue *procedure.Catalogue
	Sender    *Sender // nil: nothing is sent
}

// Forward asks for a run; it is made every minute.
type Forward struct{}

// Kind names the job.
func (Forward) Kind() string { return "syslog.forward" }

// Register lets the queue send.
func (h *House) Register(w *job.Workers) {
	job.Register(w, func(ctx context.Context, _ Forward) error { return h.Run(ctx) })
}

// Named are the procedures whose definition names the processing that events go to.
func Named(c *procedure.Catalogue) []string {
	out := []string{}
	for _, p := range c.All() {
		for _, k := range p.Flow.Connectors {
			if k.Kind == Kind {
				out = append(out, p.ID)
				break
			}
		}
	}
	return out
}

// Run sends what has happened since the last run, window by window; each is done with once it was handed over.
func (h *House) Run(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "syslog.Run")
	if h.Sender == nil {
		return nil
	}
	end := h.Store.Now().Add(-settle)
	since, err := h.Store.Q().ForwardedUntil(ctx, sqlc.ForwardedUntilParams{Name: Kind, Now: end})
	if err != nil {
		return err
	}
	for n := 0; n < windows && since.Before(end); n++ {
		until := since.Add(window)
		if until.After(end) {
			until = end
		}
		events, err := h.between(ctx, since, until)
		if err != nil {
			return err
		}
		if len(events) > 0 {
			if err := h.Sender.Send(ctx, events); err != nil {
				return err
			}
		}
		if err := h.Store.Q().Forwarded(ctx, sqlc.ForwardedParams{Name: Kind, Until: until}); err != nil {
			return err
		}
		since = until
	}
	return nil
}

func (h *House) between(ctx context.Context, since, until time.Time) ([]Event, error) {
	procedures := Named(h.Catalogue)
	acts, err := h.Store.Q().EventsOfDossiers(ctx, sqlc.EventsOfDossiersParams{Since: since, Until: until, Procedures: procedures})
	if err != nil {
		return nil, err
	}
	var out []Event
	for _, a := range acts {
		out = append(out, Event{At: a.At, Kind: "act", Fields: map[string]string{
			Procedure: a.Procedure, Dossier: a.PublicID, Line: strconv.Itoa(int(a.Seq)), Act: a.Act, Role: a.Role, Account: number(a.ActorID),
		}})
	}
	connections, err := h.Store.Q().EventsOfConnections(ctx, sqlc.EventsOfConnectionsParams{Since: since, Until: until, Procedures: procedures})
	for _, c := range connections {
		out = append(out, Event{At: c.At, Kind: "connection", Fields: map[string]string{Act: c.Act, Account: number(c.AccountID)}})
	}
	return out, err
}

// number is an account's, "" for nobody.
func number(id *int64) string {
	if id == nil {
		return ""
	}
	return strconv.FormatInt(*id, 10)
}
