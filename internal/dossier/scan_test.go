package dossier_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/internal/access"
	"guichet/internal/document"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/testkit"
	"guichet/internal/testkit/clamd"
	"guichet/internal/workflow"
)

// carrier is a sound PDF that holds body where a page's drawing has a comment.
func carrier(body []byte) []byte {
	var b bytes.Buffer
	var at []int
	object := func(format string, args ...any) {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n"+format+"\nendobj\n", append([]any{len(at)}, args...)...)
	}
	b.WriteString("%PDF-1.4\n")
	object("<< /Type /Catalog /Pages 2 0 R >>")
	object("<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
	object("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Contents 4 0 R /Resources << >> >>")
	object("<< /Length %d >>\nstream\n%%%s\nendstream", len(body)+1, body)
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, n := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, xref)
	return b.Bytes()
}

// scanned is a world whose scanner is the daemon.
func scannedWorld(t *testing.T, d *clamd.Daemon) (*world, *job.Workers) {
	t.Helper()
	w := newWorld(t)
	var err error
	w.Scanner, err = document.NewScanner(d.Socket)
	w.must(err)
	workers := job.NewWorkers()
	w.RegisterScan(workers)
	return w, workers
}

// opens tells how a document answers to who wants to read it.
func (w *world) opens(a access.Actor, id string) error {
	w.t.Helper()
	x, err := w.Download(w.t.Context(), a, id)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, x.Content)
	return errors.Join(err, x.Content.Close())
}

func (w *world) paper(a access.Actor, id, document string) dossier.Document {
	w.t.Helper()
	f, err := w.Read(w.t.Context(), a, id)
	w.must(err)
	i := slices.IndexFunc(f.Documents, func(x dossier.Document) bool { return x.ID == document })
	if i < 0 {
		w.t.Fatalf("document %s is not listed", document)
	}
	return f.Documents[i]
}

func (w *world) blobs() (n int) {
	w.t.Helper()
	for _, err := range w.Blobs.Names(w.t.Context()) {
		w.must(err)
		n++
	}
	return n
}

// A file with a virus is never opened by anybody, stands no more, and leaves nothing in the store; its person is told.
func TestAVirusIsNeverRead(t *testing.T) {
	d := clamd.Run(t)
	w, workers := scannedWorld(t, d)
	ctx := t.Context()
	person, agent := w.account(access.Person, "a@example.org"), w.account(access.Agent, "b@example.org")
	id := w.fill(person, testkit.PersonaNamed(t, "tenant"))
	w.must(job.Drain(ctx, w.Store, workers))
	before := w.blobs()

	open, err := w.Open(ctx, person, id)
	w.must(err)
	old := open.Documents[0]
	w.must(w.Detach(ctx, person, id, old.ID))
	bad, err := w.Attach(ctx, person, id, old.Path, "passeport.pdf", bytes.NewReader(carrier(clamd.Virus())))
	w.must(err)
	for _, a := range []access.Actor{person, agent} {
		if err := w.opens(a, bad); err == nil {
			t.Fatal("opened before its verdict")
		}
	}
	if err := w.opens(person, bad); fault.Key(err) != "document.waiting" {
		t.Errorf("before its verdict: %v", err)
	}
	w.must(job.Drain(ctx, w.Store, workers))
	if err := w.opens(person, bad); fault.Of(err) != fault.NotFound {
		t.Errorf("after its verdict: %v", err)
	}
	if x := w.paper(person, id, bad); x.Scanned != dossier.Infected || !x.Superseded || x.Name != "passeport.pdf" {
		t.Errorf("listed as %+v", x)
	}
	if got := w.blobs(); got != before-1 {
		t.Errorf("%d files are kept, %d were before the two were deleted", got, before)
	}
	err = w.Move(ctx, person, id, dossier.Act{Move: "submit", Accepted: []string{"truth"}})
	if unmet, ok := errors.AsType[*workflow.Unmet](err); !ok || !slices.Contains(unmet.Needs, "documents") {
		t.Errorf("sent with nothing but a virus: %v", err)
	}

	good, err := w.Attach(ctx, person, id, old.Path, "passeport.pdf", bytes.NewReader(carrier([]byte("harmless"))))
	w.must(err)
	w.must(job.Drain(ctx, w.Store, workers))
	w.must(w.Move(ctx, person, id, dossier.Act{Move: "submit", Accepted: []string{"truth"}}))
	w.must(w.opens(agent, good))
	f, err := w.Read(ctx, agent, id)
	w.must(err)
	var told int
	for _, e := range f.History {
		if e.Act == "infected" && e.Detail["document"] == bad && e.Detail["signature"] == clamd.Name {
			told++
		}
	}
	if told != 1 {
		t.Errorf("the journal tells %d times of the virus", told)
	}
}

