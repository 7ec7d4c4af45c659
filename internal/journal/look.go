package journal

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"guichet/internal/fault"
	"guichet/internal/seal"
	"guichet/internal/store"
)

// Fault is the first thing wrong with a chain, or with a checkpoint.
type Fault struct {
	Dossier string // its public id, or its number where it is gone; "" of a checkpoint
	Reading int64  // number of the reading, where it is one
	Line    int64
	What    string
}

// String says where it is and what.
func (f Fault) String() string {
	switch {
	case f.Reading != 0:
		return fmt.Sprintf("dossier %s, reading %d (link %d): %s", f.Dossier, f.Reading, f.Line, f.What)
	case f.Dossier == "":
		return fmt.Sprintf("checkpoint %d: %s", f.Line, f.What)
	}
	return fmt.Sprintf("dossier %s, line %d: %s", f.Dossier, f.Line, f.What)
}

// Report is what a look at the whole journal found.
type Report struct {
	Lines, Readings, Chains int64
	Last                    Checkpoint // the newest; its number is 0 before the first
	Faults                  []Fault    // one a chain at most: what follows a broken line proves nothing
}

// Keeper looks at the journal, signs it and lets go what is old.
type Keeper struct {
	Store  *store.Store
	Keys   *seal.Keyring
	Signer seal.Signer
	// Before is the instant up to which lines of a procedure are too old to be kept (RP-185); of "" where the procedure is not known.
	Before     func(procedure string, now time.Time) time.Time
	Procedures []string
}

// look is one reading of the whole journal, as it stood at one instant.
type look struct {
	Report
	*Keeper
	now      time.Time
	trusted  []ed25519.PublicKey // the keyring's, and the one before it until all is signed anew
	dossiers map[int64]standing
	bases    map[int64]mark
	formerly []mark // of them, those that the key of before signed
	marks    map[int64][]signedMark
	met      map[int64]bool
	seen     map[int64]mark // where the keyring has seen chains end
	heads    map[int64]mark // where the chains end that are sound
	cuts     map[int64]mark // their last line that is too old
}

// standing is where the journal of a dossier ends by its own word.
type standing struct {
	name, procedure string
	seq             int64
	head            []byte
	wrapped         []byte
	by              string
	gone, certified bool      // by a rule, says a certificate
	at              time.Time // when it went
}

// signedMark is a mark with the number of its checkpoint.
type signedMark struct {
	mark
	checkpoint int
}

// Verify reads the whole journal and says what is wrong with it, also against checkpoints that were kept elsewhere.
func (k *Keeper) Verify(ctx context.Context, elsewhere ...Checkpoint) (_ Report, err error) {
	defer fault.Wrap(&err, "journal.Verify")
	l, err := k.look(ctx, elsewhere)
	if err != nil {
		return Report{}, err
	}
	return l.Report, nil
}

func (k *Keeper) look(ctx context.Context, elsewhere []Checkpoint) (*look, error) {
	l := &look{Keeper: k, now: k.Store.Now(), trusted: []ed25519.PublicKey{k.Signer.Public()}, met: map[int64]bool{}, seen: map[int64]mark{}, heads: map[int64]mark{}, cuts: map[int64]mark{}}
	err := pgx.BeginTxFunc(ctx, k.Store.Pool(), pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		borne, err := l.believe()
		if err != nil {
			return err
		}
		for _, read := range []func(context.Context, pgx.Tx) error{l.readStandings, l.readBases, l.readMarks} {
			if err := read(ctx, tx); err != nil {
				return err
			}
		}
		if err := l.readCheckpoints(ctx, tx, append(borne, elsewhere...)); err != nil {
			return err
		}
		if err := l.walkActs(ctx, tx); err != nil {
			return err
		}
		if err := l.missing(ctx); err != nil {
			return err
		}
		return l.walkReadings(ctx, tx)
	})
	return l, err
}

func (l *look) add(f Fault) { l.Faults = append(l.Faults, f) }

// name is a dossier as a fault tells of it.
func (l *look) name(id int64) string {
	if d, ok := l.dossiers[id]; ok {
		return d.name
	}
	return fmt.Sprintf("no. %d", id)
}

func (l *look) total() (n int64) {
	for _, h := range l.heads {
		n += h.seq
	}
	return n
}

func (l *look) broken() int { return len(l.Faults) }

// fresh are the ends of sound chains that no checkpoint has signed yet, in order.
func (l *look) fresh() []mark {
	var out []mark
	for id, h := range l.heads {
		if known := l.marks[id]; h.seq > 0 && (len(known) == 0 || known[len(known)-1].seq < h.seq) {
			out = append(out, h)
		}
	}
	slices.SortFunc(out, func(a, b mark) int { return int(a.dossierID - b.dossierID) })
	return out
}

func (l *look) readStandings(ctx context.Context, tx pgx.Tx) error {
	l.dossiers = map[int64]standing{}
	rows, err := tx.Query(ctx, `select d.id, d.public_id, d.procedure, d.journal_seq::bigint, d.journal_head, coalesce(k.wrapped, ''), coalesce(k.wrapped_by, ''), false, false, d.updated_at
		from dossier d left join data_key k on k.dossier_id = d.id and k.rule = 'dossier'
		union all select t.dossier_id, 'no. ' || t.dossier_id, t.procedure, t.seq, t.head, '', '', true,
			exists (select from purge_certificate c where c.dossier_id = t.dossier_id and c.whole), t.at from journal_tail t`)
	if err != nil {
		return err
	}
	var id int64
	var s standing
	_, err = pgx.ForEachRow(rows, []any{&id, &s.name, &s.procedure, &s.seq, &s.head, &s.wrapped, &s.by, &s.gone, &s.certified, &s.at}, func() error {
		l.dossiers[id] = s
		s.head, s.wrapped = nil, nil
		return nil
	})
	return err
}

// readBases takes what stands for lines that were let go, where its signature holds.
func (l *look) readBases(ctx context.Context, tx pgx.Tx) error {
	l.bases = map[int64]mark{}
	rows, err := tx.Query(ctx, "select dossier_id, seq, hash, at, signature from journal_base")
	if err != nil {
		return err
	}
	var m mark
	var at time.Time
	var signature []byte
	_, err = pgx.ForEachRow(rows, []any{&m.dossierID, &m.seq, &m.hash, &at, &signature}, func() error {
		content := signed("base", baseHash(m, at))
		for i, key := range l.trusted {
			if ed25519.Verify(key, content, signature) {
				l.bases[m.dossierID] = m
				if i > 0 {
					l.formerly = append(l.formerly, m)
				}
				break
			}
		}
		m.hash, signature = nil, nil
		return nil
	})
	return err
}

func (l *look) readMarks(ctx context.Context, tx pgx.Tx) error {
	l.marks = map[int64][]signedMark{}
	rows, err := tx.Query(ctx, "select dossier_id, seq, hash, checkpoint from journal_mark order by dossier_id, seq")
	if err != nil {
		return err
	}
	var m signedMark
	_, err = pgx.ForEachRow(rows, []any{&m.dossierID, &m.seq, &m.hash, &m.checkpoint}, func() error {
		l.marks[m.dossierID] = append(l.marks[m.dossierID], m)
		m.hash = nil
		return nil
	})
	return err
}
