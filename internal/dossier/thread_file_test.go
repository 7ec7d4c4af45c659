package dossier_test

import (
	"bytes"
	"testing"
	"time"

	"guichet/internal/access"
	"guichet/internal/document"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/testkit"
	"guichet/internal/testkit/clamd"
	"guichet/internal/workflow"
)

// enclose adds a file to the message that is being written.
func (w *world) enclose(a access.Actor, id, name string, content []byte) string {
	w.t.Helper()
	w.must(w.AttachToMessage(w.t.Context(), a, id, name, bytes.NewReader(content)))
	files, err := w.MessageFiles(w.t.Context(), a, w.open(a, id))
	w.must(err)
	return files[len(files)-1].ID
}

// A virus in a file of a message that was not sent is told on the page alone, fills none of its places and can be struck off.
func TestAVirusInAMessageThatWasNotSent(t *testing.T) {
	w, _ := scannedWorld(t, clamd.Run(t))
	ctx := t.Context()
	person, agent := w.account(access.Person, "a@example.org"), w.account(access.Agent, "b@example.org")
	id := w.fill(person, testkit.PersonaNamed(t, "tenant"))
	w.must(w.Move(ctx, person, id, dossier.Act{Move: "submit", Accepted: []string{"truth"}}))
	w.must(w.Move(ctx, agent, id, dossier.Act{Move: "take"}))
	most := w.Writing(w.open(person, id)).Files
	var bad string
	for range most {
		bad = w.enclose(person, id, "virus.pdf", carrier(clamd.Virus()))
	}
	if err := w.AttachToMessage(ctx, person, id, "un.png", bytes.NewReader(picture())); fault.Key(err) != "message.files" {
		t.Fatalf("more files than a message may have: %v", err)
	}
	w.now = w.now.Add(time.Hour)
	w.must(w.ScanWaiting(ctx))
	if n := w.count("select count(*) from mail where template like '%infected'"); n != 0 || letters(w.read(person, id), "paper_infected") != 0 {
		t.Errorf("a file that nobody was sent is told to %d", n)
	}
	w.tellsOf(agent, id, 0)
	w.enclose(person, id, "sain.png", picture())
	w.must(w.DropMessageFile(ctx, person, id, bad))
	files, err := w.MessageFiles(ctx, person, w.open(person, id))
	w.must(err)
	if len(files) != most {
		t.Errorf("%d files are listed, %d were added and one struck off", len(files), most+1)
	}
	w.must(w.Write(ctx, person, id, "Voici le papier."))
	if got := w.blobs(); got != len(w.open(person, id).Documents)+1 {
		t.Errorf("%d files are kept", got)
	}

	late := w.enclose(person, id, "apres.pdf", carrier(clamd.Virus()))
	w.now = w.now.Add(time.Second)
	w.must(w.Write(ctx, person, id, "Et encore un."))
	w.must(w.Scan(ctx, late))
	if letters(w.read(person, id), "paper_infected") != 1 {
		t.Error("of a file that was sent the person is not told")
	}
	w.tellsOf(agent, id, 1)
}

// tellsOf counts the viruses an agent reads of, in the timeline and in what happened last.
func (w *world) tellsOf(agent access.Actor, id string, want int) {
	w.t.Helper()
	_, events, _, err := w.Timeline(w.t.Context(), agent, id, "documents", dossier.Place{}, 40)
	w.must(err)
	for where, told := range map[string][]dossier.Event{"the timeline": events, "the latest": w.read(agent, id).Latest(agent, 40)} {
		n := 0
		for _, e := range told {
			if e.Act != nil && e.Act.Act == workflow.Infected {
				n++
			}
		}
		if n != want {
			w.t.Errorf("%s tells an agent of %d viruses, want %d", where, n, want)
		}
	}
}

// A photograph in a message is named as what it is kept as; what is not sent before nobody may write any more is deleted.
func TestFilesOfAMessageThatIsNeverSent(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person, id := w.applied("a@example.org")
	before := w.blobs()
	w.enclose(person, id, "brouillon.png", picture())
	if got := w.blobs(); got != before+1 {
		t.Fatalf("%d files are kept, %d were", got, before)
	}
	w.must(w.Move(ctx, person, id, dossier.Act{Move: "cancel_by_user"}))
	if got := w.blobs(); got != before {
		t.Errorf("%d files are kept of a message that can be sent no more, %d were before it", got, before)
	}
}

