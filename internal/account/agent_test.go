package account_test

import (
	"testing"
	"time"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/fault"
	"guichet/internal/testkit"
)

var martin = account.Invitation{
	Profile: account.Profile{Email: "martin@example.com", LastName: "Martin", FirstNames: "Ève"},
	Rights:  []account.Right{{Procedure: "p", Role: "process", Team: "nord", Reason: "Nouvelle collègue"}},
}

// agent invites Martin and has the invitation accepted.
func (w *world) agent(by access.Actor) int64 {
	w.t.Helper()
	if p, err := w.Invite(w.ctx, by, martin); p != nil || err != nil {
		w.t.Fatal(p, err)
	}
	if _, p, err := w.AcceptInvite(w.ctx, w.token(), good); p != nil || err != nil {
		w.t.Fatal(p, err)
	}
	in, p, err := w.SignIn(w.ctx, access.Agent, "martin@example.com", good)
	if p != nil || err != nil {
		w.t.Fatal(p, err)
	}
	return in.Account
}

func TestFirstAdministrator(t *testing.T) {
	w := newWorld(t)
	url, problem, err := w.CreateAdmin(w.ctx, account.Invitation{Profile: account.Profile{Email: "root@example.com"}})
	must(t, err)
	if problem != nil {
		t.Fatal(problem.Key)
	}
	m := link.FindStringSubmatch(url)
	if m == nil || m[1] != "invite" {
		t.Fatal(url)
	}
	if n := len(w.mails()); n != 0 {
		t.Error("a link that is printed is not sent as well")
	}
	if _, p, err := w.AcceptInvite(w.ctx, m[2], good); p != nil || err != nil {
		t.Fatal(p, err)
	}
	in, p, err := w.SignIn(w.ctx, access.Agent, "root@example.com", good)
	if p != nil || err != nil {
		t.Fatal(p, err)
	}
	a, err := w.Actor(w.ctx, in.Account, w.now())
	must(t, err)
	if !access.Administers(a) {
		t.Errorf("%+v", a)
	}
	if n, err := w.Administrators(w.ctx); n != 1 || err != nil {
		t.Error(n, err)
	}
	if _, p, err := w.CreateAdmin(w.ctx, account.Invitation{Profile: account.Profile{Email: "root@example.com"}}); p == nil || err != nil {
		t.Error("twice the same address", err)
	}
}

func TestInvitedAgentActs(t *testing.T) {
	w := newWorld(t)
	id := w.agent(w.admin())
	a, err := w.Actor(w.ctx, id, w.now())
	must(t, err)
	if !access.May(a, access.Process, "p") || access.May(a, access.Process, "q") || access.Administers(a) || a.Grants[0].Team != "nord" || a.Grants[0].Hidden[0] != "internal" {
		t.Errorf("%+v", a)
	}
	names, err := w.Names(w.ctx, []int64{id, 999})
	must(t, err)
	if names[id] != "Ève Martin" || len(names) != 1 {
		t.Error(names)
	}
}

func TestInvitationRunsOut(t *testing.T) {
	w := newWorld(t)
	if p, err := w.Invite(w.ctx, w.admin(), martin); p != nil || err != nil {
		t.Fatal(p, err)
	}
	token := w.token()
	if _, p, _ := w.SignIn(w.ctx, access.Agent, "martin@example.com", ""); p == nil {
		t.Error("signed in without a password")
	}
	w.pass(7 * 24 * time.Hour)
	if _, _, err := w.AcceptInvite(w.ctx, token, good); fault.Of(err) != fault.NotFound {
		t.Error(err)
	}
}

