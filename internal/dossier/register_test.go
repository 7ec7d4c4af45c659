package dossier_test

import (
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/form"
	"guichet/internal/retention"
	"guichet/internal/testkit"
	"guichet/internal/text"
)

// lawyer may do all that the legal cell may.
func (w *world) lawyer(email string) access.Actor {
	a := w.account(access.Agent, email)
	a.Grants = []access.Grant{{Procedure: "rights-request", Role: "legal_cell", Verbs: []access.Verb{access.Read, access.Process, access.Message, access.Export, access.Inquire}}}
	return a
}

// begun is a request that is filled in and not sent.
func (w *world) begun(person access.Actor, answers form.Raw) string {
	w.t.Helper()
	p := w.Catalogue.Get("rights-request")
	var accepted []string
	for _, n := range dossier.EntryNotices(p) {
		accepted = append(accepted, n.ID)
	}
	id, err := w.Import(w.t.Context(), person, dossier.Prepared{Procedure: p.ID, Accepted: accepted, Lang: "fr", Answers: answers})
	w.must(err)
	return id
}

func (w *world) ask(person access.Actor, id string) error {
	var review []string
	for _, n := range w.Catalogue.Get("rights-request").Flow.NoticesAt("review") {
		review = append(review, n.ID)
	}
	return w.Move(w.t.Context(), person, id, dossier.Act{Move: "submit", Accepted: review})
}

// Of two requests that one person sends at the same moment one is the first, whichever it is.
func TestOneRequestIsTheFirst(t *testing.T) {
	testkit.Covers(t, "DS-049")
	w := newWorld(t)
	person := w.account(access.Person, "a@example.org")
	var ids []string
	for range 4 {
		ids = append(ids, w.begun(person, request))
	}
	var race sync.WaitGroup
	for _, id := range ids {
		race.Go(func() {
			if err := w.ask(person, id); err != nil {
				t.Error(err)
			}
		})
	}
	race.Wait()
	if n, of := w.count("select count(*) from register_line where first"), w.count("select count(*) from register_line"); n != 1 || of != 4 {
		t.Errorf("%d of %d are the first", n, of)
	}
	other := form.Raw{}
	for k, v := range request {
		other[k] = v
	}
	other["requester.email"], other["requester.last_name"] = []string{"b@example.org"}, []string{"Specht"}
	w.must(w.ask(person, w.begun(person, other)))
	if n := w.count("select count(*) from register_line where first"); n != 2 {
		t.Errorf("%d are the first of two people", n)
	}
}

// A backup from before brings nobody back, and what is left of the register stays left of it.
func TestTheRegisterSurvivesARestore(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person, agent := w.account(access.Person, "a@example.org"), w.lawyer("b@example.org")
	open, closed := w.begun(person, request), w.begun(person, request)
	w.must(w.ask(person, open))
	w.must(w.ask(person, closed))
	w.must(w.Move(ctx, agent, closed, dossier.Act{Move: "refuse", Reason: "unfounded", Fields: map[string][]string{"answer.reasons": {"Gimpel"}}}))
	number := func(id string) int64 { return int64(w.count("select id::int from dossier where public_id = $1", id)) }
	var lines []retention.Certificate
	for i, id := range []string{open, closed} { // the backup was taken before the one was closed
		for _, rule := range []string{"dossier", "register"} {
			lines = append(lines, retention.Certificate{ID: int64(i), Rule: rule, Procedure: "rights-request", Dossier: number(id), Category: rule, Whole: true, At: w.now})
		}
	}
	w.now = w.now.Add(time.Hour)
	done, err := w.keeper().Replay(ctx, lines)
	w.must(err)
	if done.Erased != 2 || w.count("select count(*) from dossier") != 0 || w.count("select count(*) from register_line") != 0 {
		t.Fatalf("%+v", done)
	}
	left, next, err := w.Register(ctx, agent, "rights-request", text.FR, dossier.RegisterPlace{}, 1)
	w.must(err)
	if len(left) != 1 || next == nil || !next.Past {
		t.Fatalf("%d lines, next %v", len(left), next)
	}
	rest, next, err := w.Register(ctx, agent, "rights-request", text.FR, *next, 5)
	w.must(err)
	if len(rest) != 1 || next != nil || rest[0].PublicID != "" {
		t.Fatalf("%d lines, next %v", len(rest), next)
	}
	tables := testkit.Dump(t, w.Store)
	for _, word := range []string{"Zaunkönig", "Rotkehlchen", "Gimpel", "a@example.org"} {
		if strings.Contains(tables, word) {
			t.Errorf("%s is left", word)
		}
	}
}

