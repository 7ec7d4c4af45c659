package account_test

import (
	"testing"
	"time"

	"guichet/internal/testkit"
)

const day = 24 * time.Hour

// A password is told to grow old, once; then opens nothing; its owner chooses another by mail, and not the same.
func TestPasswordsAreRenewed(t *testing.T) {
	testkit.Covers(t, "RP-174", "DS-099")
	w := newWorld(t)
	w.Renewal = 365 * day
	w.person("zoe@example.com")
	w.pass(350 * day)
	if p := w.try("zoe@example.com", good); p != "" || len(w.mails()) != 1 {
		t.Fatalf("two weeks and a day before: %q, %d mails", p, len(w.mails()))
	}
	w.pass(2 * day)
	for range 2 {
		if p := w.try("zoe@example.com", good); p != "" {
			t.Fatal(p)
		}
	}
	if mails := w.mails(); len(mails) != 2 || mails[0].Subject != "Votre mot de passe est à renouveler" {
		t.Fatalf("warned %d times: %q", len(mails)-1, mails[0].Subject)
	}
	w.pass(13 * day)
	before := w.count("select count(*) from connection_log where act = 'sign_in'")
	if p := w.try("zoe@example.com", good); p != "password_aged" {
		t.Fatalf("after a year: %q", p)
	}
	if n := w.count("select count(*) from connection_log where act = 'sign_in'"); n != before {
		t.Error("an old password signs in")
	}
	token := w.token()
	if p, err := w.Reset(w.ctx, token, good); err != nil || p == nil || p.Key != "account.problem.password_same" {
		t.Fatalf("the same again: %+v, %v", p, err)
	}
	if p, err := w.Reset(w.ctx, token, other); err != nil || p != nil {
		t.Fatalf("%+v, %v", p, err)
	}
	if p := w.try("zoe@example.com", other); p != "" {
		t.Errorf("the new one: %q", p)
	}
	if p := w.try("zoe@example.com", good); p != "sign_in" {
		t.Errorf("the old one: %q", p)
	}
}

// Who does not know the password learns nothing of its age, and is sent nothing.
func TestAgeIsToldToItsOwnerAlone(t *testing.T) {
	w := newWorld(t)
	w.Renewal = 365 * day
	w.person("zoe@example.com")
	w.pass(400 * day)
	before := len(w.mails())
	if p := w.try("zoe@example.com", other); p != "sign_in" {
		t.Error(p)
	}
	if n := len(w.mails()); n != before {
		t.Errorf("%d mails for a guess", n-before)
	}
	w.Renewal = 0
	if p := w.try("zoe@example.com", good); p != "" {
		t.Errorf("without a period: %q", p)
	}
}
