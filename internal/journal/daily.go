package journal

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"maps"
	"slices"
	"time"

	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Daily asks for the whole journal to be looked at, signed, and rid of what is too old.
type Daily struct{}

// Kind names the job.
func (Daily) Kind() string { return "journal_daily" }

// Register says how the journal's jobs are done.
func (k *Keeper) Register(w *job.Workers) {
	job.Register(w, func(ctx context.Context, f Forgotten) (err error) {
		defer fault.Wrap(&err, "journal.Forget %d", f.DossierID)
		return k.Store.InPurge(ctx, func(tx *store.Tx) error { return Forget(ctx, tx, f.DossierID) })
	})
	job.Register(w, func(ctx context.Context, _ Linked) error {
		_, err := Link(ctx, k.Store)
		return errors.Join(err, k.Testify(ctx))
	})
	job.Register(w, func(ctx context.Context, _ Daily) error {
		due, err := k.due(ctx)
		if err != nil || !due {
			return err
		}
		_, _, err = k.Sign(ctx)
		return err
	})
}

// due tells whether the day is over, or the last checkpoint bears a key that is not the keyring's any more: what was stolen should
// vouch for nothing.
func (k *Keeper) due(ctx context.Context) (bool, error) {
	looks, err := k.Store.Q().JournalChecks(ctx, 1)
	if err != nil || len(looks) == 0 || k.Store.Now().Sub(looks[0].At) >= day {
		return true, err
	}
	last, err := LastCheckpoint(ctx, k.Store.Q())
	return err == nil && !bytes.Equal(last.Key, k.Signer.Public()), err
}

// Sign looks at the whole journal, signs where its chains end, notes what it found, and lets go what is too old, in whose place
// what it amounted to is signed. Broken chains are neither signed nor cut: they stay as they were found.
func (k *Keeper) Sign(ctx context.Context) (c Checkpoint, r Report, err error) {
	defer fault.Wrap(&err, "journal.Sign")
	if _, err := Link(ctx, k.Store); err != nil {
		return c, r, err
	}
	l, err := k.look(ctx, nil)
	if err != nil {
		return c, r, err
	}
	err = k.Store.InPurge(ctx, func(tx *store.Tx) error {
		if c, err = sign(ctx, tx, k.Signer, l); err != nil {
			return err
		}
		first := ""
		if len(l.Faults) > 0 {
			first = l.Faults[0].String()
		}
		return tx.Q.JournalCheckInsert(ctx, sqlc.JournalCheckInsertParams{At: tx.Now, Lines: l.Lines, Readings: l.Readings, Faults: int64(len(l.Faults)), First: first})
	})
	if err != nil {
		return c, l.Report, err
	}
	if err := k.renew(c, l.Report); err != nil {
		return c, l.Report, err
	}
	return c, l.Report, k.prune(ctx, l)
}

// day is how long after a look the next one is due; asked for each hour, it is made about the same time each day.
const day = 23 * time.Hour

// together is how many chains are cut in one transaction.
const together = 200

// prune takes what is too old, of procedure after procedure, and signs in its place what it amounted to (RP-185).
func (k *Keeper) prune(ctx context.Context, l *look) error {
	for ids := range slices.Chunk(sortedIDs(l.cuts), together) {
		err := k.Store.InPurge(ctx, func(tx *store.Tx) error {
			for _, id := range ids {
				if err := k.cut(ctx, tx, l.cuts[id]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return k.Store.InPurge(ctx, func(tx *store.Tx) error {
		var faults []error
		for _, p := range k.Procedures {
			faults = append(faults, tx.Q.JournalReadsPrune(ctx, sqlc.JournalReadsPruneParams{Before: k.Before(p, l.now), Procedure: p}))
		}
		old := l.oldest()
		return errors.Join(append(faults, tx.Q.JournalReadsPruneNobodys(ctx, k.Before("", l.now)),
			tx.Q.JournalMarksPrune(ctx, old), tx.Q.JournalTailsPrune(ctx, old), tx.Q.JournalChecksPrune(ctx, old))...)
	})
}

// base signs what the lines up to a mark amounted to.
func (k *Keeper) base(ctx context.Context, tx *store.Tx, m mark) error {
	base := sqlc.JournalBaseUpsertParams{DossierID: m.dossierID, Seq: m.seq, Hash: m.hash, At: tx.Now}
	base.Signature = k.Signer.Sign(signed("base", baseHash(m, tx.Now)))
	return tx.Q.JournalBaseUpsert(ctx, base)
}

func (k *Keeper) cut(ctx context.Context, tx *store.Tx, m mark) error {
	if err := k.base(ctx, tx, m); err != nil {
		return err
	}
	if m.dossierID == 0 {
		return tx.Q.JournalLinksPrune(ctx, m.seq)
	}
	return tx.Q.JournalPrune(ctx, sqlc.JournalPruneParams{DossierID: m.dossierID, Seq: int32(m.seq)})
}

func baseHash(m mark, at time.Time) []byte {
	b := binary.BigEndian.AppendUint64(nil, uint64(m.dossierID))
	b = binary.BigEndian.AppendUint64(b, uint64(m.seq))
	b = binary.BigEndian.AppendUint64(b, uint64(at.UnixMicro()))
	return digest("guichet journal base", b, m.hash)
}

func sortedIDs[V any](m map[int64]V) []int64 { return slices.Sorted(maps.Keys(m)) }