// A virus that is found in what was sent already takes the paper away from everybody, and both its person and its agent are told.
func TestAVirusFoundAfterSendingIsTold(t *testing.T) {
	d := clamd.Run(t)
	w, _ := scannedWorld(t, d)
	ctx := t.Context()
	person, agent := w.account(access.Person, "a@example.org"), w.account(access.Agent, "b@example.org")
	id := w.fill(person, testkit.PersonaNamed(t, "tenant"))
	bad, err := w.Attach(ctx, person, id, "documents.military", "livret.pdf", bytes.NewReader(carrier(clamd.Virus())))
	w.must(err)
	w.must(w.Move(ctx, person, id, dossier.Act{Move: "submit", Accepted: []string{"truth"}}))
	w.must(w.Move(ctx, agent, id, dossier.Act{Move: "take"}))
	if err := w.opens(agent, bad); fault.Key(err) != "document.waiting" {
		t.Errorf("the agent, before its verdict: %v", err)
	}
	w.must(w.Scan(ctx, bad))
	if err := w.opens(agent, bad); fault.Of(err) != fault.NotFound {
		t.Errorf("the agent, after its verdict: %v", err)
	}
	f := w.read(person, id)
	if n := letters(f, "paper_infected"); n != 1 {
		t.Fatalf("the person is told %d times", n)
	}
	if l := f.Letters[len(f.Letters)-1]; strings.Contains(l.Subject+l.Body, "livret") {
		t.Errorf("the letter names the paper: %q", l.Body)
	}
	for who, a := range map[string]access.Actor{"dossier.paper_infected": person, "dossier.desk_infected": agent} {
		if n := w.count("select count(*) from mail where template = $1 and account_id = $2", who, a.AccountID); n != 1 {
			t.Errorf("%d mails %s", n, who)
		}
	}
	w.tellsOf(agent, id, 1)

	const bill = "documents.electricity"
	w.must(w.Move(ctx, agent, id, dossier.Act{Move: "ask", Picks: []dossier.Pick{{Path: bill, Word: "Illisible."}}}))
	unsent, err := w.Attach(ctx, person, id, bill, "facture.pdf", bytes.NewReader(carrier(clamd.Virus())))
	w.must(err)
	w.must(w.Scan(ctx, unsent))
	w.tellsOf(agent, id, 1)
}

// While the scanner is away files come in, are sent and wait; they are served only after it is back. The administration does
// not go on before.
func TestAScannerThatIsAwayLosesAndServesNothing(t *testing.T) {
	d := clamd.New(t)
	w, workers := scannedWorld(t, d)
	ctx := t.Context()
	person, agent := w.account(access.Person, "a@example.org"), w.account(access.Agent, "b@example.org")
	id := w.fill(person, testkit.PersonaNamed(t, "tenant"))
	if err := job.Drain(ctx, w.Store, workers); fault.Key(err) != "document.scanner_away" {
		t.Fatalf("scanned by nobody: %v", err)
	}
	w.must(w.Move(ctx, person, id, dossier.Act{Move: "submit", Accepted: []string{"truth"}}))
	open, err := w.Open(ctx, agent, id)
	w.must(err)
	for _, x := range open.Documents {
		if err := w.opens(agent, x.ID); fault.Key(err) != "document.waiting" {
			t.Errorf("%s: %v", x.Path, err)
		}
		if err := w.Judge(ctx, agent, id, x.ID, dossier.Judgement{As: dossier.Accepted}); fault.Key(err) != "document.waiting" {
			t.Errorf("%s accepted unread: %v", x.Path, err)
		}
	}
	admit := dossier.Act{Move: "admit"}
	if unmet, ok := errors.AsType[*workflow.Unmet](w.Move(ctx, agent, id, admit)); !ok || !slices.Equal(unmet.Needs, []string{"scan"}) {
		t.Errorf("admitted with papers nobody has looked at: %v", unmet)
	}
	waiting, err := w.WaitingForScan(ctx)
	w.must(err)
	if waiting != len(open.Documents) {
		t.Errorf("%d of %d wait", waiting, len(open.Documents))
	}

	w.now = w.now.Add(time.Hour) // the jobs have given up; the sweep takes over
	if err := w.ScanWaiting(ctx); fault.Key(err) != "document.scanner_away" {
		t.Fatalf("swept by nobody: %v", err)
	}
	d.Start()
	w.must(w.ScanWaiting(ctx))
	w.must(w.ScanWaiting(ctx))
	for _, x := range open.Documents {
		w.must(w.opens(agent, x.ID))
	}
	w.must(w.Move(ctx, agent, id, admit))
}

