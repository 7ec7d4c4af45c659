package dossier_test

import (
	"bytes"
	"testing"

	"guichet/internal/access"
	"guichet/internal/document"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/testkit"
	"guichet/internal/testkit/clamd"
)

// send gives a file in two pieces.
func (w *world) send(a access.Actor, id, path, name string, body []byte) string {
	w.t.Helper()
	ctx := w.t.Context()
	u, err := w.BeginUpload(ctx, a, id, dossier.Coming{Path: path, Name: name, Size: int64(len(body))})
	w.must(err)
	half := len(body) / 2
	_, err = w.SendPiece(ctx, a, id, u.ID, 0, bytes.NewReader(body[:half]))
	w.must(err)
	_, err = w.SendPiece(ctx, a, id, u.ID, int64(half), bytes.NewReader(body[half:]))
	w.must(err)
	return u.ID
}

// What comes in pieces waits for the scanner like any other file, and its pieces are in nobody's sight.
func TestAVirusInPiecesIsNeverRead(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person := w.account(access.Person, "a@example.org")
	id, err := w.Start(ctx, person, permit, []string{"terms", "consent"}, "fr")
	w.must(err)

	w.Scanner, err = document.NewScanner("/nowhere")
	w.must(err)
	bad := w.send(person, id, "documents.birth_certificate", "acte.pdf", carrier(clamd.Virus()))
	if err := w.opens(person, bad); fault.Of(err) != fault.NotFound {
		t.Errorf("opened on its way: %v", err)
	}
	w.must(w.FinishUpload(ctx, person, id, bad))
	if err := w.opens(person, bad); fault.Key(err) != "document.waiting" {
		t.Errorf("before its verdict: %v", err)
	}
	workers := job.NewWorkers()
	w.RegisterScan(workers)
	if err := job.Drain(ctx, w.Store, workers); fault.Key(err) != "document.scanner_away" {
		t.Errorf("nobody was asked to scan it: %v", err)
	}
}

// A file of which a version before had sealed the name under the key of the dossier is gone on with, and finished.
func TestAFileBegunByAVersionBeforeGoesOn(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person, agent := w.account(access.Person, "a@example.org"), w.account(access.Agent, "b@example.org")
	agent.Grants = []access.Grant{{Procedure: "rights-request", Role: "legal_cell", Verbs: []access.Verb{access.Read, access.Process}}}
	id, _ := w.doubted(person, agent, request)
	var coming, by string
	var wrapped []byte
	w.must(w.Store.Pool().QueryRow(ctx, "select u.public_id, k.wrapped, k.wrapped_by from upload u join data_key k using (dossier_id) where k.rule = 'dossier'").Scan(&coming, &wrapped, &by))
	key, err := w.Keys.Unwrap(wrapped, by)
	w.must(err)
	before, err := key.Seal([]byte(`{"name":"Papagena2.png","modified":""}`), "upload", coming)
	w.must(err)
	_, err = w.Store.Pool().Exec(ctx, "update upload set sealed = $1", before)
	w.must(err)
	w.must(w.Move(ctx, agent, id, dossier.Act{Move: "doubt_identity", Picks: []dossier.Pick{{Path: "request.id_copy", Word: "Encore."}}}))
	u, err := w.BeginUpload(ctx, person, id, dossier.Coming{Path: "request.id_copy", Name: "Papagena2.png", Size: 1000})
	if err != nil || u.ID != coming || u.Arrived != 100 {
		t.Errorf("begun anew: %+v, %v", u, err)
	}
}

// The pieces of a file on its way are no orphans; one that is gone is told, and to erase the dossier erases them.
func TestPiecesAreKnown(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person := w.account(access.Person, "a@example.org")
	id, err := w.Start(ctx, person, permit, []string{"terms", "consent"}, "fr")
	w.must(err)
	u := w.send(person, id, "documents.birth_certificate", "acte.png", testkit.Picture(7))
	if found, c := w.fsck(false); len(found) != 0 || c.Blobs != 2 {
		t.Fatalf("a file on its way: %v, %+v", found, c)
	}
	var blobs []string
	w.must(w.Store.Pool().QueryRow(ctx, "select blobs from upload").Scan(&blobs))
	w.must(w.Blobs.Delete(ctx, blobs[0]))
	if found, c := w.fsck(true); len(found) != 1 || found[0] != "missing "+u || c.Wrong != 1 {
		t.Errorf("a piece is gone: %v, %+v", found, c)
	}
	if err := w.FinishUpload(ctx, person, id, u); fault.Of(err) != fault.NotFound {
		t.Errorf("finished without a piece: %v", err)
	}
	if n := w.blobs(); n != 0 {
		t.Errorf("%d pieces are left of a file that cannot be finished", n)
	}
	w.send(person, id, "documents.birth_certificate", "acte.png", testkit.Picture(8))
	w.must(w.Reapply(ctx, id, "drafts", true))
	if n := w.blobs(); n != 0 {
		t.Errorf("%d pieces are left of an erased dossier", n)
	}
}
