package account_test

import (
	"regexp"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/fault"
	"guichet/internal/notify"
	"guichet/internal/testkit"
)

const (
	zoe  = "zoe@example.com"
	mimi = "mimi@example.org"
)

var moveLink = regexp.MustCompile(`https://\S+/email/(confirm|keep)/(\S+)`)

// to gives the newest mail to an address, and the token of its link if it has one of these.
func (w *world) to(email string) (m notify.Received, token string) {
	w.t.Helper()
	for _, m := range w.mails() {
		if m.To != email {
			continue
		}
		if l := moveLink.FindStringSubmatch(m.Body); l != nil {
			token = l[2]
		}
		return m, token
	}
	w.t.Fatalf("no mail to %s", email)
	return m, ""
}

func (w *world) asks(id int64, email, want string) {
	w.t.Helper()
	problem, err := w.ChangeEmail(w.ctx, id, email)
	must(w.t, err)
	key := ""
	if problem != nil {
		key = strings.TrimPrefix(problem.Key, "account.problem.")
	}
	if key != want {
		w.t.Errorf("another address is asked for: %q, not %q", key, want)
	}
}

func (w *world) opens(id int64, hash byte) {
	w.t.Helper()
	must(w.t, w.SaveSession(w.ctx, account.Session{Hash: [32]byte{hash}, Data: []byte{1}, Created: w.now(), Seen: w.now(), Expires: w.now().Add(240 * time.Hour), Actor: person(id)}))
}