// A file on which the scanner breaks off keeps no other from its verdict, and is tried again.
func TestOneOddFileStopsNoSweep(t *testing.T) {
	d := clamd.Run(t)
	w, _ := scannedWorld(t, d)
	ctx := t.Context()
	l, err := net.Listen("tcp", "127.0.0.1:0") // the first who calls is cut off, the others are put through
	w.must(err)
	defer func() { _ = l.Close() }()
	go func() {
		for first := true; ; first = false {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("unix", d.Socket)
			if first || err != nil {
				_ = near.Close()
				continue
			}
			go func() { _, _ = io.Copy(far, near) }()
			go func() { _, _ = io.Copy(near, far); _ = near.Close(); _ = far.Close() }()
		}
	}()
	w.Scanner, err = document.NewScanner(l.Addr().String())
	w.must(err)
	person := w.account(access.Person, "a@example.org")
	id := w.fill(person, testkit.PersonaNamed(t, "tenant"))
	all := len(w.open(person, id).Documents)
	w.now = w.now.Add(time.Hour)
	if err := w.ScanWaiting(ctx); fault.Key(err) != "document.scanner_failed" {
		t.Errorf("the failure is not told: %v", err)
	}
	if n, err := w.WaitingForScan(ctx); err != nil || n != 1 {
		t.Errorf("%d of %d wait after one was cut off: %v", n, all, err)
	}
	w.must(w.ScanWaiting(ctx))
	if n, err := w.WaitingForScan(ctx); err != nil || n != 0 {
		t.Errorf("%d wait: %v", n, err)
	}
}

// A scanner that is configured later sees what came in before; what waits for one that is taken away
// waits until an administrator gives it up.
func TestAScannerComesAndGoes(t *testing.T) {
	d := clamd.Run(t)
	w := newWorld(t)
	ctx := t.Context()
	person := w.account(access.Person, "a@example.org")
	id := w.fill(person, testkit.PersonaNamed(t, "tenant"))
	open, err := w.Open(ctx, person, id)
	w.must(err)
	paper := open.Documents[0].ID
	w.must(w.opens(person, paper))
	w.now = w.now.Add(time.Hour)

	scanner, err := document.NewScanner(d.Socket)
	w.must(err)
	w.Scanner = scanner
	if x := w.paper(person, id, paper); x.Scanned.Legible() {
		t.Errorf("pages say that it can be opened: %s", x.Scanned)
	}
	if err := w.opens(person, paper); fault.Key(err) != "document.waiting" {
		t.Errorf("not scanned yet: %v", err)
	}
	w.must(w.ScanWaiting(ctx))
	w.must(w.opens(person, paper))

	late, err := w.Attach(ctx, person, id, open.Documents[0].Path, "b.png", bytes.NewReader(testkit.Picture(9)))
	w.must(err)
	w.Scanner = nil
	if err := w.opens(person, late); fault.Key(err) != "document.waiting" {
		t.Errorf("waiting, and the scanner was taken away: %v", err)
	}
	if err := w.ScanWaiting(ctx); fault.Key(err) != "document.scanner_away" {
		t.Errorf("served for want of a scanner: %v", err)
	}
	if n, err := w.GiveUpScanning(ctx); err != nil || n != 1 {
		t.Errorf("%d documents were given up: %v", n, err)
	}
	w.must(w.opens(person, late))
}
