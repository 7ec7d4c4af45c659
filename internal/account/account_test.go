package account_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"guichet/internal/strength"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/fault"
	"guichet/internal/testkit"
	"guichet/internal/text"
)

func TestRegisterConfirmSignIn(t *testing.T) {
	w := newWorld(t)
	if p := w.register(" Zoe@Example.com ", good); len(p) > 0 {
		t.Fatal(p[0].Key)
	}
	if got := w.try("zoe@example.com", good); got != "unconfirmed" {
		t.Errorf("before the confirmation: %q", got)
	}
	token := w.token()
	in, problem, err := w.Confirm(w.ctx, token, good)
	must(t, err)
	if problem != nil || in.Account == 0 {
		t.Fatal(problem)
	}
	if got := w.try("ZOE@example.COM", good); got != "" {
		t.Error(got)
	}
	p, lang, err := w.Profile(w.ctx, in.Account)
	must(t, err)
	if p.Email != "Zoe@Example.com" || lang != text.FR {
		t.Errorf("%+v %s", p, lang)
	}
	if _, _, err := w.Confirm(w.ctx, token, good); fault.Of(err) != fault.NotFound {
		t.Errorf("the link works twice: %v", err)
	}
}

// RP-035: no account without the terms, and what was agreed to is kept.
func TestTermsAreKept_RP_035(t *testing.T) {
	w := newWorld(t)
	problems, err := w.Register(w.ctx, account.Registration{Email: "zoe@example.com", Password: good})
	must(t, err)
	if len(problems) != 1 || problems[0].Field != "terms" {
		t.Fatalf("%+v", problems)
	}
	if n := w.count("select count(*) from account"); n != 0 {
		t.Error("an account without terms")
	}
	w.person("zoe@example.com")
	if n := w.count("select count(*) from consent c join notice_text n on n.hash = c.text_hash where c.notice = 'terms' and n.text = 'Les conditions' and n.hash = sha256(n.text::bytea)"); n != 1 {
		t.Errorf("%d consents", n)
	}
}

// A file of breached passwords that broke keeps nobody out: the other rules hold, and the log says so.
func TestABrokenBreachedFileKeepsNobodyOut(t *testing.T) {
	w := newWorld(t)
	path := filepath.Join(t.TempDir(), "list")
	write := func(content string) {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(strings.Repeat("0", 40) + "\n")
	b, err := strength.OpenBreached(path)
	must(t, err)
	t.Cleanup(func() { _ = b.Close() })
	var log strings.Builder
	w.Breached, w.Log = b, slog.New(slog.NewTextHandler(&log, nil))
	write("no list\n")
	if p := w.register("zoe@example.com", good); len(p) != 0 || !strings.Contains(log.String(), "breached") {
		t.Errorf("%+v, the log says %q", p, log.String())
	}
	if p := w.register("max@example.com", "motdepasse12"); len(p) != 1 {
		t.Errorf("the other rules: %+v", p)
	}
	known, err := strength.Open(fstest.MapFS{}, "girafe-tambour-42-violet") // of a list that has names and words too
	if err == nil {
		t.Fatal("a list that is not there is opened")
	}
	w.Passwords = known
	if p := w.register("eva@example.com", "Girafe-Tambour-42-Violet"); len(p) != 1 || p[0].Key != "account.problem.password_common" {
		t.Errorf("a word of the list: %+v", p)
	}
}

func TestPasswordRules_ASVS_6_2(t *testing.T) {
	testkit.Asvs(t, "6.2.1", "6.2.8", "6.2.9", "6.2.11")
	w := newWorld(t)
	for password, want := range map[string]string{
		"": "password_missing", "court": "password_short", "motdepasse12": "password_weak", "aaaaaaaaaaaaaaaa": "password_weak",
		"zoe@example.com": "password_weak", strings.Repeat("girafe violette ", 20): "password_long", "123456789012": "password_weak",
		"azertyuiopq23": "password_weak", "bonjour2026!!": "password_weak", "zoe.example.2026": "password_weak",
	} {
		p := w.register("zoe@example.com", password)
		if len(p) != 1 || p[0].Field != "password" || p[0].Key != "account.problem."+want {
			t.Errorf("%q: %+v, want %s", password, p, want)
		}
	}
	start := time.Now()
	w.register("zoe@example.com", strings.Repeat("a", 250))
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("a long password took %s", took)
	}
	long := strings.Repeat("girafe 7 violette ", 7) + "é"
	if p := w.register("long@example.com", long); len(p) != 0 {
		t.Fatalf("%d characters: %+v", len(long), p[0])
	}
	if _, _, err := w.Confirm(w.ctx, w.token(), long[:64]); err != nil {
		t.Error(err)
	}
	if n := w.count("select count(*) from account where state = 'active'"); n != 0 {
		t.Error("a password is cut off")
	}
}

