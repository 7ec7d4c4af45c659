package stage_test

import (
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/internal/fault"
	"guichet/internal/testkit/stage"
)

var tenLetters = regexp.MustCompile(`[2-9A-HJ-NP-Z]{5}-[2-9A-HJ-NP-Z]{5}`)

// Who cannot sign in proves who they are by the reference of their dossier and a code to their proven address: once, for ten
// minutes, with their own reference alone; and nothing tells whether a reference exists.
func TestAReferenceAndACodeProveOnceWhoOneIs(t *testing.T) {
	a, f, _ := filed(t)
	ctx := t.Context()
	ask := func(reference string) string {
		t.Helper()
		if err := a.Accounts.AskCode(ctx, "rights-request", reference); err != nil {
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
	if err := a.Accounts.AskCode(ctx, "residence-permit", reference); err != nil || len(a.Mails(applicant)) != before {
		t.Fatalf("a dossier of the same procedure proves: %v", err) // anybody may send one in anybody's name
	}
	first := ask(reference)
	if id, err := a.Accounts.ProveByCode(ctx, "residence-permit", reference, first); fault.Of(err) != fault.NotFound || id != 0 {
		t.Fatalf("a dossier of the same procedure proves with its code: %v", err)
	}
	if m := a.Mails(applicant)[0]; first == "" || regexp.MustCompile(`Bianchi|`+reference).MatchString(m.Subject+m.Body) {
		t.Fatalf("the mail says %q", m.Body)
	}
	for _, wrong := range [][2]string{{reference, "AAAAA-AAAAA"}, {reference, ""}, {"CS-2026-2222-2222", first}, {"", first}} {
		if id, err := a.Accounts.ProveByCode(ctx, "rights-request", wrong[0], wrong[1]); fault.Of(err) != fault.NotFound || fault.Key(err) != "account.problem.link" || id != 0 {
			t.Errorf("%v proves %d: %v", wrong, id, err)
		}
	}
	second := ask(" " + reference + " ")
	sent := len(a.Mails(applicant))
	ask(reference)
	if now := len(a.Mails(applicant)); now != sent {
		t.Error("a third code goes out within ten minutes")
	}
	// Whoever has read the reference may ask as often as they like: the codes in the person's mailbox are as good as before.
	if id, err := a.Accounts.ProveByCode(ctx, "rights-request", reference, first); err != nil || id != f.Opened().OwnerID {
		t.Errorf("asking again has killed a code: %v", err)
	}
	won := make([]bool, 50)
	var race sync.WaitGroup
	for i := range won {
		race.Go(func() {
			id, err := a.Accounts.ProveByCode(ctx, "rights-request", reference, second)
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
	a.Clock.Advance(10*time.Minute + time.Second)
	third := ask(reference)
	if third == second {
		t.Fatal("no code goes out any more")
	}
	a.Clock.Advance(10*time.Minute + time.Second)
	if _, err := a.Accounts.ProveByCode(ctx, "rights-request", reference, third); fault.Of(err) != fault.NotFound {
		t.Errorf("a code of ten minutes ago: %v", err)
	}
	t.Run("on a request", func(t *testing.T) { provesOnRequest(t, a, f) })
}

// provesOnRequest makes a request without an account, on which its person proves who they are by the dossier f.
func provesOnRequest(t *testing.T, a *stage.App, f *stage.Filing) {
	request := asked(t, a, "fr", "access")
	other := f.Opened().Reference
	request.Get(request.Path("")).Shows("Prouver qui vous êtes par un autre de vos dossiers")
	name := func(reference string) *stage.Page {
		return request.Get(request.Path("/identity")).Form("identity").Set("reference", reference).Submit("")
	}
	name(" ").Want(http.StatusUnprocessableEntity).Shows("Donnez la référence d’un autre de vos dossiers")
	name(strings.ToLower(request.Opened().Reference)).Want(http.StatusUnprocessableEntity).Shows("C’est la référence de cette demande")
	sent := len(a.Mails(applicant))
	unknown := name("CS-2026-2222-2222").Want(http.StatusOK).Text()
	if n := len(a.Mails(applicant)); n != sent {
		t.Fatalf("a reference of nothing is written about: %d mails", n-sent)
	}
	if known := name(other).Want(http.StatusOK).Text(); strings.ReplaceAll(known, other, "") != strings.ReplaceAll(unknown, "CS-2026-2222-2222", "") {
		t.Error("the page tells whether there is such a dossier")
	}
	code := tenLetters.FindString(a.Mails(applicant)[0].Body)
	enter := func(from *stage.Filing, code string) *stage.Page {
		return from.Get(from.Path("/identity/code")).Form("identity-code").Set("reference", other).Set("code", code).Submit("")
	}
	enter(request, "AAAAA-AAAAA").Want(http.StatusUnprocessableEntity).Shows("Ce code ne convient pas")
	agent := a.Hire("lectrice@example.org", "fr", "legal_cell")
	if agent.Get("/dossier/" + request.ID).Says("A donné la référence d’un autre dossier") {
		t.Error("a wrong code proves")
	}
	enter(request, strings.ToLower(code)).Want(http.StatusOK).Shows("C’est noté")
	agent.Get("/dossier/" + request.ID).Shows("A donné la référence d’un autre dossier").Shows(other)
	enter(request, code).Want(http.StatusUnprocessableEntity)
	if n := count(t, a, "select count(*) from journal_entry where act = 'identity_proven'"); n != 1 {
		t.Errorf("%d proofs are noted", n)
	}
	request.Get(request.Path("/move/withdraw")).Form("/move/withdraw").Submit("")
	if request.Get(request.Path("")).Says("Prouver qui vous êtes") {
		t.Error("it can be proven on a request that has ended")
	}
	request.Try(request.Path("/identity")).Want(http.StatusNotFound)
}
