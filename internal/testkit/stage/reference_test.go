package stage_test

import (
	"regexp"
	"sync"
	"testing"
	"time"

	"guichet/internal/fault"
)

var tenLetters = regexp.MustCompile(`[2-9A-HJ-NP-Z]{5}-[2-9A-HJ-NP-Z]{5}`)

// Who cannot sign in proves who they are by the reference of their dossier and a code to their proven address: once, for a quarter
// of an hour, with their own reference alone; and nothing tells whether a reference exists.
func TestAReferenceAndACodeProveOnceWhoOneIs(t *testing.T) {
	a, f, _ := filed(t)
	ctx := t.Context()
	ask := func(reference string) string {
		t.Helper()
		if err := a.Accounts.AskCode(ctx, reference); err != nil {
			t.Fatal(err)
		}
		return tenLetters.FindString(a.Mails(applicant)[0].Body)
	}
	reference := f.Opened().Reference
	before := len(a.Mails(applicant))
	ask("CS-2026-2222-2222")
	if n := len(a.Mails(applicant)); n != before {
		t.Fatalf("a reference that names nothing is written about: %d mails", n-before)
	}
	first := ask(reference)
	if m := a.Mails(applicant)[0]; first == "" || regexp.MustCompile(`Bianchi|`+reference).MatchString(m.Subject+m.Body) {
		t.Fatalf("the mail says %q", m.Body)
	}
	for _, wrong := range [][2]string{{reference, "AAAAA-AAAAA"}, {reference, ""}, {"CS-2026-2222-2222", first}, {"", first}} {
		if id, err := a.Accounts.ProveByCode(ctx, wrong[0], wrong[1]); fault.Of(err) != fault.NotFound || fault.Key(err) != "account.problem.link" || id != 0 {
			t.Errorf("%v proves %d: %v", wrong, id, err)
		}
	}
	second := ask(" " + reference + " ")
	sent := len(a.Mails(applicant))
	ask(reference)
	if now := len(a.Mails(applicant)); now != sent {
		t.Error("a third code goes out within a quarter of an hour")
	}
	// Whoever has read the reference may ask as often as they like: the codes in the person's mailbox are as good as before.
	if id, err := a.Accounts.ProveByCode(ctx, reference, first); err != nil || id != f.Opened().OwnerID {
		t.Errorf("asking again has killed a code: %v", err)
	}
	won := make([]bool, 50)
	var race sync.WaitGroup
	for i := range won {
		race.Go(func() {
			id, err := a.Accounts.ProveByCode(ctx, reference, second)
			won[i] = err == nil && id == f.Opened().OwnerID
		})
	}
	race.Wait()
	n := 0
	for _, w := range won {
		if w {
			n++
		}
	}
	if n != 1 {
		t.Errorf("one code proves %d times", n)
	}
	a.Clock.Advance(15*time.Minute + time.Second)
	third := ask(reference)
	if third == second {
		t.Fatal("no code goes out any more")
	}
	a.Clock.Advance(15*time.Minute + time.Second)
	if _, err := a.Accounts.ProveByCode(ctx, reference, third); fault.Of(err) != fault.NotFound {
		t.Errorf("a code of a quarter of an hour ago: %v", err)
	}
}