func TestEmails(t *testing.T) {
	w := newWorld(t)
	for _, email := range []string{"", "zoe", "zoe@", "@example.com", "zoe@localhost", "a b@example.com", "Zoé <zoe@example.com>", "zoe@example.com,all@example.com", "zoe@example.com\r\nBcc: x@example.com", strings.Repeat("a", 250) + "@example.com"} {
		if p := w.register(email, good); len(p) != 1 || p[0].Field != "email" {
			t.Errorf("%q: %+v", email, p)
		}
	}
}

// Nobody learns from the page whether an address has an account; its owner learns it from the mail.
func TestRegisterTellsNothing_ASVS_6_3_8(t *testing.T) {
	w := newWorld(t)
	w.person("zoe@example.com")
	before := len(w.mails())
	if p := w.register("zoe@example.com", other); len(p) != 0 {
		t.Errorf("%+v", p)
	}
	mails := w.mails()
	if len(mails) != before+1 || mails[0].Subject != "Vous avez déjà un compte" {
		t.Errorf("%+v", mails[0])
	}
	if w.try("zoe@example.com", other) == "" || w.try("zoe@example.com", good) != "" {
		t.Error("registering again changed the password")
	}
}

// A stranger who registers somebody's address beforehand, or again, does not get in when its owner confirms.
func TestConfirmNeedsThePassword(t *testing.T) {
	w := newWorld(t)
	w.register("zoe@example.com", good)
	w.mails()
	w.register("zoe@example.com", other) // the stranger
	_, problem, err := w.Confirm(w.ctx, w.token(), good)
	must(t, err)
	if problem == nil {
		t.Fatal("confirmed with another password than the one kept")
	}
	if got := w.try("zoe@example.com", other); got != "unconfirmed" {
		t.Errorf("the stranger: %q", got)
	}
	p, err := w.Forgotten(w.ctx, access.Person, "zoe@example.com")
	must(t, err)
	if p != nil {
		t.Fatal(p)
	}
	if p, err = w.Reset(w.ctx, w.token(), good+"!"); err != nil || p != nil {
		t.Fatal(p, err)
	}
	if got := w.try("zoe@example.com", good+"!"); got != "" {
		t.Error(got)
	}
}

func TestLinksRunOut_ASVS_6_4_1_6_5_1_6_5_5(t *testing.T) {
	w := newWorld(t)
	w.person("zoe@example.com")
	for _, wait := range []time.Duration{10*time.Minute - time.Second, 10 * time.Minute} {
		_, err := w.Forgotten(w.ctx, access.Person, "zoe@example.com")
		must(t, err)
		token := w.token()
		w.pass(wait)
		works, err := w.LinkWorks(w.ctx, account.ResetPath, token)
		must(t, err)
		if works != (wait < 10*time.Minute) {
			t.Errorf("after %s: %v", wait, works)
		}
		if _, err := w.Reset(w.ctx, token, other); (err == nil) != works {
			t.Errorf("after %s: %v", wait, err)
		}
	}
	_, err := w.Forgotten(w.ctx, access.Person, "zoe@example.com")
	must(t, err)
	first := w.token()
	_, err = w.Forgotten(w.ctx, access.Person, "zoe@example.com")
	must(t, err)
	w.token()
	if works, _ := w.LinkWorks(w.ctx, account.ResetPath, first); works {
		t.Error("an older link still works")
	}
	if works, _ := w.LinkWorks(w.ctx, account.ConfirmPath, w.token()); works {
		t.Error("a link works for another purpose")
	}
}

func TestFiftyUsesOfOneLink_ASVS_6_5_1(t *testing.T) {
	w := newWorld(t)
	w.person("zoe@example.com")
	_, err := w.Forgotten(w.ctx, access.Person, "zoe@example.com")
	must(t, err)
	token := w.token()
	var done atomic.Int32
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			p, err := w.Reset(w.ctx, token, other)
			if err == nil && p == nil {
				done.Add(1)
			} else if fault.Of(err) != fault.NotFound && (p == nil || p.Key != "account.problem.password_same") { // who is just too late has the password of who was not
				t.Error(p, err)
			}
		})
	}
	wg.Wait()
	if done.Load() != 1 {
		t.Errorf("%d of 50 succeeded", done.Load())
	}
}

func TestResetEndsSessionsAndTells_ASVS_6_3_7(t *testing.T) {
	w := newWorld(t)
	id := w.person("zoe@example.com")
	must(t, w.SaveSession(w.ctx, account.Session{Hash: [32]byte{1}, Data: []byte{1}, Created: w.now(), Seen: w.now(), Expires: w.now().Add(time.Hour), Actor: access.Actor{AccountID: id}}))
	_, err := w.Forgotten(w.ctx, access.Person, "zoe@example.com")
	must(t, err)
	if p, err := w.Reset(w.ctx, w.token(), other); p != nil || err != nil {
		t.Fatal(p, err)
	}
	if _, ok, _ := w.FindSession(w.ctx, [32]byte{1}, w.now()); ok {
		t.Error("a session outlives the password")
	}
	if mails := w.mails(); mails[0].Subject != "Votre mot de passe a changé" {
		t.Error(mails[0].Subject)
	}
	if w.try("zoe@example.com", good) == "" || w.try("zoe@example.com", other) != "" {
		t.Error("the old password counts")
	}
}

