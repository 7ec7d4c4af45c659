package dossier_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/testkit"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// applied is a tenant's dossier that was sent.
func (w *world) applied(email string) (person access.Actor, id string) {
	w.t.Helper()
	person = w.account(access.Person, email)
	id = w.fill(person, testkit.PersonaNamed(w.t, "tenant"))
	w.must(w.Move(w.t.Context(), person, id, dossier.Act{Move: "submit", Accepted: []string{"truth"}}))
	return person, id
}

func (w *world) open(a access.Actor, id string) *dossier.Dossier {
	w.t.Helper()
	d, err := w.Open(w.t.Context(), a, id)
	w.must(err)
	return d
}

func (w *world) read(a access.Actor, id string) *dossier.File {
	w.t.Helper()
	f, err := w.Read(w.t.Context(), a, id)
	w.must(err)
	return f
}

func letters(f *dossier.File, template string) (n int) {
	for _, l := range f.Letters {
		if l.Template == template {
			n++
		}
	}
	return n
}

// What agents gather while they read is nobody's business but theirs, and leaves with the request.
func TestRequestIsGatheredAndSentAtOnce(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person, id := w.applied("a@example.org")
	agent := w.account(access.Agent, "b@example.org")
	picks := []dossier.Pick{{Path: "stay.id_number", Why: "inconsistent", Word: "Pas celui du scan"}, {Path: "documents.electricity", Why: "expired", Word: "De l’an dernier"}}
	w.must(w.Prepare(ctx, agent, id, picks, nil))
	w.must(w.Prepare(ctx, agent, id, []dossier.Pick{{Path: "contact.phone", Word: "?"}}, []string{"documents.electricity"}))
	if f := w.read(agent, id); len(f.Request) != 2 || f.InTheMaking("stay.id_number").Why != "inconsistent" || f.State != "submitted" {
		t.Fatalf("%+v in state %s", f.Request, f.State)
	}
	if f := w.read(person, id); len(f.Request) > 0 || len(f.Asked) > 0 {
		t.Fatalf("the person reads what is only prepared: %+v", f.Request)
	}
	if err := w.Prepare(ctx, person, id, picks, nil); fault.Of(err) != fault.NotFound {
		t.Fatalf("the person prepares a request: %v", err)
	}
	for _, p := range []dossier.Pick{{Path: "nothing.here"}, {Path: "stay.id_number", Why: "ugly"}, {Path: "decision.comment"}} {
		if err := w.Prepare(ctx, agent, id, []dossier.Pick{p}, nil); fault.Key(err) != "ask.unknown_item" {
			t.Errorf("%+v can be asked for: %v", p, err)
		}
	}
	w.must(w.Move(ctx, agent, id, dossier.Act{Move: "ask", Picks: picks, Left: []string{"contact.phone"}}))
	f := w.read(agent, id)
	if len(f.Request) != 0 || len(f.Asked) != 2 || f.Asked[1].Why != "expired" {
		t.Fatalf("in the making %v, asked %+v", f.Request, f.Asked)
	}
	if got := f.AnswerBy.Format(time.DateOnly); got != "2026-12-21" { // the 20th is a Sunday
		t.Errorf("the day proposed is %s", got)
	}
	if !strings.Contains(f.Letters[len(f.Letters)-1].Body, text.Printer{Lang: text.FR}.Date(*f.AnswerBy)) {
		t.Error("the letter does not say until when")
	}
}

// The day is the agent's to set within the definition's bounds.
func TestDayToAnswerHasBounds(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	_, id := w.applied("a@example.org")
	agent := w.account(access.Agent, "b@example.org")
	picks := []dossier.Pick{{Path: "contact.phone", Word: "?"}}
	for _, day := range []string{"2026-11-26", "2027-02-23"} {
		at, err := time.Parse(time.DateOnly, day)
		w.must(err)
		if err := w.Move(ctx, agent, id, dossier.Act{Move: "ask", Picks: picks, Until: at}); fault.Key(err) != "move.missing" {
			t.Errorf("%s: %v", day, err)
		}
	}
	w.must(w.Move(ctx, agent, id, dossier.Act{Move: "ask", Picks: picks, Until: time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC)}))
}

