// Package exchange hands admissible dossiers to the core business system: sent as signed messages, or fetched with a token (RP-168).
package exchange

import (
	"context"
	"log/slog"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/procedure"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/workflow"
)

// House hands over and keeps the receipts.
type House struct {
	Store     *store.Store
	Office    *dossier.Office
	Catalogue *procedure.Catalogue
	Keys      *seal.Keyring
	Routes    map[string]Route // by "procedure/connector"; without one, messages wait to be fetched
	Sender    *Sender
	Log       *slog.Logger
}

// Register says how the room's jobs are done, and has the office hand over here.
func (h *House) Register(w *job.Workers) {
	h.Office.Push = h.take
	job.Register(w, h.deliver)
	job.Register(w, h.due)
}

// Way is one connector that dossiers of a procedure are handed to.
type Way struct {
	Procedure *procedure.Procedure
	Connector *workflow.Connector
}

// Name of the way in settings and addresses.
func (w Way) Name() string { return w.Procedure.ID + "/" + w.Connector.ID }

// Ways lists what the definitions hand over, and to whom, in the catalogue's order.
func Ways(c *procedure.Catalogue) []Way {
	var out []Way
	for _, p := range c.All() {
		for _, k := range p.Flow.Pushes() {
			out = append(out, Way{p, k})
		}
	}
	return out
}

// Way finds one by procedure and connector; NotFound.
func (h *House) Way(procedureID, connector string) (Way, error) {
	for _, w := range Ways(h.Catalogue) {
		if w.Procedure.ID == procedureID && w.Connector.ID == connector {
			return w, nil
		}
	}
	return Way{}, fault.New(fault.NotFound, "")
}

// take fixes the message of a dossier that leaves, in the transaction of the move, and enqueues its sending where there is an address.
func (h *House) take(ctx context.Context, tx *store.Tx, l dossier.Leaving) (err error) {
	defer fault.Wrap(&err, "exchange.take %d", l.ID)
	id := newID()
	body, err := messageOf(id, l, tx.Now).encode()
	if err != nil {
		return err
	}
	return h.keep(ctx, tx, l, id, body)
}
