package account_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/testkit/passkey"
)

// key gives somebody a passkey on a device.
func (w *world) key(who access.Actor, d *passkey.Device) *passkey.Key {
	w.t.Helper()
	options, kept, err := w.BeginPasskey(w.ctx, who)
	must(w.t, err)
	k, answer, err := d.Make(options, passkey.Lie{})
	must(w.t, err)
	_, problem, err := w.AddPasskey(w.ctx, who, kept, answer, "Mon téléphone")
	must(w.t, err)
	if problem != nil {
		w.t.Fatal(problem.Key)
	}
	return k
}

// question is what a page asks of the passkeys of an account, 0 for whoever comes.
func (w *world) question(kind access.Kind, id int64) (options, kept string) {
	w.t.Helper()
	options, kept, err := w.AskPasskey(w.ctx, kind, id)
	must(w.t, err)
	return options, kept
}

func said(p *account.Problem) string {
	if p == nil {
		return ""
	}
	return strings.TrimPrefix(p.Key, "factor.problem.")
}

// A passkey signs in alone, and stands as a second proof; the name its owner gave it is sealed.
func TestPasskeySignsIn_ASVS_6_3_3(t *testing.T) {
	w := newWorld(t)
	who, d := person(w.person("lea@example.com")), &passkey.Device{Origin: "https://a.example"}
	k := w.key(who, d)
	options, kept := w.question(access.Person, 0)
	answer, err := d.Answer(options, k, passkey.Lie{})
	must(t, err)
	if strings.Contains(options, "allowCredentials") || strings.Contains(options, "lea") {
		t.Errorf("the question to whoever comes says who has a passkey: %s", options)
	}
	id, problem, err := w.EnterByPasskey(w.ctx, access.Person, kept, answer)
	must(t, err)
	if id != who.AccountID || problem != nil {
		t.Fatalf("%d, %s", id, said(problem))
	}
	in := w.arrive("lea@example.com")
	options, kept = w.question(access.Person, in.Account)
	answer, err = d.Answer(options, k, passkey.Lie{})
	must(t, err)
	by, problem, err := w.Second(w.ctx, in, account.Answer{Ceremony: kept, Passkey: answer})
	must(t, err)
	if by != account.Passkey || problem != nil {
		t.Fatalf("%q, %s", by, said(problem))
	}
	if n := w.count("select count(*) from factor where position('phone' in encode(sealed, 'escape')) > 0"); n != 0 {
		t.Error("the name of a passkey stands in clear")
	}
}

// What is forged of an answer is refused, and the true one that follows is not.
func TestForgedAnswers_ASVS_6_3_3(t *testing.T) {
	w := newWorld(t)
	lea, d := person(w.person("lea@example.com")), &passkey.Device{Origin: "https://a.example"}
	luc := person(w.person("luc@example.com"))
	k, other := w.key(lea, d), w.key(luc, d)
	_, stale := w.question(access.Person, 0)
	forged := map[string]struct {
		key *passkey.Key
		lie passkey.Lie
	}{
		"wrong origin":              {k, passkey.Lie{Origin: "https://a.example.evil.example"}},
		"another door's origin":     {k, passkey.Lie{Origin: "https://b.example"}},
		"wrong party":               {k, passkey.Lie{RP: "evil.example"}},
		"another challenge":         {k, passkey.Lie{Challenge: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}},
		"owner not verified":        {k, passkey.Lie{Unverified: true}},
		"owner not present":         {k, passkey.Lie{Absent: true}},
		"signed by another key":     {k, passkey.Lie{Signer: other}},
		"another account's owner":   {k, passkey.Lie{Handle: other.Handle}},
		"nobody's owner":            {k, passkey.Lie{Handle: []byte{}}},
		"an answer of registration": {k, passkey.Lie{Type: "webauthn.create"}},
	}
	k.Count = 5
	for name, f := range forged {
		options, kept := w.question(access.Person, 0)
		answer, err := d.Answer(options, f.key, f.lie)
		must(t, err)
		id, problem, err := w.EnterByPasskey(w.ctx, access.Person, kept, answer)
		must(t, err)
		if id != 0 || problem == nil {
			t.Errorf("%s: let in as %d", name, id)
		}
		if said(problem) != "passkey" {
			t.Errorf("%s: said %q", name, said(problem))
		}
	}
	options, kept := w.question(access.Person, 0)
	answer, err := d.Answer(options, k, passkey.Lie{})
	must(t, err)
	if id, _, _ := w.EnterByPasskey(w.ctx, access.Person, stale, answer); id != 0 {
		t.Error("an answer to another question let in")
	}
	if id, _, _ := w.EnterByPasskey(w.ctx, access.Agent, kept, answer); id != 0 {
		t.Error("a person's passkey opened the agents' door")
	}
	in := w.arrive("lea@example.com")
	if _, problem, err := w.Second(w.ctx, in, account.Answer{Ceremony: kept, Passkey: answer}); err != nil || problem == nil {
		t.Errorf("an answer for signing in served as a second proof: %v", err)
	}
	mine, kept := w.question(access.Person, in.Account)
	theirs, err := d.Answer(mine, other, passkey.Lie{})
	must(t, err)
	if _, problem, err := w.Second(w.ctx, in, account.Answer{Ceremony: kept, Passkey: theirs}); err != nil || problem == nil {
		t.Errorf("another account's passkey served as a second proof: %v", err)
	}
}

