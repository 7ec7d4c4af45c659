package stage_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"guichet/internal/dossier"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// utc is an instant as a clock in Greenwich shows it.
func utc(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// People are told before their data go, of the day, and can take all of it with them: with an account and without one. Not a
// second early they are told, nor does anything go; who administers sees what goes, why, and what is held back.
func TestPeopleAreToldBeforeTheirDataGo(t *testing.T) {
	testkit.Covers(t, "RP-184", "DS-116")
	a, f, _ := filed(t)
	d := f.Opened()
	if err := a.Office.Move(t.Context(), actorOf(t, a, applicant), f.ID, dossier.Act{Move: "cancel_by_user"}); err != nil {
		t.Fatal(err)
	}
	guest := asked(t, a, "fr", "access")
	reference := guest.Opened().Reference
	page := guest.Get(guest.Path("")).Follow("/move/withdraw").Form("/move/withdraw").Submit("").Want(200)
	page.Shows("Garder une copie de ce dossier")
	working := asked(t, a, "fr", "access") // nobody ever closes it
	told := func(to string) (out []string) {
		t.Helper()
		a.Tidy()
		for _, m := range a.Mails(to) {
			if strings.Contains(m.Subject, "effacé") {
				out = append(out, strings.ReplaceAll(m.Subject+"\n"+m.Body, "\u00a0", " "))
			}
		}
		return out
	}
	a.Administrator("admin@example.org")

	a.Clock.Set(utc(t, "2027-02-06T22:59:59Z"))
	if m := told(applicant); len(m) != 0 {
		t.Fatalf("told a second early: %q", m)
	}
	a.Clock.Advance(time.Second)
	told(applicant)
	if m := told(applicant); len(m) != 1 || !strings.Contains(m[0], "21 février 2027") || !strings.Contains(m[0], d.Reference) || strings.Contains(m[0], "Bianchi") {
		t.Fatalf("two weeks before: %q", m)
	}
	admin := a.SignIn(stage.Agents, "admin@example.org", "fr")
	row := admin.Get("/processing").Follow("/ending").Shows("21 février 2027").Shows(a.Definition().Title.FR).Shows("Identité").
		Shows("conservées sur le téléservice 3 mois").Shows("2 000 dossiers").Shows("Rien n’est retenu")
	if found, err := a.Keeper.Foresee(t.Context(), a.Clock.Now().AddDate(0, 0, 30)); err != nil || len(found) != 1 || row.Says("21 mars") {
		t.Errorf("the command sees %+v, %v", found, err)
	}
	exec := func(sql string, args ...any) {
		t.Helper()
		if _, err := a.Store.Pool().Exec(t.Context(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	exec("update ending set rule = 'of_before' where dossier_id = $1", d.ID)
	admin.Get("/ending").Shows("of_before").Shows("Sur une règle qui n’est plus en vigueur").Shows("21 février 2027")
	exec("update ending set rule = 'dossier' where dossier_id = $1", d.ID)
	a.SignIn(stage.Agents, "agent@example.org", "fr").Try("/ending").Want(http.StatusForbidden)
	mine := a.SignIn(stage.Applicants, applicant, "fr")
	mine.Get(f.Path("")).Shows("21 février 2027")
	takes(t, mine, f.Path(""), d.Reference, "Bianchi")

	a.Clock.Set(utc(t, "2027-02-20T22:59:59Z"))
	a.Tidy()
	if n := count(t, a, "select count(*) from dossier where public_id = $1", f.ID); n != 1 {
		t.Fatal("gone a second early")
	}
	a.Clock.Advance(time.Second)
	a.Tidy()
	if n := count(t, a, "select count(*) from dossier where public_id = $1", f.ID); n != 0 {
		t.Error("still there")
	}
	a.SignIn(stage.Agents, "admin@example.org", "fr").Get("/ending").Shows("Derniers effacements certifiés").Shows("Identité")

	a.Clock.Set(utc(t, "2029-10-21T21:59:59Z"))
	if m := told(requester); len(m) != 0 {
		t.Fatalf("told a second early: %q", m)
	}
	a.Clock.Advance(time.Second)
	told(requester)
	if m := told(requester); len(m) != 1 || !strings.Contains(m[0], "20 novembre 2029") && !strings.Contains(m[0], "21 novembre 2029") || !strings.Contains(m[0], "/follow") || strings.Contains(m[0], "Martin") {
		t.Fatalf("a month before: %q", m)
	}
	back := a.Visit(stage.Applicants, "fr")
	back.Get("/follow").Form("follow").Set("reference", reference).Submit("").Want(200)
	code := tenLetters.FindString(a.Mails(requester)[0].Body)
	back.Get("/follow/code").Form("follow-code").Set("reference", reference).Set("code", code).Submit("").Want(200)
	takes(t, back, guest.Path(""), reference, "Zoé") // the words of the form alone went after two years
	a.SignIn(stage.Applicants, applicant, "fr").Try(guest.Path("/copy.json")).Want(http.StatusNotFound)
	if p := a.Visit(stage.Applicants, "fr").Get(guest.Path("/copy.pdf")); bytes.HasPrefix(p.Body, []byte("%PDF")) {
		t.Error("a stranger takes a copy")
	}

	a.Clock.Set(utc(t, "2029-11-20T22:59:59Z"))
	a.Tidy()
	if n := count(t, a, "select count(*) from dossier where public_id = $1", guest.ID); n != 1 {
		t.Fatal("the request went a second early")
	}
	a.SignIn(stage.Agents, "admin@example.org", "fr").Get("/ending").Shows("encore traité").Shows("21 novembre 2029")
	a.Clock.Advance(time.Second)
	a.Tidy()
	if n := count(t, a, "select count(*) from dossier where public_id = $1", guest.ID); n != 0 {
		t.Error("the request is still there")
	}
	if n := count(t, a, "select count(*) from dossier where public_id = $1", working.ID); n != 1 {
		t.Error("what is worked on went")
	}
	for _, r := range a.Site.Agents.Routes() { // nobody hastens or holds an erasure: where somebody could, it would take two
		if strings.HasPrefix(r.Pattern, "/ending") && r.Method != http.MethodGet {
			t.Errorf("%s %s changes what goes", r.Method, r.Pattern)
		}
	}
}

// takes fetches the copies that a dossier's page offers.
func takes(t *testing.T, b *stage.Browser, at, reference, words string) {
	t.Helper()
	if pdf := b.Get(at).Follow("/copy.pdf").Want(200).Body; !bytes.HasPrefix(pdf, []byte("%PDF")) {
		t.Error("the copy to read is no PDF")
	}
	var got struct {
		Format  string
		Dossier struct {
			Reference, Part string
			Answers         []struct{ Value string }
			Messages        []any
		}
	}
	body := b.Get(at).Follow("/copy.json").Want(200).Body
	if err := json.Unmarshal(body, &got); err != nil || got.Dossier.Reference != reference || got.Dossier.Part != "own" || len(got.Dossier.Answers) == 0 || len(got.Dossier.Messages) == 0 || !bytes.Contains(body, []byte(words)) {
		t.Errorf("the copy holds %s, %v", body, err)
	}
}
