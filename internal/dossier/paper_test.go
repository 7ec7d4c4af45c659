package dossier_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/testkit"
)

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

// paperAt is the standing document of a field.
func (w *world) paperAt(a access.Actor, id, path string) string {
	w.t.Helper()
	d := w.open(a, id)
	i := slices.IndexFunc(d.Documents, func(x dossier.Attached) bool { return x.Path == path })
	if i < 0 {
		w.t.Fatalf("no document %s", path)
	}
	return d.Documents[i].ID
}

// The rules of the definition run when a document is sent, and again at the decision.
func TestValidityAtSubmissionAndAtDecision(t *testing.T) {
	w := newWorld(t) // on 20 November 2026
	ctx := t.Context()
	person, agent := w.account(access.Person, "a@example.org"), w.account(access.Agent, "b@example.org")
	id := w.fill(person, testkit.PersonaNamed(t, "tenant"))
	submit := func() error { return w.Move(ctx, person, id, dossier.Act{Move: "submit", Accepted: []string{"truth"}}) }
	tell := func(path string, told dossier.Told) {
		t.Helper()
		w.must(w.Describe(ctx, person, id, w.paperAt(person, id, path), told))
	}
	tell("documents.electricity", dossier.Told{Issued: day("2026-08-19")})
	if err := submit(); fault.Key(err) != "move.unmet" {
		t.Fatalf("sent with a bill of more than three months: %v", err)
	}
	tell("documents.electricity", dossier.Told{Issued: day("2026-08-20")})
	tell("documents.birth_certificate", dossier.Told{Language: "other"})
	if err := submit(); fault.Key(err) != "move.unmet" {
		t.Fatalf("sent without a translation: %v", err)
	}
	translation, err := w.Attach(ctx, person, id, "documents.birth_certificate", "traduction.png", bytes.NewReader(picture()))
	w.must(err)
	w.must(w.Describe(ctx, person, id, translation, dossier.Told{Language: "fr"}))
	if err := w.Describe(ctx, person, id, translation, dossier.Told{Language: "elvish"}); fault.Key(err) != "document.language" {
		t.Fatalf("a language of no list: %v", err)
	}
	if err := w.Describe(ctx, agent, id, translation, dossier.Told{}); fault.Of(err) != fault.NotFound {
		t.Fatalf("told by somebody else: %v", err)
	}
	tell("documents.holder_identity", dossier.Told{Expires: day("2026-12-01")})
	w.must(submit())
	if err := w.Describe(ctx, person, id, translation, dossier.Told{}); fault.Key(err) != "dossier.not_open" {
		t.Fatalf("told after it was sent: %v", err)
	}
	w.must(w.Move(ctx, agent, id, dossier.Act{Move: "admit"}))
	w.now = w.now.AddDate(0, 4, 0) // the bill was young when it was sent; the passport has ended
	accept := func() error { return w.Move(ctx, agent, id, dossier.Act{Move: "accept"}) }
	if err := accept(); fault.Key(err) != "move.unmet" {
		t.Fatalf("accepted with a passport that has ended: %v", err)
	}
	f := w.read(agent, id)
	spoilt := f.Spoilt(f.Journey(nil, w.now), f.Documents, w.now)
	if len(spoilt) != 1 || spoilt[0].Path != "documents.holder_identity" {
		t.Fatalf("%d documents are not valid", len(spoilt))
	}
	w.must(w.Judge(ctx, agent, id, spoilt[0].ID, dossier.Judgement{As: dossier.Accepted, Told: spoilt[0].Told}))
	w.must(accept()) // the agent knew, and says so
}

// What was valid when an agent accepted it is judged again at the decision.
func TestAcceptedDocumentThatEndsBlocksLater(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person, id := w.applied("a@example.org")
	agent := w.account(access.Agent, "b@example.org")
	passport := w.paperAt(person, id, "documents.holder_identity")
	w.must(w.Judge(ctx, agent, id, passport, dossier.Judgement{As: dossier.Accepted, Told: dossier.Told{Expires: day("2026-12-01")}}))
	w.must(w.Move(ctx, agent, id, dossier.Act{Move: "admit"}))
	w.now = day("2026-12-02")
	if err := w.Move(ctx, agent, id, dossier.Act{Move: "accept"}); fault.Key(err) != "move.unmet" {
		t.Fatalf("accepted with a passport that has ended since: %v", err)
	}
	w.must(w.Judge(ctx, agent, id, passport, dossier.Judgement{As: dossier.Accepted, Told: dossier.Told{Expires: day("2030-12-01")}}))
	w.must(w.Move(ctx, agent, id, dossier.Act{Move: "accept"}))
}

// A rejected document goes into the request with the definition's words, and leaves it when it is accepted after all.
func TestRejectedDocumentIsAskedForAgain(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person, id := w.applied("a@example.org")
	agent := w.account(access.Agent, "b@example.org")
	bill := w.paperAt(person, id, "documents.electricity")
	for _, as := range []dossier.Judgement{{As: "fine"}, {As: dossier.Rejected}, {As: dossier.Rejected, Reason: "ugly"}, {As: dossier.Accepted, Reason: "other"}} {
		if err := w.Judge(ctx, agent, id, bill, as); fault.Key(err) != "document.judgement" {
			t.Errorf("%+v: %v", as, err)
		}
	}
	if err := w.Judge(ctx, person, id, bill, dossier.Judgement{As: dossier.Accepted}); fault.Of(err) != fault.NotFound {
		t.Errorf("judged by its person: %v", err)
	}
	w.must(w.Judge(ctx, agent, id, bill, dossier.Judgement{As: dossier.Rejected, Reason: "too_old"}))
	f := w.read(agent, id)
	if p := f.InTheMaking("documents.electricity"); p == nil || p.Why != "expired" || p.Word != "Le document est trop ancien." {
		t.Fatalf("in the making: %+v", f.Request)
	}
	w.must(w.Judge(ctx, agent, id, bill, dossier.Judgement{As: dossier.Accepted}))
	if f := w.read(agent, id); len(f.Request) != 0 {
		t.Errorf("still in the making: %+v", f.Request)
	}
	w.must(w.Move(ctx, agent, id, dossier.Act{Move: "admit"}))
}
