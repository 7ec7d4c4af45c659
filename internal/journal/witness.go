package journal

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"time"

	"guichet/internal/fault"
	"guichet/internal/seal"
)

// testimony is what the keyring's folder says of the journal: the last checkpoint, and where the chains that have moved since then
// ended a few minutes ago. Who owns the database alone cannot take it back, so that an end that was cut is found although the
// dossier's own count was set back, and although the checkpoint went with it.
type testimony struct {
	Checkpoint Checkpoint      `json:"checkpoint"`
	Heads      map[int64]ended `json:"heads"`
}

type ended struct {
	Seq  int64  `json:"seq"`
	Hash []byte `json:"hash"`
}

// testified reads the testimony; nil when there is none.
func (k *Keeper) testified() (*testimony, error) {
	content, err := k.Keys.Witness(seal.OfJournal)
	if err != nil || content == nil {
		return nil, err
	}
	t := &testimony{}
	return t, json.Unmarshal(content, t)
}

// Testify adds to the testimony where the chains end that have moved since the last checkpoint. Of a chain that is shorter than it
// was, the longer one stays: that is what a look then finds.
func (k *Keeper) Testify(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "journal.Testify")
	t, err := k.testified()
	if err != nil || t == nil { // the first checkpoint begins it
		return err
	}
	rows, err := k.Store.Q().JournalEndsSince(ctx, t.Checkpoint.At.Add(-late))
	if err != nil {
		return err
	}
	moved := false
	for _, r := range rows {
		if int64(r.Seq) > t.Heads[r.DossierID].Seq {
			t.Heads[r.DossierID], moved = ended{int64(r.Seq), r.Hash}, true
		}
	}
	if !moved {
		return nil
	}
	return k.bear(t)
}

func (k *Keeper) bear(t *testimony) error {
	content, err := json.Marshal(t)
	if err != nil {
		return err
	}
	return k.Keys.Bear(seal.OfJournal, content)
}

// renew begins the testimony anew after a checkpoint that vouches for every chain. With any fault the one before stays: it is
// evidence.
func (k *Keeper) renew(c Checkpoint, r Report) error {
	if len(r.Faults) > 0 {
		return nil
	}
	return k.bear(&testimony{Checkpoint: c, Heads: map[int64]ended{}})
}

// believe takes the testimony into a look: its checkpoint is one that was kept elsewhere, its ends are held against the chains.
func (l *look) believe() (elsewhere []Checkpoint, err error) {
	t, err := l.testified()
	if err != nil || t == nil {
		return nil, err
	}
	for id, e := range t.Heads {
		l.seen[id] = mark{id, e.Seq, e.Hash}
	}
	if key := ed25519.PublicKey(t.Checkpoint.Key); len(key) == ed25519.PublicKeySize && !key.Equal(l.trusted[0]) {
		l.trusted = append(l.trusted, key) // the signing key was changed since; the next checkpoint signs all anew
	}
	if t.Checkpoint.Number == 0 || l.now.Sub(t.Checkpoint.At) > aged {
		return nil, nil
	}
	return []Checkpoint{t.Checkpoint}, nil
}

// aged is when a testimony is so old that nobody renews it any more.
const aged = 366 * 24 * time.Hour