// An account takes another address by the link that came there, once, by its owner alone; both addresses are told, what is
// sealed for the account opens under the new one, and sessions and links of before are dead.
func TestAnAddressChanges_ASVS_6_3_7(t *testing.T) {
	testkit.Covers(t, "RP-156")
	w := newWorld(t)
	id, stranger := w.person(zoe), w.person("other@example.com")
	phone, codes := w.enrol(person(id))
	if wrong, err := w.ClaimNumber(w.ctx, id, "+33612345678"); wrong != nil || err != nil {
		t.Fatal(wrong, err)
	}
	w.opens(id, 1)
	_, err := w.Forgotten(w.ctx, access.Person, zoe)
	must(t, err)
	old := w.token()
	w.asks(id, " Mimi@example.org ", "")
	if told, _ := w.to(zoe); told.Subject != "Une autre adresse est demandée pour votre compte" {
		t.Errorf("the present address is told %q", told.Subject)
	}
	asked, token := w.to("Mimi@example.org")
	if asked.Subject != "Confirmez votre nouvelle adresse" || token == "" {
		t.Fatal(asked)
	}
	if c, err := w.EmailChange(w.ctx, id); err != nil || c.To != "Mimi@example.org" || c.Returned {
		t.Error(c, err)
	}
	if in := testkit.Dump(t, w.Store); strings.Contains(strings.ToLower(in), "mimi") {
		t.Error("the address can be read at rest")
	}
	if err := w.MoveEmail(w.ctx, stranger, token); fault.Of(err) != fault.NotFound {
		t.Errorf("somebody else takes the address: %v", err)
	}
	var done atomic.Int32
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if err := w.MoveEmail(w.ctx, id, token); err == nil {
				done.Add(1)
			} else if fault.Of(err) != fault.NotFound {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if done.Load() != 1 {
		t.Fatalf("%d of 50 uses of one link succeeded", done.Load())
	}
	for _, told := range []string{zoe, "Mimi@example.org"} {
		if m, _ := w.to(told); m.Subject != "Votre compte a changé d’adresse" {
			t.Errorf("%s is told %q", told, m.Subject)
		}
	}
	if _, open, _ := w.FindSession(w.ctx, [32]byte{1}, w.now()); open {
		t.Error("a session outlives the address")
	}
	if _, err := w.Reset(w.ctx, old, other); fault.Of(err) != fault.NotFound {
		t.Errorf("a link sent to the former address works: %v", err)
	}
	if w.try(zoe, good) == "" {
		t.Error("the former address signs in")
	}
	in := w.arrive(mimi)
	if by, key := w.second(in, phone.code()); key != "" || in.Account != id {
		t.Errorf("the code app no longer proves anything: %s %s", by, key)
	}
	w.pass(time.Minute)
	if _, key := w.second(w.arrive(mimi), codes[0]); key != "" {
		t.Errorf("the recovery codes no longer prove anything: %s", key)
	}
	if r, err := w.Reach(w.ctx, id); err != nil || r.Claimed != "+33612345678" {
		t.Error(r, err)
	}
	if c, err := w.EmailChange(w.ctx, id); err != nil || c.To != "" || c.Before != zoe {
		t.Error(c, err)
	}
	w.asks(id, "third@example.org", "email_recent")
	w.pass(9 * 24 * time.Hour)
	must(t, w.Sweep(w.ctx))
	if c, err := w.EmailChange(w.ctx, id); err != nil || c.Before != "" {
		t.Error("the former address is kept", c, err)
	}
}

// Somebody else’s address gets no link, and nobody but its owner learns that it has an account.
func TestAnAddressThatHasAnAccount_ASVS_6_3_8(t *testing.T) {
	w := newWorld(t)
	id := w.person(zoe)
	w.person(mimi)
	w.asks(id, mimi, "")
	if m, token := w.to(mimi); m.Subject != "Cette adresse a déjà un compte" || token != "" {
		t.Errorf("%s: %s", m.Subject, m.Body)
	}
	w.asks(id, "late@example.org", "")
	_, token := w.to("late@example.org")
	w.person("late@example.org")
	if err := w.MoveEmail(w.ctx, id, token); fault.Of(err) != fault.NotFound {
		t.Errorf("two accounts of one address: %v", err)
	}
	if w.try(zoe, good) != "" || w.try("late@example.org", good) != "" {
		t.Error("an account is lost")
	}
	w.asks(id, zoe, "email_same")
	w.asks(id, "zoe", "email")
	w.asks(id, "a@example.org", "")
	w.asks(id, "b@example.org", "email_often")
}

// The former address stops the change, or takes the account back from who made it and knows the password.
func TestTheFormerAddressTakesItBack(t *testing.T) {
	w := newWorld(t)
	id := w.person(zoe)
	w.asks(id, mimi, "")
	_, token := w.to(mimi)
	_, stop := w.to(zoe)
	if back, err := w.KeepEmail(w.ctx, stop); back || err != nil {
		t.Fatal(back, err)
	}
	if err := w.MoveEmail(w.ctx, id, token); fault.Of(err) != fault.NotFound {
		t.Errorf("what was stopped is done: %v", err)
	}
	w.asks(id, mimi, "")
	_, token = w.to(mimi)
	must(t, w.MoveEmail(w.ctx, id, token))
	w.opens(id, 2)
	w.enrol(person(id))
	thief, _ := w.to(mimi)
	regain := link.FindStringSubmatch(thief.Body)
	if thief.Subject != "Une preuve de connexion a été ajoutée à votre compte" || regain == nil {
		t.Fatal(thief)
	}
	_, take := w.to(zoe)
	w.pass(6 * 24 * time.Hour)
	must(t, w.Sweep(w.ctx))
	if back, err := w.KeepEmail(w.ctx, take); !back || err != nil {
		t.Fatal(back, err)
	}
	if _, err := w.KeepEmail(w.ctx, take); fault.Of(err) != fault.NotFound {
		t.Errorf("used twice: %v", err)
	}
	if p, err := w.Reset(w.ctx, regain[2], "un autre nuage de girafes 8"); fault.Of(err) != fault.NotFound {
		t.Errorf("a link sent to the address that was taken back chooses the password: %v %v", p, err)
	}
	if _, open, _ := w.FindSession(w.ctx, [32]byte{2}, w.now()); open {
		t.Error("who changed the address is still in")
	}
	for _, email := range []string{zoe, mimi} {
		if w.try(email, good) == "" {
			t.Errorf("the password that was found out opens %s", email)
		}
	}
	if m, _ := w.to(zoe); m.Subject == "" {
		t.Error("no link to choose another password")
	}
	if p, err := w.Reset(w.ctx, w.token(), other); p != nil || err != nil {
		t.Fatal(p, err)
	}
	if w.try(zoe, other) != "" {
		t.Error("its owner does not get in")
	}
	if ways, err := w.Ways(w.ctx, id); err != nil || ways.Second() {
		t.Error("what was added meanwhile stays", err)
	}
}

// What nobody proves in time is given up and forgotten; a message that comes back is told.
func TestAnAddressNobodyProves(t *testing.T) {
	w := newWorld(t)
	id := w.person(zoe)
	waits := func() account.EmailChange {
		t.Helper()
		c, err := w.EmailChange(w.ctx, id)
		must(t, err)
		return c
	}
	w.asks(id, mimi, "")
	_, token := w.to(mimi)
	_, err := w.Store.Pool().Exec(w.ctx, "update mail set state = 'bounced' where template = 'account.email_confirm'")
	must(t, err)
	if !waits().Returned {
		t.Error("nobody says that the message came back")
	}
	if p, err := w.ChangePassword(w.ctx, id, good, other); p != nil || err != nil {
		t.Fatal(p, err)
	}
	if err := w.MoveEmail(w.ctx, id, token); fault.Of(err) != fault.NotFound || waits().To != "" {
		t.Errorf("what was asked with the password of before is done: %v", err)
	}
	w.asks(id, mimi, "")
	_, token = w.to(mimi)
	must(t, w.ForgoEmail(w.ctx, id))
	if err := w.MoveEmail(w.ctx, id, token); fault.Of(err) != fault.NotFound || waits().To != "" {
		t.Errorf("what was given up is done: %v", err)
	}
	w.asks(id, mimi, "")
	_, token = w.to(mimi)
	w.pass(25 * time.Hour)
	if err := w.MoveEmail(w.ctx, id, token); fault.Of(err) != fault.NotFound || waits().To != "" {
		t.Errorf("a link of yesterday works: %v", err)
	}
	w.pass(25 * time.Hour)
	must(t, w.Sweep(w.ctx))
	if n := w.count("select count(*) from email_change"); n != 0 {
		t.Error("an address that nobody has proven stays")
	}
}

// The link of a mail proves the address that the mail went to, and none that was asked for as it left.
func TestALinkProvesTheAddressItWentTo_ASVS_6_6_2(t *testing.T) {
	w := newWorld(t)
	id := w.person(zoe)
	w.asks(id, mimi, "")
	var sealed, other []byte
	must(t, w.Store.Pool().QueryRow(w.ctx, "select sealed from email_change").Scan(&sealed))
	var to []byte
	must(t, w.Store.Pool().QueryRow(w.ctx, "select reached from mail where template = 'account.email_confirm' and state = 'queued'").Scan(&to))
	w.asks(id, "victim@example.org", "")
	must(t, w.Store.Pool().QueryRow(w.ctx, "select sealed from email_change").Scan(&other))
	set := "update email_change set sealed = $1"
	_, err := w.Store.Pool().Exec(w.ctx, set, sealed)
	must(t, err)

	tx, err := w.Store.Pool().Begin(w.ctx)
	must(t, err)
	_, err = tx.Exec(w.ctx, "select 1 from account for update") // as the asking does
	must(t, err)
	composed := make(chan error, 1)
	go func() {
		_, err := w.Compose(w.ctx, notify.Mail{AccountID: id, Template: "account.email_confirm", Queued: w.now(), To: to})
		composed <- err
	}()
	for w.count("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") == 0 { // until the mail waits
		runtime.Gosched()
	}
	_, err = tx.Exec(w.ctx, set, other)
	must(t, err)
	must(t, tx.Commit(w.ctx))
	if err := <-composed; fault.Of(err) != fault.NotFound {
		t.Errorf("a mail to one address bears a link for another: %v", err)
	}
}