// Of a passkey that was copied one side counts ahead and the other behind: neither is let in any more, whichever comes, the owner
// is told at once, and what it opened ends.
func TestACopiedPasskeyOpensNothing(t *testing.T) {
	w := newWorld(t)
	lea, d := person(w.person("lea@example.com")), &passkey.Device{Origin: "https://a.example"}
	k := w.key(lea, d)
	k.Count = 5
	enter := func(lie passkey.Lie) (int64, string) {
		options, kept := w.question(access.Person, 0)
		answer, err := d.Answer(options, k, lie)
		must(t, err)
		id, problem, err := w.EnterByPasskey(w.ctx, access.Person, kept, answer)
		must(t, err)
		return id, said(problem)
	}
	if id, _ := enter(passkey.Lie{}); id != lea.AccountID {
		t.Fatal("the owner is not let in")
	}
	must(t, w.SaveSession(w.ctx, account.Session{Hash: [32]byte{1}, Data: []byte{1}, Created: w.now(), Seen: w.now(), Expires: w.now().Add(time.Hour), Actor: lea}))
	if id, key := enter(passkey.Lie{Count: 1}); id != 0 || key != "cloned" {
		t.Errorf("one that counts backwards: %d, %q", id, key)
	}
	if id, key := enter(passkey.Lie{}); id != 0 || key != "cloned" {
		t.Errorf("the one that is ahead: %d, %q", id, key)
	}
	if n := w.count("select count(*) from session"); n != 0 {
		t.Errorf("%d sessions go on", n)
	}
	if n := strings.Count(subjects(w.mails()), "semble copiée"); n != 1 {
		t.Errorf("the owner is told %d times", n)
	}
	all, _, err := w.Factors(w.ctx, lea.AccountID)
	if err != nil || len(all) != 1 || !all[0].Doubled {
		t.Errorf("the list says %+v, %v", all, err)
	}
}

// An answer serves once, on whichever server, and for five minutes.
func TestPasskeyAnswersOnce_ASVS_6_5_1(t *testing.T) {
	w := newWorld(t)
	who, d := person(w.person("lea@example.com")), &passkey.Device{Origin: "https://a.example"}
	k := w.key(who, d)
	options, kept := w.question(access.Person, 0)
	answer, err := d.Answer(options, k, passkey.Lie{})
	must(t, err)
	var let atomic.Int32
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if id, _, err := w.EnterByPasskey(w.ctx, access.Person, kept, answer); err == nil && id != 0 {
				let.Add(1)
			}
		})
	}
	all.Wait()
	if let.Load() != 1 {
		t.Errorf("%d of 50 uses of one answer succeeded", let.Load())
	}
	options, kept = w.question(access.Person, 0)
	if answer, err = d.Answer(options, k, passkey.Lie{}); err != nil {
		t.Fatal(err)
	}
	w.pass(5*time.Minute + time.Second)
	if id, _, err := w.EnterByPasskey(w.ctx, access.Person, kept, answer); err != nil || id != 0 {
		t.Errorf("after five minutes: %d, %v", id, err)
	}
}

// A passkey is added for this account, this door and this question alone.
func TestForgedRegistrations(t *testing.T) {
	w := newWorld(t)
	lea, luc, d := person(w.person("lea@example.com")), person(w.person("luc@example.com")), &passkey.Device{Origin: "https://a.example"}
	for name, lie := range map[string]passkey.Lie{
		"wrong origin": {Origin: "https://evil.example"}, "wrong party": {RP: "b.example"}, "owner not verified": {Unverified: true},
		"another challenge": {Challenge: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
	} {
		options, kept, err := w.BeginPasskey(w.ctx, lea)
		must(t, err)
		_, answer, err := d.Make(options, lie)
		must(t, err)
		if _, problem, err := w.AddPasskey(w.ctx, lea, kept, answer, "x"); err != nil || problem == nil {
			t.Errorf("%s: added, %v", name, err)
		}
	}
	options, kept, err := w.BeginPasskey(w.ctx, lea)
	must(t, err)
	_, answer, err := d.Make(options, passkey.Lie{})
	must(t, err)
	if _, problem, err := w.AddPasskey(w.ctx, luc, kept, answer, "x"); err != nil || problem == nil {
		t.Errorf("added to another account: %v", err)
	}
	for _, name := range []string{"", "  ", strings.Repeat("x", account.LongestName+1)} {
		if _, problem, err := w.AddPasskey(w.ctx, lea, kept, answer, name); err != nil || problem == nil || problem.Field != "name" {
			t.Errorf("the name %q: %v", name, err)
		}
	}
	if _, problem, err := w.AddPasskey(w.ctx, lea, kept, answer, "x"); err != nil || problem != nil {
		t.Fatalf("not added: %v", err)
	}
	if _, problem, err := w.AddPasskey(w.ctx, lea, kept, answer, "x"); err != nil || problem == nil {
		t.Errorf("added twice: %v", err)
	}
	if n := w.count("select count(*) from factor"); n != 1 {
		t.Errorf("%d passkeys", n)
	}
}
