package journal

import (
	"os"
	"path/filepath"
	"testing"

	"guichet/internal/seal"
)

// renewed takes the signing key out of the keyring and starts anew, as docs/keys.md says after a theft.
func (w *world) renewed() (stolen seal.Signer) {
	w.t.Helper()
	stolen = w.Signer
	w.must(os.Remove(filepath.Join(w.dir, "sign", "0001")))
	keys, err := seal.Open(w.dir)
	w.must(err)
	signer, err := keys.Signer()
	w.must(err)
	w.Keys, w.Signer = keys, signer
	return stolen
}

// After a theft the journal has a new signing key: what the old one signed, the new one signs anew, and the chains go on being signed
// and let go; what the thief signs from then on is worth nothing, also what he dates back.
func TestAStolenSigningKeyVouchesForNothing(t *testing.T) {
	w := newWorld(t, 4, 3)
	ctx := t.Context()
	first, _, err := w.Sign(ctx)
	w.must(err)
	w.clock.Advance(400 * day)
	w.act(0, "answer")
	_, _, err = w.Sign(ctx) // what is old goes, and what it amounted to is signed
	w.must(err)
	w.act(1, "answer")
	w.must(w.Testify(ctx))
	bases := w.count("select count(*) from journal_base")
	if bases < 4 {
		t.Fatalf("%d chains were cut", bases)
	}
	stolen := w.renewed()
	w.sound(first)
	if due, err := w.due(ctx); err != nil || !due {
		t.Errorf("the journal is signed anew at the next day's look only: %v %v", due, err)
	}
	c, r, err := w.Sign(ctx)
	w.must(err)
	if len(r.Faults) > 0 || c.Number != 3 {
		t.Fatalf("checkpoint %d: %v", c.Number, r.Faults)
	}
	w.sound(first, c)
	if due, err := w.due(ctx); err != nil || due {
		t.Errorf("it is signed again and again: %v %v", due, err)
	}

	forge := func(what, sql string, args ...any) {
		t.Helper()
		before := w.verify(first, c)
		w.exec("create temporary table kept as table journal_base")
		w.exec(sql, args...)
		if len(before) > 0 || len(w.verify(first, c)) == 0 {
			t.Errorf("%s: before it %v, and it is believed", what, before)
		}
		w.exec("delete from journal_base")
		w.exec("insert into journal_base select * from kept")
		w.exec("drop table kept")
	}
	m := mark{dossierID: w.ids[2], seq: 2, hash: make([]byte, 32)}
	forge("a base", "update journal_base set seq = $2, hash = $3, at = $4, signature = $5 where dossier_id = $1",
		m.dossierID, m.seq, m.hash, first.At, stolen.Sign(signed("base", baseHash(m, first.At))))

	next := c
	next.Number, next.Prev, next.Marks, next.Key = c.Number+1, c.Root, marksHash(nil), stolen.Public()
	next.Root = next.root()
	next.Signature = stolen.Sign(signed("checkpoint", next.Root))
	w.exec("insert into journal_checkpoint (number, at, chains, lines, faults, marks, prev, root, key, signature) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
		next.Number, next.At, next.Chains, next.Lines, next.Faults, next.Marks, next.Prev, next.Root, next.Key, next.Signature)
	if len(w.verify()) == 0 {
		t.Error("the thief's checkpoint is believed")
	}
}

// Without the folder's witness nobody knows whose the other key was: everything it signed is in doubt, and said to be.
func TestAnotherKeyWithoutAWitness(t *testing.T) {
	w := newWorld(t, 2, 3)
	_, _, err := w.Sign(t.Context())
	w.must(err)
	w.renewed()
	w.must(os.Remove(filepath.Join(w.dir, "witness")))
	if faults := w.verify(); len(faults) != 1 || faults[0].What != otherKey {
		t.Errorf("%v", faults)
	}
}
