package exchange

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"time"

	"guichet/internal/dossier"
	"guichet/internal/job"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// The states of a handing over.
const (
	Waiting   = "waiting"
	Sent      = "sent" // the other side has it
	Refused   = "refused"
	Overtaken = "overtaken" // the dossier moved on, or a newer message took its place
)

// keep stores the message sealed under the dossier's key; what was handed over before and has not arrived is overtaken.
func (h *House) keep(ctx context.Context, tx *store.Tx, l dossier.Leaving, id string, body []byte) error {
	sealed, err := l.Key.Seal(body, "handover", id)
	if err != nil {
		return err
	}
	former, err := tx.Q.HandoverOvertake(ctx, sqlc.HandoverOvertakeParams{DossierID: l.ID, Connector: l.Connector.ID, At: &tx.Now})
	if err != nil {
		return err
	}
	for _, attempts := range former {
		act, detail := line(Overtaken, l.Connector.ID, int(attempts), Receipt{})
		if err := l.Note(ctx, act, detail); err != nil {
			return err
		}
	}
	sum := sha256.Sum256(body)
	row := sqlc.HandoverInsertParams{
		PublicID: id, DossierID: l.ID, Procedure: l.Procedure.ID, Connector: l.Connector.ID, Event: l.Event, At: tx.Now, Sealed: sealed, Sha256: sum[:],
	}
	_, routed := h.Routes[l.Procedure.ID+"/"+l.Connector.ID]
	if routed {
		row.NextAt = &tx.Now
	}
	number, err := tx.Q.HandoverInsert(ctx, row)
	if err != nil || !routed {
		return err
	}
	return job.Insert(ctx, tx, Deliver{number})
}

// Receipt is what the other side said when it took a message.
type Receipt struct {
	Status    int       `json:"status,omitempty"` // of its answer; 0 where it fetched the message itself
	Reference string    `json:"reference"`        // its own name for the dossier, "" when it gave none
	At        time.Time `json:"at"`
	SHA256    string    `json:"sha256,omitempty"` // of its answer
	By        string    `json:"by,omitempty"`     // name of the token that acknowledged
}

func (r Receipt) seal(k seal.Key, id string) ([]byte, error) {
	plain, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	return k.Seal(plain, "handover receipt", id)
}

func openReceipt(k seal.Key, id string, sealed []byte) (r Receipt, err error) {
	if sealed == nil {
		return r, nil
	}
	plain, err := k.Open(sealed, "handover receipt", id)
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(plain, &r)
}
