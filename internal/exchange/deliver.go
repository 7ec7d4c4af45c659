package exchange

import (
	"context"
	"slices"
	"time"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/journal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// Deliver tries to send one message.
type Deliver struct {
	Handover int64 `json:"handover"`
}

// Kind names the job.
func (Deliver) Kind() string { return "exchange_deliver" }

// Line of its own: another system may take long to answer, for which no mail shall wait.
func (Deliver) Line() string { return job.Exchange }

// Once has a message not enqueued again while it stands in the line.
func (Deliver) Once() bool { return true }

// Due looks for the messages whose next try has come; made by the clock.
type Due struct{}

// Kind names the job.
func (Due) Kind() string { return "exchange_due" }

// waits between the tries: after the last one the administrator is told.
var waits = []time.Duration{
	time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour,
}

// held is how long a message is one worker's alone; a worker that died is followed by another.
const held = 5 * time.Minute

// unready is when a message is looked at again that this server cannot judge: its definitions do not know the way.
const unready = time.Hour

var system = access.Actor{Kind: access.System}

// due enqueues what is to be tried again, and what waited for an address that there is now.
func (h *House) due(ctx context.Context, _ Due) (err error) {
	defer fault.Wrap(&err, "exchange.due")
	if len(h.Routes) == 0 {
		return nil
	}
	routes := make([]string, 0, len(h.Routes))
	for name := range h.Routes {
		routes = append(routes, name)
	}
	slices.Sort(routes)
	return h.Store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.Q.HandoverRouted(ctx, sqlc.HandoverRoutedParams{Now: &tx.Now, Routes: routes}); err != nil {
			return err
		}
		ids, err := tx.Q.HandoverDue(ctx, &tx.Now)
		for _, id := range ids {
			if err := job.Insert(ctx, tx, Deliver{id}); err != nil {
				return err
			}
		}
		return err
	})
}

// deliver tries once and writes down what became of it. A try that fails is no failure of the job: the next one has its own time.
func (h *House) deliver(ctx context.Context, j Deliver) (err error) {
	defer fault.Wrap(&err, "exchange.deliver %d", j.Handover)
	var row sqlc.HandoverClaimRow
	err = h.Store.InTx(ctx, func(tx *store.Tx) (err error) {
		again := tx.Now.Add(held)
		row, err = tx.Q.HandoverClaim(ctx, sqlc.HandoverClaimParams{ID: j.Handover, Now: &tx.Now, Again: &again})
		return err
	})
	if fault.Of(err) == fault.NotFound {
		return nil // it is gone, it has arrived, or another worker has it
	}
	if err != nil {
		return err
	}
	if _, routed := h.Routes[row.Procedure+"/"+row.Connector]; !routed {
		return h.later(ctx, row.ID, 0)
	}
	if _, err := h.Way(row.Procedure, row.Connector); err != nil {
		return h.later(ctx, row.ID, unready) // a server with newer definitions may know it
	}
	var body []byte
	var leaves, shut bool
	err = h.Office.Exchange(ctx, system, access.Read, row.DossierID, func(_ *store.Tx, x *dossier.Exchanged) (err error) {
		if leaves = h.leaves(row.Procedure, row.Connector, x.State); leaves {
			body, err = x.Key.Open(row.Sealed, "handover", row.PublicID)
			shut = err != nil
		}
		return nil
	})
	switch {
	case fault.Of(err) == fault.NotFound:
		return nil // the dossier was erased
	case err != nil:
		return h.unopened(ctx, row, err)
	case shut:
		return h.settle(ctx, row, outcome{fault: "exchange.fault.sealed"}, leaves)
	}
	return h.settle(ctx, row, h.try(ctx, row, body, leaves), leaves)
}

// later gives back a message that was not tried; after 0 it waits until it is asked for, or has an address.
func (h *House) later(ctx context.Context, id int64, after time.Duration) error {
	err := h.Store.InTx(ctx, func(tx *store.Tx) error {
		p := sqlc.HandoverLaterParams{ID: id}
		if after > 0 {
			next := tx.Now.Add(after)
			p.NextAt = &next
		}
		_, err := tx.Q.HandoverLater(ctx, p)
		return err
	})
	if fault.Of(err) == fault.NotFound {
		return nil // it has arrived meanwhile
	}
	return err
}