// A reminder before the day, the dossier back to its agent when it is over, a reminder after; each once, and anew for a new day.
func TestRemindersAndOverdue(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person, id := w.applied("a@example.org")
	agent := w.account(access.Agent, "b@example.org")
	w.must(w.Move(ctx, agent, id, dossier.Act{Move: "take"}))
	w.must(w.Move(ctx, agent, id, dossier.Act{Move: "ask", Picks: []dossier.Pick{{Path: "contact.phone", Word: "?"}}})) // until Monday, 21 December
	at := func(day string, want map[string]int, overdue bool) {
		t.Helper()
		when, err := time.Parse(time.RFC3339, day)
		w.must(err)
		w.now = when
		w.must(w.keeper().Run(ctx))
		w.must(w.keeper().Run(ctx))
		f := w.read(agent, id)
		for template, n := range want {
			if got := letters(f, template); got != n {
				t.Errorf("%s: %d letters %s, want %d", day, got, template, n)
			}
		}
		if (f.OverdueAt != nil) != overdue {
			t.Errorf("%s: overdue since %v", day, f.OverdueAt)
		}
	}
	at("2026-12-14T22:00:00Z", map[string]int{"still_incomplete": 0}, false)
	at("2026-12-14T23:00:00Z", map[string]int{"still_incomplete": 1}, false) // midnight in Monaco: seven days are left
	d := w.open(person, id)
	_, err := w.Answer(ctx, person, id, dossier.Save{Step: "contact", Version: d.Version("contact"), Posted: map[string][]string{"contact.phone": {"+377 1"}}})
	w.must(err) // what the person types brings no second reminder
	if err := w.Move(ctx, agent, id, dossier.Act{Move: "refuse", Reason: "no_answer", Fields: map[string][]string{"decision.comment": {"Rien."}}}); fault.Key(err) != "move.not_now" {
		t.Fatalf("refused while the person may answer: %v", err)
	}
	at("2026-12-21T22:59:59Z", map[string]int{"still_incomplete": 1, "answer_late": 0}, false)
	at("2026-12-21T23:00:00Z", map[string]int{"answer_late": 0}, true)
	at("2026-12-24T23:00:00Z", map[string]int{"answer_late": 1}, true)
	w.must(w.Move(ctx, agent, id, dossier.Act{Move: "prolong", Until: time.Date(2026, 12, 28, 0, 0, 0, 0, time.UTC)}))
	for _, timer := range w.Catalogue.Get(permit).Flow.Timed { // the clock had found the dossier before the day was put off
		if timer.At.Clock == workflow.AnswerBy {
			if err := w.OnTheDay(ctx, id, timer); fault.Of(err) != fault.Conflict {
				t.Errorf("%s went off for a day that is not over: %v", timer.ID, err)
			}
		}
	}
	at("2026-12-25T09:00:00Z", map[string]int{"prolonged": 1, "still_incomplete": 1}, false) // less than a week was left: no notice of a week
	at("2026-12-28T23:00:00Z", map[string]int{"answer_late": 1}, true)
	w.must(w.Move(ctx, agent, id, dossier.Act{Move: "refuse", Reason: "no_answer", Fields: map[string][]string{"decision.comment": {"Rien n’est venu."}}}))
	w.second(id)
	if f := w.read(agent, id); f.OverdueAt != nil || f.AnswerBy != nil || f.State != "refused" {
		t.Errorf("%s, until %v, overdue %v", f.State, f.AnswerBy, f.OverdueAt)
	}
}

// An agent may go on without what was asked: what the person has prepared and not sent was never handed in.
func TestRequestTakenBack(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person, id := w.applied("a@example.org")
	agent := w.account(access.Agent, "b@example.org")
	w.must(w.Move(ctx, agent, id, dossier.Act{Move: "ask", Picks: []dossier.Pick{{Path: "stay.id_number", Word: "?"}, {Path: "documents.electricity", Word: "?"}}}))
	step := w.open(person, id).Def.Form.StepOf("stay.id_number")
	_, err := w.Answer(ctx, person, id, dossier.Save{Step: step.ID, Posted: map[string][]string{"stay.id_number": {"YA7654321"}}})
	w.must(err)
	_, err = w.Attach(ctx, person, id, "documents.electricity", "facture.png", bytes.NewReader(picture()))
	w.must(err)
	before := len(w.open(person, id).Documents)
	w.must(w.Move(ctx, agent, id, dossier.Act{Move: "resume"}))
	d := w.open(person, id)
	if d.State != "submitted" || d.Answers()["stay.id_number"][0] != "YA1234567" || len(d.Documents) != before-1 || d.Round != 1 {
		t.Errorf("%s, %v, %d documents, round %d", d.State, d.Answers()["stay.id_number"], len(d.Documents), d.Round)
	}
}

