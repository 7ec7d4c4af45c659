package journal

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// world is a journal of made-up dossiers, with its keeper and somebody who may do anything to the database.
type world struct {
	*Keeper
	t      testing.TB
	clock  *testkit.Clock
	dir    string // of the keyring
	owner  *pgxpool.Pool
	ids    []int64
	keys   []seal.Key
	random *rand.Rand
}

func newWorld(t testing.TB, dossiers, lines int) *world {
	t.Helper()
	w := &world{t: t, clock: testkit.NewClock(testkit.Today), random: rand.New(rand.NewPCG(12, 6))}
	s := testkit.Store(t, w.clock.Now)
	w.dir = t.TempDir()
	keys, err := seal.Create(w.dir)
	w.must(err)
	signer, err := keys.Signer()
	w.must(err)
	w.Keeper = &Keeper{Store: s, Keys: keys, Signer: signer, Procedures: []string{"p", "q"}, Before: func(procedure string, now time.Time) time.Time {
		if procedure == "q" {
			return now.AddDate(0, -6, 0)
		}
		return now.AddDate(-1, 0, 0)
	}}
	w.owner = testkit.Owner(t, s)
	w.exec(`insert into definition (hash, procedure, content, first_used) values ('\x01', 'p', '', now())`)
	w.people(dossiers, lines)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	_, err := w.owner.Exec(context.Background(), sql, args...)
	if err != nil {
		w.t.Fatalf("%s: %v", sql, err)
	}
}

// people makes dossiers, each with so many lines, by copying: a million take seconds.
func (w *world) people(dossiers, lines int) {
	w.t.Helper()
	var rows, keyRows [][]any
	heads := make([]Chain, dossiers)
	entries := &source{n: dossiers * lines}
	for i := range dossiers {
		id := int64(i + 1)
		key, wrapped, by, err := w.Keys.NewKey()
		w.must(err)
		w.ids, w.keys = append(w.ids, id), append(w.keys, key)
		heads[i] = Chain{DossierID: id, Head: []byte{}}
		keyRows = append(keyRows, []any{id, "dossier", wrapped, by})
	}
	acts := []string{"answer", "attach", "submit", "open", "judge", "move"}
	entries.next = func(n int) ([]any, error) {
		i := n / lines
		e, err := Next(w.clock.Now().Add(time.Duration(n%lines)*time.Minute), w.keys[i], &heads[i], Line{
			Role: "agent", Act: acts[n%len(acts)], ActorID: int64(n%7 + 1), Detail: Detail{"step": fmt.Sprint("s", n%9)},
		})
		return []any{e.DossierID, e.Seq, e.At, e.Role, e.Act, e.Commitment, e.Prev, e.Hash, e.ActorID, e.Salt, e.Sealed}, err
	}
	columns := []string{"dossier_id", "seq", "at", "role", "act", "commitment", "prev", "hash", "actor_id", "salt", "sealed"}
	_, err := w.owner.CopyFrom(w.t.Context(), pgx.Identifier{"journal_entry"}, columns, entries)
	w.must(err)
	for i, c := range heads {
		procedure := []string{"p", "q"}[i%2]
		rows = append(rows, []any{c.DossierID, fmt.Sprintf("public-%d", c.DossierID), procedure, []byte{1}, "submitted", "open", w.clock.Now(), w.clock.Now(), int32(c.Seq), c.Head})
	}
	_, err = w.owner.CopyFrom(w.t.Context(), pgx.Identifier{"dossier"}, []string{"id", "public_id", "procedure", "definition", "state", "state_kind", "created_at", "updated_at", "journal_seq", "journal_head"}, pgx.CopyFromRows(rows))
	w.must(err)
	_, err = w.owner.CopyFrom(w.t.Context(), pgx.Identifier{"data_key"}, []string{"dossier_id", "rule", "wrapped", "wrapped_by"}, pgx.CopyFromRows(keyRows))
	w.must(err)
	w.clock.Advance(time.Duration(lines) * time.Minute)
}

// source gives rows to copy as they are made.
type source struct {
	n, i int
	next func(int) ([]any, error)
}

func (s *source) Next() bool             { s.i++; return s.i <= s.n }
func (s *source) Values() ([]any, error) { return s.next(s.i - 1) }
func (s *source) Err() error             { return nil }

// act adds a line to a dossier as the product does.
func (w *world) act(i int, act string) {
	w.t.Helper()
	w.clock.Advance(time.Second)
	w.must(w.Store.InTx(w.t.Context(), func(tx *store.Tx) error {
		c := Chain{DossierID: w.ids[i]}
		var seq int32
		if err := tx.QueryRow(w.t.Context(), "select journal_seq, journal_head from dossier where id = $1 for update", c.DossierID).Scan(&seq, &c.Head); err != nil {
			return err
		}
		c.Seq = int(seq)
		if err := Append(w.t.Context(), tx, w.keys[i], &c, Line{Role: "owner", Act: act, ActorID: 3, Detail: Detail{"step": "x"}}); err != nil {
			return err
		}
		_, err := tx.Exec(w.t.Context(), "update dossier set journal_seq = $2, journal_head = $3 where id = $1", c.DossierID, c.Seq, c.Head)
		return err
	}))
}

func (w *world) read(i int, actor int64) {
	w.t.Helper()
	w.clock.Advance(time.Second)
	w.must(w.Store.InTx(w.t.Context(), func(tx *store.Tx) error {
		return Read(w.t.Context(), tx, w.ids[i], Reading{ActorID: actor, Role: "agent", What: "dossier", Basis: Own})
	}))
}

// erase takes a dossier away as the purge does.
func (w *world) erase(i int) {
	w.t.Helper()
	ctx := w.t.Context()
	w.must(w.Store.InPurge(ctx, func(tx *store.Tx) error {
		if err := Forget(ctx, tx, w.ids[i]); err != nil {
			return err
		}
		if err := tx.Q.PurgeCertificateInsert(ctx, sqlc.PurgeCertificateInsertParams{Rule: "x", DossierID: w.ids[i], Category: "x", Count: 1, Whole: true, At: tx.Now}); err != nil {
			return err
		}
		return tx.Q.DossierDelete(ctx, w.ids[i])
	}))
}

// verify says what is broken.
func (w *world) verify(elsewhere ...Checkpoint) []Fault {
	w.t.Helper()
	r, err := w.Verify(w.t.Context(), elsewhere...)
	w.must(err)
	return r.Faults
}

func (w *world) sound(elsewhere ...Checkpoint) {
	w.t.Helper()
	for _, f := range w.verify(elsewhere...) {
		w.t.Error(f)
	}
}

func (w *world) count(sql string, args ...any) (n int) {
	w.t.Helper()
	w.must(w.owner.QueryRow(w.t.Context(), sql, args...).Scan(&n))
	return n
}
