package dossier_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"strings"
	"testing"
	"time"

	"guichet"
	"guichet/internal/access"
	"guichet/internal/document"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/procedure"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/testkit"
)

const permit = "residence-permit"

func TestMain(m *testing.M) {
	if os.Getenv(purgeDSN) == "" {
		testkit.Main(m)
	}
	if err := purgeProcess(); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

type world struct {
	*dossier.Office
	t       *testing.T
	now     time.Time
	blobDir string
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, now: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC), blobDir: t.TempDir()}
	catalogue, refused := procedure.Load(guichet.Files)
	for _, r := range refused {
		t.Fatal(r)
	}
	keys, err := seal.Create(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	blobs, err := document.OpenFolder(w.blobDir)
	if err != nil {
		t.Fatal(err)
	}
	w.Office = &dossier.Office{
		Store: testkit.Store(t, func() time.Time { return w.now }), Keys: keys, Catalogue: catalogue, Blobs: blobs,
		Workshop: testkit.Workshop(),
	}
	return w
}

// account makes a bare account row; what accounts are is another room's matter.
func (w *world) account(kind access.Kind, email string) access.Actor {
	w.t.Helper()
	key, wrapped, by, err := w.Keys.NewKey()
	if err != nil {
		w.t.Fatal(err)
	}
	sealed, err := key.Seal([]byte("{}"), "account")
	if err != nil {
		w.t.Fatal(err)
	}
	a := access.Actor{Kind: kind, At: w.now}
	err = w.Store.InTx(w.t.Context(), func(tx *store.Tx) (err error) {
		a.AccountID, err = tx.Q.AccountInsert(w.t.Context(), sqlc.AccountInsertParams{
			Kind: string(kind), EmailIndex: w.Keys.Index("email", email), WrappedKey: wrapped, WrappedBy: by, Sealed: sealed, State: "active", Lang: "fr", Now: tx.Now,
		})
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	if kind == access.Agent {
		a.Grants = []access.Grant{{Procedure: permit, Role: "authority", Verbs: []access.Verb{access.Read, access.Process, access.Assign, access.Message, access.Export}}}
	}
	return a
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// exec does to the database what no use-case does.
func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	_, err := testkit.Owner(w.t, w.Store).Exec(w.t.Context(), sql, args...)
	w.must(err)
}

// file takes a persona from the first page to a complete draft.
func (w *world) fill(a access.Actor, p testkit.Persona) string {
	w.t.Helper()
	ctx := w.t.Context()
	id, err := w.Start(ctx, a, permit, []string{"terms", "consent"}, "fr")
	w.must(err)
	for range 40 {
		d, err := w.Open(ctx, a, id)
		w.must(err)
		step := next(d.Journey(nil, w.now))
		if step == nil {
			break
		}
		saved, err := w.Answer(ctx, a, id, dossier.Save{Step: step.ID, Version: d.Version(step.ID), Posted: p.Post(step)})
		w.must(err)
		for _, problem := range saved.Dossier.Journey(nil, w.now).Check(step.ID) {
			if !problem.Warn {
				w.t.Fatalf("%s: %s", problem.Path, problem.Message.EN)
			}
		}
	}
	d, err := w.Open(ctx, a, id)
	w.must(err)
	for _, f := range d.Journey(nil, w.now).MissingDocuments() {
		_, err := w.Attach(ctx, a, id, f.Path, "papier.png", bytes.NewReader(picture()))
		w.must(err)
	}
	return id
}

// next is the first relevant step of questions that is not done.
func next(j *form.Journey) *form.Step {
	for _, s := range j.Steps() {
		if s.Relevant && !s.Step.Files && j.Status(s.Step.ID) != form.Done {
			return s.Step
		}
	}
	return nil
}

func picture() []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 60)))
	return b.Bytes()
}