// Of what came back some is accepted, some is asked for again; that goes into the request, and the new is compared with what
// stood when it was asked for.
func TestJudgedItemByItem(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person, id := w.applied("a@example.org")
	agent := w.account(access.Agent, "b@example.org")
	w.must(w.Move(ctx, agent, id, dossier.Act{Move: "ask", Picks: []dossier.Pick{{Path: "stay.id_number", Word: "?"}, {Path: "documents.electricity", Word: "?"}}}))
	verdicts := []dossier.Verdict{{Path: "stay.id_number"}, {Path: "documents.electricity", Again: true, Reason: "unreadable"}}
	if err := w.JudgeItems(ctx, agent, id, verdicts); fault.Of(err) != fault.Conflict {
		t.Fatalf("judged before it came back: %v", err)
	}
	step := w.open(person, id).Def.Form.StepOf("stay.id_number")
	_, err := w.Answer(ctx, person, id, dossier.Save{Step: step.ID, Posted: map[string][]string{"stay.id_number": {"YA7654321"}}})
	w.must(err)
	_, err = w.Attach(ctx, person, id, "documents.electricity", "facture.png", bytes.NewReader(picture()))
	w.must(err)
	w.must(w.Move(ctx, person, id, dossier.Act{Move: "complete"}))
	if err := w.JudgeItems(ctx, agent, id, []dossier.Verdict{{Path: "contact.phone"}}); fault.Key(err) != "ask.unknown_item" {
		t.Fatalf("judged what was not asked for: %v", err)
	}
	w.must(w.JudgeItems(ctx, agent, id, verdicts))
	f := w.read(agent, id)
	if f.Asked[0].Judgement != dossier.Accepted || f.Asked[1].Judgement != "again" {
		t.Errorf("%+v", f.Asked)
	}
	if p := f.InTheMaking("documents.electricity"); len(f.Request) != 1 || p == nil || p.Why != "unreadable" || !strings.Contains(p.Word, "illisible") {
		t.Errorf("in the making: %+v", f.Request)
	}
	if f.AskedWith["stay.id_number"][0] != "YA1234567" || f.Filed["stay.id_number"][0] != "YA7654321" {
		t.Errorf("before %v, after %v", f.AskedWith["stay.id_number"], f.Filed["stay.id_number"])
	}
	rejected := slices.IndexFunc(f.Documents, func(d dossier.Document) bool { return d.Judged.As == dossier.Rejected })
	if rejected < 0 || f.Documents[rejected].Path != "documents.electricity" || f.Documents[rejected].Superseded {
		t.Errorf("%+v", f.Documents)
	}
	if err := w.Move(ctx, agent, id, dossier.Act{Move: "admit"}); fault.Key(err) != "move.unmet" {
		t.Errorf("admitted with a rejected document: %v", err)
	}
	testkit.Covers(t, "RP-014")
}

