package exchange

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// Listed is a message as the list names it: nothing of a person but the dossier's reference.
type Listed struct {
	ID        string     `json:"id"`
	Reference string     `json:"reference"`
	Event     string     `json:"event"`
	At        time.Time  `json:"at"`
	SHA256    string     `json:"sha256"`
	State     string     `json:"state"`
	SettledAt *time.Time `json:"settled_at,omitempty"`
}

// Page is a part of the list. Next asks for what follows, "" at its end.
type Page struct {
	Items []Listed `json:"items"`
	Next  string   `json:"next,omitempty"`
}

// How long a page may be, and is where nothing is asked.
const (
	MostListed    = 200
	DefaultListed = 50
)

// List gives the messages of a way that have not arrived, oldest first, after the place that a page before named; everything
// gives those that have arrived too. Errors: NotFound for a way that the token does not open, Forbidden, Invalid "exchange.cursor".
func (h *House) List(ctx context.Context, t Token, procedureID, connector, after string, most int, everything bool) (p Page, err error) {
	defer fault.Wrap(&err, "exchange.List %s/%s", procedureID, connector)
	way, err := h.opened(t, access.Read, procedureID, connector)
	if err != nil {
		return p, err
	}
	from, err := place(after)
	if err != nil {
		return p, err
	}
	most = min(max(most, 1), MostListed)
	rows, err := h.Store.Q().HandoverList(ctx, sqlc.HandoverListParams{
		Procedure: procedureID, Connector: connector, After: from, States: way.Connector.States, Everything: everything, Most: int32(most + 1),
	})
	if err != nil {
		return p, err
	}
	if len(rows) > most {
		rows = rows[:most]
		p.Next = cursor(rows[most-1].ID)
	}
	p.Items = make([]Listed, len(rows))
	for i, r := range rows {
		p.Items[i] = Listed{ID: r.PublicID, Event: r.Event, At: r.At, SHA256: hex(r.Sha256), State: r.State, SettledAt: r.SettledAt}
		if r.Reference != nil {
			p.Items[i].Reference = *r.Reference
		}
	}
	return p, nil
}

// opened finds the way for a token: another's way is NotFound, a verb that the token lacks Forbidden.
func (h *House) opened(t Token, verb access.Verb, procedureID, connector string) (Way, error) {
	if !t.Opens(procedureID, connector) {
		return Way{}, fault.New(fault.NotFound, "")
	}
	filed := access.Dossier{Procedure: procedureID, StateKind: "open"}
	if !access.Can(t.Actor(time.Time{}), verb, filed, "") {
		return Way{}, fault.New(fault.Forbidden, "exchange.token.scope")
	}
	return h.Way(procedureID, connector)
}

// cursor and place write and read where a page ends.
func cursor(id int64) string { return "h" + strconv.FormatInt(id, 36) }

func place(s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(s[1:], 36, 64)
	if err != nil || s[0] != 'h' || n < 0 {
		return 0, fault.New(fault.Invalid, "exchange.cursor")
	}
	return n, nil
}

// Signed is a message with its signature.
type Signed struct {
	Body      []byte
	Signature string
	SHA256    []byte
}

// Fetch gives one message, and notes the reading on its dossier under the token's name. One whose dossier does not stand where
// it may leave is Conflict "exchange.overtaken".
func (h *House) Fetch(ctx context.Context, t Token, procedureID, connector, id string) (s Signed, err error) {
	defer fault.Wrap(&err, "exchange.Fetch %s", id)
	err = h.on(ctx, t, access.Read, procedureID, connector, id, func(_ *store.Tx, x *dossier.Exchanged, row sqlc.HandoverOneRow) (err error) {
		if s.Body, err = x.Key.Open(row.Sealed, "handover", id); err != nil {
			return err
		}
		s.SHA256 = row.Sha256
		return x.WasRead(ctx, t.Actor(x.At()), "exchange "+connector)
	})
	if err == nil {
		s.Signature = signerOf(h.Keys).detached(s.Body)
	}
	return s, err
}

