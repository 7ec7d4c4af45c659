package dossier_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/internal/access"
	"guichet/internal/document"
	"guichet/internal/dossier"
	"guichet/internal/seal"
	"guichet/internal/testkit"
)

// fsck compares, and gives the damages as "kind document-or-blob", sorted.
func (w *world) fsck(repair bool) (out []string, c dossier.Checked) {
	w.t.Helper()
	last := 0
	c, err := w.Fsck(w.t.Context(), dossier.Fsck{
		Repair: repair, Tell: func(done, _ int) { last = done },
		Found: func(d dossier.Damage) {
			line := d.Kind + " " + d.Document
			if d.Document == "" {
				line = d.Kind + " " + d.Blob
			}
			if d.Repaired {
				line += " deleted"
			}
			out = append(out, line)
		},
	})
	w.must(err)
	if last != c.Documents {
		w.t.Errorf("told of %d documents of %d", last, c.Documents)
	}
	slices.Sort(out)
	return out, c
}

// blobOf is the file in which a document is kept.
func (w *world) blobOf(documentID string) string {
	w.t.Helper()
	var name string
	w.must(w.Store.Pool().QueryRow(w.t.Context(), "select blob from document where public_id = $1", documentID).Scan(&name))
	return filepath.Join(w.blobDir, name[:2], name)
}

// Each kind of damage is found and named; what is whole is left alone; what nobody speaks of is deleted on request alone.
func TestFsckFindsEachDamage(t *testing.T) {
	w := newWorld(t)
	w.now = time.Now() // the age of a file is its folder's word
	ctx := t.Context()
	person := w.account(access.Person, "a@example.org")
	id := w.fill(person, testkit.PersonaNamed(t, "family"))
	if found, c := w.fsck(false); len(found) != 0 || c.Wrong != 0 || c.Documents < 6 || c.Blobs != c.Documents {
		t.Fatalf("a sound house: %v, %+v", found, c)
	}
	d, err := w.Open(ctx, person, id)
	w.must(err)
	ids := make([]string, 6)
	for i := range ids {
		ids[i] = d.Documents[i].ID
	}
	w.must(os.Remove(w.blobOf(ids[0])))
	body, err := os.ReadFile(w.blobOf(ids[1]))
	w.must(err)
	w.must(os.WriteFile(w.blobOf(ids[1]), body[:len(body)-1], 0o600)) // cut
	flipped := bytes.Clone(body)
	flipped[len(flipped)/2] ^= 1
	w.must(os.WriteFile(w.blobOf(ids[2]), flipped, 0o600))
	other, err := os.ReadFile(w.blobOf(ids[4]))
	w.must(err)
	w.must(os.WriteFile(w.blobOf(ids[3]), other, 0o600)) // another's whole file
	w.exec("update document set sealed = 'nothing' where public_id = $1", ids[5])

	orphan, young := document.NewName(), document.NewName()
	for _, name := range []string{orphan, young} {
		_, err := w.Blobs.Put(ctx, name, bytes.NewReader([]byte("nobody's")))
		w.must(err)
	}
	old := w.now.Add(-25 * time.Hour)
	w.must(os.Chtimes(filepath.Join(w.blobDir, orphan[:2], orphan), old, old))
	half := filepath.Join(w.blobDir, "arriving", document.NewName())
	w.must(os.WriteFile(half, []byte("half"), 0o600))
	w.must(os.Chtimes(half, old, old))

	want := []string{"missing " + ids[0], "damaged " + ids[1], "damaged " + ids[2], "damaged " + ids[3], "damaged " + ids[5], "orphan " + orphan}
	slices.Sort(want)
	found, c := w.fsck(false)
	if !slices.Equal(found, want) || c.Wrong != 6 || c.Young != 1 {
		t.Errorf("found %s\nwant %s\n%+v", strings.Join(found, "\n"), strings.Join(want, "\n"), c)
	}
	found, c = w.fsck(true)
	if c.Wrong != 5 || !slices.Contains(found, "orphan "+orphan+" deleted") || !slices.Contains(found, "half  deleted") {
		t.Errorf("repaired: %v, %+v", found, c)
	}
	if found, _ = w.fsck(true); len(found) != 5 {
		t.Errorf("repaired twice: %v", found)
	}
}

// A keyring that is another's is told for each document, and nothing is deleted for it.
func TestFsckTellsAKeyThatIsGone(t *testing.T) {
	w := newWorld(t)
	w.now = time.Now()
	person := w.account(access.Person, "a@example.org")
	w.fill(person, testkit.PersonaNamed(t, "tenant"))
	keys, err := seal.Create(t.TempDir())
	w.must(err)
	w.Keys = keys
	found, c := w.fsck(true)
	if c.Wrong != c.Documents || c.Documents == 0 || !strings.HasPrefix(found[0], "locked ") {
		t.Errorf("found %v, %+v", found, c)
	}
}

// A database that speaks of none of the store's documents, or of none as young, may be another's: it deletes nothing.
func TestFsckOfAnotherDatabaseRepairsNothing(t *testing.T) {
	w := newWorld(t)
	w.now = time.Now()
	name := document.NewName()
	_, err := w.Blobs.Put(t.Context(), name, strings.NewReader("another's"))
	w.must(err)
	old := w.now.Add(-25 * time.Hour)
	w.must(os.Chtimes(filepath.Join(w.blobDir, name[:2], name), old, old))
	if found, _ := w.fsck(true); !slices.Equal(found, []string{"orphan " + name}) {
		t.Errorf("an empty database: %v", found)
	}
	w.fill(w.account(access.Person, "a@example.org"), testkit.PersonaNamed(t, "tenant"))
	w.exec("update document set uploaded_at = uploaded_at - interval '2 days'")
	if found, _ := w.fsck(true); !slices.Equal(found, []string{"orphan " + name}) {
		t.Errorf("a database of before: %v", found)
	}
	w.exec("update document set uploaded_at = uploaded_at + interval '2 days'")
	if found, _ := w.fsck(true); !slices.Equal(found, []string{"orphan " + name + " deleted"}) {
		t.Errorf("its own: %v", found)
	}
}