// The whole path: filled, submitted, asked for more, completed, admitted, accepted, and erased on its day.
func TestDossierFromFirstPageToPurge(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person, agent := w.account(access.Person, "a@example.org"), w.account(access.Agent, "b@example.org")
	id := w.fill(person, testkit.PersonaNamed(t, "tenant"))

	if err := w.Move(ctx, person, id, dossier.Act{Move: "submit"}); fault.Of(err) != fault.Invalid {
		t.Fatalf("submitted without the statement of truth: %v", err)
	}
	w.must(w.Move(ctx, person, id, dossier.Act{Move: "submit", Accepted: []string{"truth"}}))
	if err := w.Move(ctx, person, id, dossier.Act{Move: "submit", Accepted: []string{"truth"}}); fault.Of(err) != fault.Conflict {
		t.Fatalf("submitted twice: %v", err)
	}
	d, err := w.Open(ctx, person, id)
	w.must(err)
	if d.State != "submitted" || d.Reference == "" || d.Filed["applicant.last_name"][0] != "Bianchi" {
		t.Fatalf("%s %q %v", d.State, d.Reference, d.Filed)
	}

	rows, _, err := w.Queue(ctx, agent, dossier.Filter{Procedure: permit, Words: "bianchi", Limit: 10})
	w.must(err)
	if len(rows) != 1 || rows[0].Heading != "Bianchi Chiara Lucia" {
		t.Fatalf("%+v", rows)
	}
	for words, n := range map[string]int{d.Reference: 1, strings.ToLower(strings.ReplaceAll(d.Reference, "-", " ")): 1, strings.ReplaceAll(d.Reference, "-", ""): 1, "?": 0, " ": 1} {
		if rows, _, err := w.Queue(ctx, agent, dossier.Filter{Procedure: permit, Words: words, Limit: 10}); err != nil || len(rows) != n {
			t.Errorf("%q finds %d: %v", words, len(rows), err)
		}
	}
	if err := w.Move(ctx, agent, id, dossier.Act{Move: "assign", Assignee: person.AccountID}); fault.Key(err) != "move.assignee" {
		t.Fatalf("given to who is no agent: %v", err)
	}
	w.must(w.Note(ctx, agent, id, strings.Repeat("é", 10_000)))
	if err := w.Note(ctx, agent, id, strings.Repeat("é", 10_001)); fault.Of(err) != fault.Invalid {
		t.Fatalf("a note too long: %v", err)
	}
	w.must(w.Move(ctx, agent, id, dossier.Act{Move: "ask", Picks: []dossier.Pick{{Path: "stay.id_number", Word: "Illisible"}, {Path: "documents.electricity", Word: "Trop ancien"}}}))
	step := d.Def.Form.StepOf("stay.id_number")
	_, err = w.Answer(ctx, person, id, dossier.Save{Step: "housing", Posted: map[string][]string{"housing.address": {"elsewhere"}}})
	if fault.Of(err) != fault.Forbidden {
		t.Fatalf("a frozen answer was changed: %v", err)
	}
	_, err = w.Answer(ctx, person, id, dossier.Save{Step: step.ID, Posted: map[string][]string{"stay.id_number": {"YA7654321"}}})
	w.must(err)
	if err := w.Move(ctx, person, id, dossier.Act{Move: "complete"}); fault.Of(err) != fault.Invalid {
		t.Fatalf("completed with a paper missing: %v", err)
	}
	_, err = w.Answer(ctx, person, id, dossier.Save{Step: step.ID, Version: 1, Posted: map[string][]string{"stay.id_number": {"!"}}})
	w.must(err)
	_, err = w.Attach(ctx, person, id, "documents.electricity", "facture.png", bytes.NewReader(picture()))
	w.must(err)
	if err := w.Move(ctx, person, id, dossier.Act{Move: "complete"}); fault.Of(err) != fault.Invalid {
		t.Fatalf("completed with an answer that cannot stand: %v", err)
	}
	_, err = w.Answer(ctx, person, id, dossier.Save{Step: step.ID, Version: 2, Posted: map[string][]string{"stay.id_number": {"YA7654321"}}})
	w.must(err)
	w.must(w.Move(ctx, person, id, dossier.Act{Move: "complete"}))

	f, err := w.Read(ctx, agent, id)
	w.must(err)
	if f.Previous["stay.id_number"][0] != "YA1234567" || f.Filed["stay.id_number"][0] != "YA7654321" {
		t.Fatalf("old %v new %v", f.Previous["stay.id_number"], f.Filed["stay.id_number"])
	}
	w.must(w.Move(ctx, agent, id, dossier.Act{Move: "admit"}))
	w.must(w.Move(ctx, agent, id, dossier.Act{Move: "accept"}))
	if err := w.Move(ctx, agent, id, dossier.Act{Move: "refuse", State: "admissible", Reason: "other"}); fault.Of(err) != fault.Conflict {
		t.Fatalf("decided twice: %v", err)
	}
	f, err = w.Read(ctx, agent, id)
	w.must(err)
	if f.PurgeOn == nil || f.PurgeOn.Format(time.DateOnly) != "2027-02-21" || len(f.Reads) < 2 {
		t.Fatalf("purge on %v, %d reads", f.PurgeOn, len(f.Reads))
	}
}

// What was asked in a row is owed no more once the row is taken away, its papers included (RP-014).
func TestRowTakenAwayOwesNothing(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person, agent := w.account(access.Person, "a@example.org"), w.account(access.Agent, "b@example.org")
	id := w.fill(person, testkit.PersonaNamed(t, "family"))
	w.must(w.Move(ctx, person, id, dossier.Act{Move: "submit", Accepted: []string{"truth"}}))
	w.must(w.Move(ctx, agent, id, dossier.Act{Move: "ask", Picks: []dossier.Pick{{Path: "parents.siblings"}, {Path: "parents.siblings.r1.names"}}}))
	item := dossier.AskedItem{Path: "parents.siblings.r1.names", Kind: "field"}
	d, err := w.Open(ctx, person, id)
	w.must(err)
	if d.Answered(item) {
		t.Fatal("answered before anything was done")
	}
	step := d.Def.Form.StepOf("parents.siblings")
	_, err = w.Answer(ctx, person, id, dossier.Save{Step: step.ID, Posted: map[string][]string{"action": {"remove:parents.siblings:r1"}}})
	w.must(err)
	d, err = w.Open(ctx, person, id)
	w.must(err)
	if !d.Answered(item) || !d.Answered(dossier.AskedItem{Path: "documents.minor_child_papers.gone", Kind: "document"}) {
		t.Fatal("still owed")
	}
	w.must(w.Move(ctx, person, id, dossier.Act{Move: "complete"}))
}

// RP-020: leaving ends all that is at work, however much there is.
func TestLeavingEndsEverything(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person := w.account(access.Person, "a@example.org")
	sent := w.fill(person, testkit.PersonaNamed(t, "tenant"))
	w.must(w.Move(ctx, person, sent, dossier.Act{Move: "submit", Accepted: []string{"truth"}}))
	for range 201 {
		_, err := w.Start(ctx, person, permit, []string{"terms", "consent"}, "fr")
		w.must(err)
	}
	w.must(w.Leave(ctx, person))
	mine, _, err := w.Mine(ctx, person, dossier.MineFilter{})
	w.must(err)
	if len(mine) != 1 || mine[0].StateKind != "closed" {
		t.Fatalf("%d left, %+v", len(mine), mine[0])
	}
}