// on works on a message under its dossier's lock, for a token that may.
func (h *House) on(ctx context.Context, t Token, verb access.Verb, procedureID, connector, id string, fn func(*store.Tx, *dossier.Exchanged, sqlc.HandoverOneRow) error) error {
	if _, err := h.opened(t, verb, procedureID, connector); err != nil {
		return err
	}
	which := sqlc.HandoverOneParams{PublicID: id, Procedure: procedureID, Connector: connector}
	row, err := h.Store.Q().HandoverOne(ctx, which)
	if err != nil {
		return err
	}
	return h.Office.Exchange(ctx, t.Actor(h.Store.Now()), verb, row.DossierID, func(tx *store.Tx, x *dossier.Exchanged) error {
		if row, err = tx.Q.HandoverOne(ctx, which); err != nil { // as it stands under the lock
			return err
		}
		if row.State == Overtaken || !h.leaves(procedureID, connector, x.State) {
			return fault.New(fault.Conflict, "exchange.overtaken")
		}
		return fn(tx, x, row)
	})
}

// Acknowledge notes that a message has arrived, under the other side's own name for it. The same acknowledgement again changes
// nothing; another one is Conflict "exchange.acknowledged". Errors: Invalid "exchange.reference" (longer than 200 characters).
func (h *House) Acknowledge(ctx context.Context, t Token, procedureID, connector, id, reference string) (r Receipt, err error) {
	defer fault.Wrap(&err, "exchange.Acknowledge %s", id)
	if !fits(reference) {
		return r, fault.New(fault.Invalid, "exchange.reference")
	}
	err = h.on(ctx, t, access.Acknowledge, procedureID, connector, id, func(tx *store.Tx, x *dossier.Exchanged, row sqlc.HandoverOneRow) (err error) {
		if row.State == Sent {
			if r, err = openReceipt(x.Key, id, row.Receipt); err == nil && r.Reference != reference {
				err = fault.New(fault.Conflict, "exchange.acknowledged")
			}
			return err
		}
		r = Receipt{Reference: reference, At: tx.Now, By: t.Name}
		sealed, err := r.seal(x.Key, id)
		if err != nil {
			return err
		}
		if _, err := tx.Q.HandoverSettle(ctx, sqlc.HandoverSettleParams{ID: row.ID, State: Sent, Receipt: sealed, SettledAt: &tx.Now}); err != nil {
			return err
		}
		return told(ctx, x, Sent, connector, 0, r)
	})
	return r, err
}

// Paper opens a document that a message names, where the definition lets the bytes leave; the caller closes its content.
// Elsewhere it is NotFound.
func (h *House) Paper(ctx context.Context, t Token, procedureID, connector, id, documentID string) (_ *dossier.Opened, err error) {
	defer fault.Wrap(&err, "exchange.Paper %s", id)
	way, err := h.opened(t, access.Read, procedureID, connector)
	if err != nil {
		return nil, err
	}
	if way.Connector.Documents != workflow.ByContent {
		return nil, fault.New(fault.NotFound, "")
	}
	err = h.on(ctx, t, access.Read, procedureID, connector, id, func(_ *store.Tx, x *dossier.Exchanged, row sqlc.HandoverOneRow) error {
		body, err := x.Key.Open(row.Sealed, "handover", id)
		if err != nil {
			return err
		}
		return names(body, documentID)
	})
	if err != nil {
		return nil, err
	}
	return h.Office.Download(ctx, t.Actor(h.Store.Now()), documentID)
}

// names is NotFound unless the message names the document.
func names(body []byte, documentID string) error {
	var m message
	if err := json.Unmarshal(body, &m); err != nil {
		return errors.New("a kept message cannot be read")
	}
	for _, p := range m.Documents {
		if p.ID == documentID {
			return nil
		}
	}
	return fault.New(fault.NotFound, "")
}