func TestForgottenForNobodySendsNothing_ASVS_6_3_8(t *testing.T) {
	w := newWorld(t)
	p, err := w.Forgotten(w.ctx, access.Person, "nobody@example.com")
	if p != nil || err != nil {
		t.Error(p, err)
	}
	if n := len(w.mails()); n != 0 {
		t.Errorf("%d mails", n)
	}
}

// 1,000 wrong guesses in an hour: ten are looked at; the owner gets in after the wait, or at once by a reset.
func TestThrottling_ASVS_6_3_1(t *testing.T) {
	w := newWorld(t)
	w.person("zoe@example.com")
	for _, email := range []string{"zoe@example.com", "nobody@example.com"} {
		looked := 0
		for range 1000 {
			switch got := w.try(email, "faux"); got {
			case "sign_in":
				looked++
			case "throttled":
			default:
				t.Fatal(got)
			}
			w.pass(3600 * time.Millisecond)
		}
		if looked > 10 || looked < 5 {
			t.Errorf("%s: %d guesses were looked at", email, looked)
		}
	}
	w.try("zoe@example.com", "faux")
	if got := w.try("zoe@example.com", good); got != "throttled" {
		t.Errorf("right password at once: %q", got)
	}
	w.pass(15 * time.Minute)
	if got := w.try("zoe@example.com", good); got != "" {
		t.Errorf("after the wait: %q", got)
	}
	if got := w.try("zoe@example.com", "faux"); got != "sign_in" {
		t.Errorf("success does not forget the failures: %q", got)
	}
}

func TestParallelGuessesAreCounted_ASVS_6_3_1(t *testing.T) {
	w := newWorld(t)
	w.person("zoe@example.com")
	var looked atomic.Int32
	var wg sync.WaitGroup
	for range 30 {
		wg.Go(func() {
			if w.try("zoe@example.com", "faux") == "sign_in" {
				looked.Add(1)
			}
		})
	}
	wg.Wait()
	if looked.Load() != 3 {
		t.Errorf("%d guesses were looked at, want 3", looked.Load())
	}
}

func TestSignInKeepsKindsApart(t *testing.T) {
	w := newWorld(t)
	w.person("zoe@example.com")
	if _, problem, err := w.SignIn(w.ctx, access.Agent, "zoe@example.com", good); err != nil || problem == nil {
		t.Error("a person signed in as an agent", err)
	}
}

func TestChangePassword_ASVS_6_2_2_6_2_3(t *testing.T) {
	w := newWorld(t)
	id := w.person("zoe@example.com")
	p, err := w.ChangePassword(w.ctx, id, "faux", other)
	must(t, err)
	if p == nil || p.Field != "old" {
		t.Error(p)
	}
	if p, err = w.ChangePassword(w.ctx, id, good, other); p != nil || err != nil {
		t.Error(p, err)
	}
	if w.try("zoe@example.com", other) != "" {
		t.Error("the new password does not count")
	}
}

func TestConnectionLog_RP_123(t *testing.T) {
	w := newWorld(t)
	id := w.person("zoe@example.com")
	w.try("zoe@example.com", "faux")
	w.try("zoe@example.com", good)
	must(t, w.SignOut(w.ctx, access.Actor{AccountID: id, Kind: access.Person}))
	lines, err := w.Connections(w.ctx, id, 0)
	must(t, err)
	var acts []string
	for _, l := range lines {
		acts = append(acts, l.Act)
	}
	if got := strings.Join(acts, " "); got != "sign_out sign_in sign_in_attempt sign_in_attempt sign_in confirm sign_in_attempt register" {
		t.Error(got)
	}
}

// Neither table nor queue holds an address, a name or a link.
func TestDatabaseNamesNobody(t *testing.T) {
	w := newWorld(t)
	id := w.person("zoe-canary@example.com")
	must(t, w.SetNames(w.ctx, id, "Canarienne", "Zoé"))
	_, err := w.Forgotten(w.ctx, access.Person, "zoe-canary@example.com")
	must(t, err)
	token := w.token()
	for _, table := range []string{"account", "account_token", "mail", "jobs.river_job", "connection_log", "consent"} {
		var dump string
		must(t, w.Store.Pool().QueryRow(w.ctx, "select coalesce(string_agg(x::text, ' '), '') from "+table+" x").Scan(&dump))
		for _, canary := range []string{"canary", "Canarienne", token, good} {
			if strings.Contains(dump, canary) {
				t.Errorf("%s holds %s", table, canary)
			}
		}
	}
	if p, _, err := w.Profile(w.ctx, id); err != nil || p.Shown() != "Zoé Canarienne" {
		t.Error(p, err)
	}
}