// unopened settles a message whose dossier cannot be opened once it was tried as often as any: the administrator is told. The
// dossier's journal is under the same key, and gets no line.
func (h *House) unopened(ctx context.Context, row sqlc.HandoverClaimRow, why error) error {
	if int(row.Attempts) <= len(waits) {
		return why
	}
	return h.Store.InTx(ctx, func(tx *store.Tx) error {
		_, err := tx.Q.HandoverSettle(ctx, sqlc.HandoverSettleParams{ID: row.ID, State: Refused, Fault: "exchange.fault.sealed", SettledAt: &tx.Now})
		return err
	})
}

// leaves tells whether a dossier may still leave in the state where it stands.
func (h *House) leaves(procedureID, connector, state string) bool {
	way, err := h.Way(procedureID, connector)
	return err == nil && slices.Contains(way.Connector.States, state)
}

func (h *House) try(ctx context.Context, row sqlc.HandoverClaimRow, body []byte, leaves bool) outcome {
	if !leaves {
		return outcome{}
	}
	out := h.Sender.send(ctx, h.Routes[row.Procedure+"/"+row.Connector], row.PublicID, signerOf(h.Keys).detached(body), body)
	if out.fault != "" {
		h.Log.WarnContext(ctx, "a dossier was not handed over", "procedure", row.Procedure, "attempt", row.Attempts, "status", out.status, "why", out.fault)
	}
	return out
}

// settle writes what became of a try, with its line in the dossier's journal once it is final.
func (h *House) settle(ctx context.Context, row sqlc.HandoverClaimRow, out outcome, leaves bool) error {
	err := h.Office.Exchange(ctx, system, access.Read, row.DossierID, func(tx *store.Tx, x *dossier.Exchanged) error {
		to := sqlc.HandoverSettleParams{ID: row.ID, Fault: out.fault, Status: int32(out.status), SettledAt: &tx.Now}
		tried := int(row.Attempts)
		switch {
		case !leaves:
			to.State, tried = Overtaken, tried-1
		case out.fault == "":
			to.State = Sent
			out.answer.At = tx.Now
			receipt, err := out.answer.seal(x.Key, row.PublicID)
			if err != nil {
				return err
			}
			to.Receipt = receipt
		case out.final || int(row.Attempts) > len(waits):
			to.State = Refused
		default:
			next := tx.Now.Add(max(waits[row.Attempts-1], out.wait))
			to.State, to.NextAt, to.SettledAt = Waiting, &next, nil
		}
		if _, err := tx.Q.HandoverSettle(ctx, to); err != nil {
			return err
		}
		return told(ctx, x, to.State, row.Connector, tried, out.answer)
	})
	if fault.Of(err) == fault.NotFound {
		return nil // erased, or settled otherwise, while the other side answered
	}
	return err
}

// told writes the line that people see on the dossier, when there is one.
func told(ctx context.Context, x *dossier.Exchanged, state, connector string, tried int, r Receipt) error {
	act, detail := line(state, connector, tried, r)
	if act == "" {
		return nil
	}
	return x.Note(ctx, act, detail)
}

// line is what the journal says of where a message stands; of one that is overtaken it tells whether it was tried, for then the
// other side may have it.
func line(state, connector string, tried int, r Receipt) (string, journal.Detail) {
	act := map[string]string{Sent: workflow.HandedOver, Refused: workflow.HandoverRefused, Overtaken: workflow.HandoverOvertaken}[state]
	if state == Overtaken && tried > 0 {
		act = workflow.HandoverTried
	}
	detail := journal.Detail{"connector": connector}
	if r.Reference != "" {
		detail["reference"] = r.Reference
	}
	if r.By != "" {
		detail["by"] = r.By
	}
	return act, detail
}