// What a message asks for is read by somebody: a mere question has no deadline, and the right that was meant has the law's month
// from the receipt, to the last day of a short month.
func TestTheRightIsCorrectedAtTheDesk(t *testing.T) {
	testkit.Covers(t, "DS-013", "DS-074")
	w := newWorld(t)
	ctx := t.Context()
	w.now = time.Date(2027, 1, 31, 15, 0, 0, 0, time.UTC)
	agent := w.lawyer("b@example.org")
	taken, err := w.TakeMail(ctx, "rights-request", dossier.Incoming{Digest: []byte("1"), From: "rossi@example.org", Name: "Rossi", Subject: "?", Words: "Que savez-vous ?", Raw: []byte("x")})
	w.must(err)
	due := func() string {
		d := w.open(agent, taken.PublicID)
		if d.DueOn == nil {
			return ""
		}
		return d.DueOn.Format(time.DateOnly)
	}
	if day := due(); day != "2027-02-28" {
		t.Fatalf("a message of 31 January is due on %q", day)
	}
	right := func(from, to string) {
		w.must(w.Correct(ctx, agent, taken.PublicID, "request.right", []string{from}, url.Values{"request.right": {to}}))
	}
	right("access", "enquiry")
	if day := due(); day != "" {
		t.Errorf("a mere question is due on %s", day)
	}
	w.now = time.Date(2027, 3, 5, 15, 0, 0, 0, time.UTC)
	w.must(w.keeper().Run(ctx))
	if d := w.open(agent, taken.PublicID); d.DueOverAt != nil {
		t.Error("a mere question is overdue")
	}
	right("enquiry", "erasure")
	if day := due(); day != "2027-02-28" {
		t.Errorf("what was received on 31 January is due on %q", day)
	}
	w.must(w.keeper().Run(ctx))
	if d := w.open(agent, taken.PublicID); d.DueOverAt == nil || d.State != "received" {
		t.Errorf("%v since %v", d.State, d.DueOverAt)
	}
	right("erasure", "access")
	if d := w.open(agent, taken.PublicID); d.DueOverAt == nil || due() != "2027-02-28" {
		t.Error("another right gives more time")
	}
}

// Of two deadlines of a procedure, the one that runs for a dossier warns of it, and no other: at its own days, in its own words.
func TestAnotherDeadlineDoesNotWarn(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.Catalogue = editedIn(t, "workflows/rights-request.yaml", "\ndeadlines:\n", `
deadlines:
- id: enquiry
  label: {fr: "Question", en: "Question"}
  opens: received
  due: P1M
  when: 'any(request.right, # == "enquiry")'
  warn: [P20D]
  warns: identity_given
  breached: identity_given
  quote: "dans le mois suivant la réception de la demande"
  moved_by: grant.decision
  until: grant.due
`)
	w.now = time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
	agent := w.lawyer("b@example.org")
	taken, err := w.TakeMail(ctx, "rights-request", dossier.Incoming{Digest: []byte("1"), From: "rossi@example.org", Name: "Rossi", Subject: "?", Words: "Que savez-vous ?", Raw: []byte("x")})
	w.must(err)
	w.must(w.Move(ctx, agent, taken.PublicID, dossier.Act{Move: "take"}))
	// marks of warnings that the definition no longer has stand for none of its own
	_, err = testkit.Owner(t, w.Store).Exec(ctx, "update dossier set due_warned = '{P90D,P60D}' where public_id = $1", taken.PublicID)
	w.must(err)
	for _, x := range []struct{ day, soon, over int }{{13, 0, 0}, {23, 1, 0}, {24, 1, 0}, {30, 2, 0}, {33, 2, 1}, {34, 2, 1}} {
		w.now = time.Date(2026, 12, x.day, 9, 0, 0, 0, time.UTC)
		w.must(w.keeper().Run(ctx))
		soon, over := w.count("select count(*) from journal_entry where act = 'due_soon'"), w.count("select count(*) from journal_entry where act = 'due_over'")
		if soon != x.soon || over != x.over {
			t.Errorf("on %s: warned %d times, over %d times, not %d and %d", w.now.Format(time.DateOnly), soon, over, x.soon, x.over)
		}
	}
	if n := w.count("select count(*) from mail where template like '%identity_given'"); n != 0 {
		t.Errorf("%d mails of the other deadline", n)
	}
}