func TestOnlyAdministratorsManage(t *testing.T) {
	w := newWorld(t)
	admin := w.admin()
	id := w.agent(admin)
	plain, err := w.Actor(w.ctx, id, w.now())
	must(t, err)
	for name, act := range map[string]func() error{
		"invite": func() error { _, err := w.Invite(w.ctx, plain, martin); return err },
		"give": func() error {
			return w.Give(w.ctx, plain, admin.AccountID, account.Right{Procedure: "p", Role: "read"})
		},
		"disable": func() error { return w.Disable(w.ctx, plain, admin.AccountID) },
		"give to oneself": func() error {
			return w.Give(w.ctx, admin, admin.AccountID, account.Right{Procedure: "p", Role: "read"})
		},
		"disable oneself":    func() error { return w.Disable(w.ctx, admin, admin.AccountID) },
		"as nobody":          func() error { return w.Disable(w.ctx, access.Actor{}, id) },
		"withdraw from self": func() error { return w.Withdraw(w.ctx, admin, admin.AccountID, 1) },
	} {
		if err := act(); fault.Of(err) != fault.Forbidden {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRightsBeginAndEnd(t *testing.T) {
	w := newWorld(t)
	admin := w.admin()
	id := w.agent(admin)
	may := func(verb access.Verb) bool {
		a, err := w.Actor(w.ctx, id, w.now())
		must(t, err)
		return access.May(a, verb, "p")
	}
	must(t, w.Give(w.ctx, admin, id, account.Right{Procedure: "p", Role: "export", Until: w.now().Add(time.Hour), Reason: "Extraction du mois"}))
	if !may(access.Export) {
		t.Error("a right given does not count")
	}
	w.pass(time.Hour)
	if may(access.Export) {
		t.Error("a right outlives its end")
	}
	list, err := w.Agents(w.ctx)
	must(t, err)
	if len(list) != 2 || len(list[1].Rights) != 1 || list[1].Rights[0].By != admin.AccountID || list[1].Profile.LastName != "Martin" {
		t.Fatalf("%+v", list)
	}
	must(t, w.Withdraw(w.ctx, admin, id, list[1].Rights[0].ID))
	if may(access.Process) {
		t.Error("a right withdrawn still counts")
	}
	if err := w.Withdraw(w.ctx, admin, id, list[1].Rights[0].ID); fault.Of(err) != fault.NotFound {
		t.Error(err)
	}
}

func TestDisabledAgentIsOut_ASVS_7_4_2(t *testing.T) {
	w := newWorld(t)
	admin := w.admin()
	id := w.agent(admin)
	must(t, w.SaveSession(w.ctx, account.Session{Hash: [32]byte{1}, Data: []byte{1}, Created: w.now(), Seen: w.now(), Expires: w.now().Add(time.Hour), Actor: access.Actor{AccountID: id}}))
	s, ok, err := w.FindSession(w.ctx, [32]byte{1}, w.now())
	if !ok || err != nil || s.Actor.Grants[0].Role != "process" {
		t.Fatalf("%+v %v", s.Actor, err)
	}
	if name, err := s.Person(); err != nil || name != "Ève Martin" {
		t.Fatal(name, err)
	}
	must(t, w.Disable(w.ctx, admin, id))
	if _, ok, _ := w.FindSession(w.ctx, [32]byte{1}, w.now()); ok {
		t.Error("the session is still there")
	}
	if a, err := w.Actor(w.ctx, id, w.now()); err != nil || a.AccountID != 0 {
		t.Error(a, err)
	}
	if _, p, _ := w.SignIn(w.ctx, access.Agent, "martin@example.com", good); p == nil {
		t.Error("signed in while disabled")
	}
	must(t, w.Enable(w.ctx, admin, id))
	if _, p, _ := w.SignIn(w.ctx, access.Agent, "martin@example.com", good); p == nil {
		t.Error("the old password counts after disabling")
	}
	if _, p, err := w.AcceptInvite(w.ctx, w.token(), other); p != nil || err != nil {
		t.Error(p, err)
	}
}

func TestSweep(t *testing.T) {
	w := newWorld(t)
	id := w.person("zoe@example.com")
	must(t, w.SaveSession(w.ctx, account.Session{Hash: [32]byte{1}, Data: []byte{1}, Created: w.now(), Seen: w.now(), Expires: w.now().Add(time.Hour), Actor: access.Actor{AccountID: id}}))
	w.pass(24 * time.Hour)
	must(t, w.Sweep(w.ctx))
	if n := w.count("select count(*) from session"); n != 1 {
		t.Error("a session that ended an hour short of a day ago is gone: its person's typing is lost")
	}
	w.pass(2 * time.Hour)
	must(t, w.Sweep(w.ctx))
	if n := w.count("select count(*) from session"); n != 0 {
		t.Error("it stays")
	}
}

// An agent is in an account for as long as it is active, and a day: then names, address, password and proofs are erased, in the
// tables too; what the journals say stays under a number.
func TestAClosedAccountHoldsNobody(t *testing.T) {
	testkit.Covers(t, "DS-110")
	w := newWorld(t)
	admin := w.admin()
	id := w.agent(admin)
	must(t, w.Disable(w.ctx, admin, id))
	w.pass(24*time.Hour - time.Second)
	must(t, w.Sweep(w.ctx))
	if p, _, err := w.Profile(w.ctx, id); err != nil || p.LastName != "Martin" {
		t.Fatalf("before a day is over a slip can be mended: %+v, %v", p, err)
	}
	must(t, w.Enable(w.ctx, admin, id)) // it was one
	w.pass(48 * time.Hour)
	must(t, w.Sweep(w.ctx))
	if p, _, err := w.Profile(w.ctx, id); err != nil || p.LastName != "Martin" {
		t.Fatalf("who was let in again is erased: %+v, %v", p, err)
	}
	must(t, w.Disable(w.ctx, admin, id))
	w.pass(24 * time.Hour)
	for range 2 { // once
		must(t, w.Sweep(w.ctx))
	}
	if p, _, err := w.Profile(w.ctx, id); err != nil || p != (account.Profile{}) {
		t.Errorf("%+v, %v", p, err)
	}
	if names, err := w.Names(w.ctx, []int64{id}); err != nil || names[id] != "" {
		t.Errorf("%v, %v", names, err)
	}
	list, err := w.Agents(w.ctx)
	must(t, err)
	if len(list) != 1 {
		t.Errorf("%d agents are listed", len(list))
	}
	for sql, want := range map[string]int{
		"select count(*) from account where state = 'erased' and password_hash is null":                                         1,
		"select count(*) from account_token t join account a on a.id = t.account_id where a.state = 'erased'":                   0,
		"select count(*) from agent_grant g join account a on a.id = g.account_id where a.state = 'erased' and g.until is null": 0,
		"select count(*) from connection_log where act = 'disabled'":                                                            2, // twelve months
		"select count(*) from purge_certificate where rule = 'agent_closed' and category = 'account'":                           1,
	} {
		if n := w.count(sql); n != want {
			t.Errorf("%s: %d, want %d", sql, n, want)
		}
	}
	if err := w.Enable(w.ctx, admin, id); fault.Of(err) != fault.Conflict {
		t.Errorf("nobody is let in again: %v", err)
	}
	if again := w.agent(admin); again == id { // the same address is free
		t.Error("the same account")
	}
}