// Files of messages take nothing from what the dossier's own may be, and have an end of their own.
func TestFilesOfMessagesHaveAShareOfTheirOwn(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person, id := w.applied("a@example.org")
	w.exec(`insert into document (public_id, dossier_id, path, rule, round, state, kind, size, pages, blob, sealed, uploaded_at, message_id)
		select 'x' || n, d.id, '@message', 'dossier', 1, 'received', 'png', 1, 1, 'x' || n, '', now(), m.id
		from generate_series(1, 60) n, dossier d, lateral (select min(id) as id from message where dossier_id = d.id) m where d.public_id = $1`, id)
	if err := w.AttachToMessage(ctx, person, id, "un.png", bytes.NewReader(picture())); fault.Key(err) != "document.quota" {
		t.Errorf("file 61 of messages: %v", err)
	}
	agent := w.account(access.Agent, "b@example.org")
	w.must(w.Move(ctx, agent, id, dossier.Act{Move: "ask", Picks: []dossier.Pick{{Path: "documents.electricity"}}}))
	if _, err := w.Attach(ctx, person, id, "documents.electricity", "facture.png", bytes.NewReader(picture())); err != nil {
		t.Errorf("the paper that was asked for: %v", err)
	}
}

// What is on its way is counted before it has arrived, and never twice.
func TestFilesOnTheirWayAreCounted(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person := w.account(access.Person, "a@example.org")
	id, err := w.Start(ctx, person, permit, []string{"terms", "consent"}, "fr")
	w.must(err)
	c := dossier.Coming{Path: "documents.birth_certificate", Name: "acte.pdf", Type: "application/pdf", Size: 1 << 20}
	u, err := w.BeginUpload(ctx, person, id, c)
	w.must(err)
	w.exec("update upload set size = $1 where public_id = $2", dossier.MostBytes-c.Size+1, u.ID)
	c.Name = "autre.pdf"
	if _, err := w.BeginUpload(ctx, person, id, c); fault.Key(err) != "document.quota" {
		t.Errorf("begun beside what fills the dossier: %v", err)
	}
	w.exec("update upload set size = $1 where public_id = $2", dossier.MostBytes-c.Size, u.ID)
	again, err := w.BeginUpload(ctx, person, id, c)
	w.must(err)
	if same, err := w.BeginUpload(ctx, person, id, c); err != nil || same.ID != again.ID {
		t.Errorf("begun again: %+v, %v", same, err)
	}
}

// A server without a scanner serves nothing that another's scanner has not seen, until an administrator gives it up.
func TestAScannerOnAnotherServer(t *testing.T) {
	d := clamd.Run(t)
	w, _ := scannedWorld(t, d)
	ctx := t.Context()
	w.must(w.ScanWaiting(ctx)) // the server with the scanner has started
	other := *w
	other.Office = w.On(w.Store)
	other.Scanner = nil
	person := w.account(access.Person, "a@example.org")
	id, err := w.Start(ctx, person, permit, []string{"terms", "consent"}, "fr")
	w.must(err)
	paper, err := other.Attach(ctx, person, id, "documents.birth_certificate", "acte.pdf", bytes.NewReader(carrier([]byte("harmless"))))
	w.must(err)
	other.now, w.now = w.now.Add(time.Hour), w.now.Add(time.Hour)
	if err := other.ScanWaiting(ctx); fault.Key(err) != "document.scanner_away" {
		t.Errorf("the server without a scanner: %v", err)
	}
	if err := other.Scan(ctx, paper); fault.Key(err) != "document.scanner_away" {
		t.Errorf("a scan on the server without a scanner is done with: %v", err)
	}
	if err := other.opens(person, paper); fault.Key(err) != "document.waiting" {
		t.Errorf("served unscanned: %v", err)
	}
	w.must(w.ScanWaiting(ctx))
	w.must(other.opens(person, paper))

	w.Scanner, err = document.NewScanner("/nowhere")
	w.must(err)
	late, err := other.Attach(ctx, person, id, "documents.birth_certificate", "acte2.pdf", bytes.NewReader(carrier([]byte("harmless"))))
	w.must(err)
	n, err := other.GiveUpScanning(ctx)
	w.must(err)
	if n != 1 {
		t.Errorf("%d documents were freed", n)
	}
	w.must(other.opens(person, late))
}

// Words on a dossier that is decided are no edit: its person is told once of the erasure, and not of when a note was written.
func TestWordsWindUpNoClock(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person, agent := w.account(access.Person, "a@example.org"), w.account(access.Agent, "b@example.org")
	id := w.accepted(person, agent, testkit.PersonaNamed(t, "tenant"))
	closed := w.open(person, id).UpdatedAt
	w.now = w.now.AddDate(0, 0, 80)
	w.must(w.keeper().Run(ctx))
	w.must(w.State(ctx, agent, id, "question", "Un mot de la personne"))
	for range 3 {
		w.now = w.now.Add(time.Hour)
		w.must(w.Note(ctx, agent, id, "Vu."))
		w.must(w.Write(ctx, person, id, "Merci."))
		w.must(w.Reply(ctx, agent, id, "", "De rien."))
		w.must(w.keeper().Run(ctx))
		w.must(w.Remind(ctx, id, "purge_soon"))
	}
	f := w.read(person, id)
	if n := letters(f, "purge_soon"); n != 1 {
		t.Errorf("told of the erasure %d times", n)
	}
	if !f.UpdatedAt.Equal(closed) {
		t.Errorf("a word is told as a change: %s", f.UpdatedAt)
	}
}