// Two files at one place are judged apart: what one says in the request takes nothing away of the other, or of a colleague.
func TestFilesOfOneItemAreJudgedApart(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person := w.account(access.Person, "a@example.org")
	agent, colleague := w.account(access.Agent, "b@example.org"), w.account(access.Agent, "c@example.org")
	id := w.fill(person, testkit.PersonaNamed(t, "tenant"))
	const path = "documents.income_proofs"
	for _, name := range []string{"mars.png", "avril.png"} {
		_, err := w.Attach(ctx, person, id, path, name, bytes.NewReader(picture()))
		w.must(err)
	}
	w.must(w.Move(ctx, person, id, dossier.Act{Move: "submit", Accepted: []string{"truth"}}))
	w.must(w.Prepare(ctx, colleague, id, []dossier.Pick{{Path: path, Why: "missing", Word: "Il manque février."}}, nil))
	judge := func(name string, as dossier.Judgement, want string) {
		t.Helper()
		papers := w.read(agent, id).Documents
		i := slices.IndexFunc(papers, func(x dossier.Document) bool { return x.Name == name })
		w.must(w.Judge(ctx, agent, id, papers[i].ID, as))
		got := ""
		if p := w.read(agent, id).InTheMaking(path); p != nil {
			got = p.Word
		}
		if got != want {
			t.Errorf("%s %s: the request says %q, not %q", name, as.As, got, want)
		}
	}
	flow := w.Catalogue.Get(permit).Flow
	blurred, old := flow.Rejection("unreadable").Label.FR, flow.Rejection("expired").Label.FR
	rejected := dossier.Judgement{As: dossier.Rejected, Reason: "unreadable"}
	judge("mars.png", rejected, "Il manque février.\n"+blurred+" (mars.png)")
	judge("mars.png", rejected, "Il manque février.\n"+blurred+" (mars.png)") // said once
	judge("avril.png", rejected, "Il manque février.\n"+blurred+" (mars.png)\n"+blurred+" (avril.png)")
	judge("mars.png", dossier.Judgement{As: dossier.Rejected, Reason: "expired"}, "Il manque février.\n"+blurred+" (avril.png)\n"+old+" (mars.png)")
	judge("avril.png", dossier.Judgement{As: dossier.Accepted}, "Il manque février.\n"+old+" (mars.png)")
	judge("mars.png", dossier.Judgement{As: dossier.Accepted}, "Il manque février.")
	w.must(w.Prepare(ctx, colleague, id, nil, []string{path}))
	judge("mars.png", rejected, blurred+" (mars.png)")
	judge("mars.png", dossier.Judgement{As: dossier.Accepted}, "")
}

// A correction made by an agent at the counter is the agent's, in the journal and beside the old answer.
func TestCorrectionAtTheCounterIsTheAgents(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person, id := w.applied("a@example.org")
	agent := w.account(access.Agent, "b@example.org")
	correct := func(seen, now string) error {
		return w.Correct(ctx, agent, id, "stay.id_number", []string{seen}, map[string][]string{"stay.id_number": {now}})
	}
	if err := w.Correct(ctx, person, id, "stay.id_number", []string{"YA1234567"}, nil); fault.Of(err) != fault.NotFound {
		t.Fatalf("a person corrects as an agent does: %v", err)
	}
	if err := correct("YA0000000", "YA7654321"); fault.Key(err) != "dossier.stale" {
		t.Fatalf("what the agent did not see: %v", err)
	}
	if err := correct("YA1234567", "!"); fault.Key(err) != "move.missing" {
		t.Fatalf("an answer that cannot stand: %v", err)
	}
	w.must(correct("YA1234567", "YA7654321"))
	f := w.read(agent, id)
	last := f.History[len(f.History)-1]
	if last.Act != "correct" || last.Role != "authority" || last.ActorID != agent.AccountID || last.Detail["path"] != "stay.id_number" || last.Detail["stage"] != "filed" {
		t.Errorf("the journal says %+v", last)
	}
	if f.Filed["stay.id_number"][0] != "YA7654321" || f.Previous["stay.id_number"][0] != "YA1234567" || f.Sent() != 1 {
		t.Errorf("before %v, after %v, sent %d times", f.Previous["stay.id_number"], f.Filed["stay.id_number"], f.Sent())
	}
	w.must(w.Move(ctx, agent, id, dossier.Act{Move: "ask", Picks: []dossier.Pick{{Path: "contact.phone", Word: "?"}}}))
	if err := correct("YA7654321", "YA1111111"); fault.Key(err) != "dossier.frozen" {
		t.Fatalf("what was not asked for, while the person has it: %v", err)
	}
	phone := f.Filed["contact.phone"]
	w.must(w.Correct(ctx, agent, id, "contact.phone", phone, map[string][]string{"contact.phone": {"+37799999999"}}))
	w.must(w.Move(ctx, agent, id, dossier.Act{Move: "complete"}))
	f = w.read(agent, id)
	rows, _, err := w.Queue(ctx, agent, dossier.Filter{Procedure: permit, Limit: 10})
	w.must(err)
	if f.Sent() != 2 || rows[0].Sent != 2 {
		t.Errorf("sent %d times, in the queue %d", f.Sent(), rows[0].Sent)
	}
	if line := f.History[len(f.History)-2]; line.Detail["stage"] != "correction" || f.Filed["contact.phone"][0] != "+37799999999" {
		t.Errorf("%+v, %v", line, f.Filed["contact.phone"])
	}
}
