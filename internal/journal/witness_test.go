package journal

import (
	"strings"
	"testing"
	"time"
)

// cutTail takes the last line of a chain, and sets the dossier's own count back: nothing in the database tells.
func (w *world) cutTail(id int64) {
	w.t.Helper()
	w.exec("delete from journal_entry e where dossier_id = $1 and seq = (select max(seq) from journal_entry where dossier_id = $1)", id)
	w.exec("update dossier d set (journal_seq, journal_head) = (select e.seq, e.hash from journal_entry e where e.dossier_id = d.id order by seq desc limit 1) where id = $1", id)
}

// An end that was cut since the last checkpoint, with the count set back, is found by what the keyring's folder has seen; so is one
// that was written anew, and a checkpoint that is gone. What is sound stays so, also once dossiers are erased and lines are let go.
func TestTheFolderBearsWitness(t *testing.T) {
	w := newWorld(t, 4, 3)
	ctx := t.Context()
	_, _, err := w.Sign(ctx)
	w.must(err)
	w.act(0, "judge")
	w.act(1, "judge")
	w.act(2, "judge")
	w.must(w.Testify(ctx))
	w.sound()
	w.act(0, "move")
	w.sound() // what came later than the testimony is no fault

	w.cutTail(w.ids[0])
	w.sound() // within the five minutes, nobody has seen it
	w.cutTail(w.ids[0])
	w.must(w.Testify(ctx)) // a testimony is not shortened
	w.act(1, "move")
	if f := w.verify(); len(f) != 1 || !strings.Contains(f[0].String(), "keyring’s folder has seen the chain up to line 4") {
		t.Fatalf("%v", f)
	}
	w.act(0, "refuse") // another line in the place of the one that was cut
	if f := w.verify(); len(f) != 1 || f[0].Line != 4 {
		t.Fatalf("%v", f)
	}
	w.clock.Advance(24 * time.Hour)
	_, r, err := w.Sign(ctx)
	w.must(err)
	if len(r.Faults) != 1 {
		t.Errorf("%v", r.Faults)
	}
	if f := w.verify(); len(f) != 1 {
		t.Errorf("the evidence went with the next checkpoint: %v", f)
	}

	t.Run("checkpoints", func(t *testing.T) {
		w := newWorld(t, 2, 3)
		_, _, err := w.Sign(ctx)
		w.must(err)
		w.exec("delete from journal_mark")
		w.exec("delete from journal_checkpoint")
		if f := w.verify(); len(f) != 1 || !strings.Contains(f[0].What, "it is gone") {
			t.Errorf("%v", f)
		}
	})
	t.Run("erasing is no tampering", func(t *testing.T) {
		w := newWorld(t, 3, 3)
		_, _, err := w.Sign(ctx)
		w.must(err)
		w.act(1, "judge")
		w.must(w.Testify(ctx))
		w.erase(1)
		w.sound()
		w.clock.Advance(24 * time.Hour)
		_, _, err = w.Sign(ctx)
		w.must(err)
		w.sound()
	})
}
