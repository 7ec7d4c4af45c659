package openid_test

import (
	"net/http"
	"testing"
	"time"

	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

func (w *world) desk() *stage.Browser {
	w.t.Helper()
	b := w.Visit(stage.Agents, "en")
	w.signIn(b, w.agents).Want(200)
	w.Acknowledge(b)
	return b
}

func groups(names ...string) func(*world) {
	return func(w *world) { w.agents.Person["groups"] = names }
}

// Agents' entitlements come from the groups of the entitlement service, at each sign-in, and go with them (RP-167).
func TestGroupsGiveRights(t *testing.T) {
	testkit.Covers(t, "RP-167")
	w := open(t)
	b := w.desk()
	b.Get("/queue").Want(200)
	b.Try("/admin").Want(http.StatusForbidden)

	groups("heads")(w)
	again := w.desk()
	again.Get("/admin").Shows("Anne Durand").Shows("by the group heads")
	b.Try("/queue").Want(http.StatusForbidden) // what left counts at once, everywhere

	groups("desk", "heads", "unknown")(w)
	w.desk().Get("/queue").Want(200)

	groups("unknown")(w)
	c := w.Visit(stage.Agents, "en")
	w.signIn(c, w.agents).Want(http.StatusForbidden).Shows("none of your groups gives any right here")
	w.out(c)
	w.out(again) // who is in no group any more is shut out at once
	w.agents.Subject, w.agents.Person["email"] = "nobody", "nobody@example.org"
	w.signIn(c, w.agents).Want(http.StatusForbidden)
	var n int
	if err := w.Store.Pool().QueryRow(t.Context(), "select count(*) from account").Scan(&n); err != nil || n != 1 {
		t.Errorf("%d accounts, want one: %v", n, err)
	}
}

func (w *world) out(b *stage.Browser) {
	w.t.Helper()
	if p := b.Try("/"); p.Path() != "/sign-in" {
		w.t.Errorf("an agent is signed in: %s", p.URL)
	}
}

// A right given here stands whatever the groups say, and an agent disabled here stays out whatever the provider says.
func TestASVS_7_4_2_DisablingEndsWhatTheProviderOpened(t *testing.T) {
	w := open(t)
	admin := w.Administrator("root@example.org")
	b := w.desk()
	b.Get("/queue").Want(200)
	var id string
	if err := w.Store.Pool().QueryRow(t.Context(), "select max(id)::text from account where kind = 'agent'").Scan(&id); err != nil {
		t.Fatal(err)
	}
	admin.Get("/admin").Form("/admin/agent/" + id + "/disable").Submit("").Want(200)
	w.out(b)
	w.signIn(b, w.agents).Want(http.StatusForbidden).Shows("no longer in use")
	w.out(b)
	admin.Get("/admin").Form("/admin/agent/" + id + "/enable").Submit("").Want(200)
	w.signIn(b, w.agents).Want(200).Shows("You already have an account") // what opened it before is not trusted any more
	w.out(b)
	b.Get(w.Link("agent@example.org")).Form("/invite").Set("password", stage.Password).Submit("").Want(200)
	w.linkAgent()
	d := w.desk()
	d.Get("/queue").Want(200)
	w.Clock.Advance(16 * time.Minute)
	w.out(d)
}

// linkAgent lets the provider open the account of the agent, who has a password.
func (w *world) linkAgent() {
	w.t.Helper()
	b := w.Visit(stage.Agents, "en")
	w.signIn(b, w.agents).Follow("Sign in with my password").
		Form("sign-in").Set("email", "agent@example.org").Set("password", stage.Password).Submit("").Want(200).Form("link").Submit("link").Want(200)
}

// What groups give counts for who came from the provider: a password beside it opens nothing more, whichever came first. It
// ends by itself when its agent stays away, and when the group gives nothing any more.
func TestRightsOfGroupsAreTheProviders(t *testing.T) {
	w := open(t)
	w.Hire("agent@example.org", "en", "authority")
	groups("heads")(w)
	local := w.SignIn(stage.Agents, "agent@example.org", "en")
	w.linkAgent()
	there := w.desk()
	there.Get("/admin").Want(200)
	local.Try("/admin").Want(http.StatusForbidden)
	w.SignIn(stage.Agents, "agent@example.org", "en").Try("/admin").Want(http.StatusForbidden)
	there.Get("/admin").Want(200) // which a sign-in by password takes nothing from
	standing := func() (n int) {
		if err := w.Store.Pool().QueryRow(t.Context(), "select count(*) from agent_grant where by_group is not null and (until is null or until > $1)", w.Clock.Now()).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := standing(); n != 1 {
		t.Fatalf("%d rights of groups", n)
	}
	given := w.Accounts.Groups
	w.Accounts.Groups = nil
	if err := w.Accounts.Sweep(t.Context()); err != nil || standing() != 0 {
		t.Errorf("a group that gives nothing keeps %d rights: %v", standing(), err)
	}
	there.Try("/admin").Want(http.StatusForbidden)
	w.Accounts.Groups = given
	w.desk().Get("/admin").Want(200)
	if w.Clock.Advance(8 * 24 * time.Hour); standing() != 0 {
		t.Error("who stays away keeps what the group gave")
	}
}

// An agent who has an account here links it once; until then the provider opens nothing.
func TestAgentLinksTheProvider(t *testing.T) {
	w := open(t)
	w.Hire("agent@example.org", "en", "authority")
	b := w.Visit(stage.Agents, "en")
	w.signIn(b, w.agents).Want(200).Shows("You already have an account")
	w.out(b)
	w.signIn(b, w.agents)
	b.Page.Follow("Sign in with my password").Form("sign-in").Set("email", "agent@example.org").Set("password", stage.Password).Submit("").Want(200).Form("link").Submit("link").Want(200)
	w.desk().Get("/queue").Want(200)
}

// No mailbox opens the account of an agent whom the provider lets in.
func TestASVS_6_3_6_AgentsOfTheProviderHaveNoPassword(t *testing.T) {
	w := open(t)
	w.desk()
	b := w.Visit(stage.Agents, "en")
	b.Get("/forgotten").Form("/forgotten").Set("email", "agent@example.org").Submit("").Want(200)
	if m := w.Mails("agent@example.org"); len(m) != 0 {
		t.Errorf("a mail %q", m[0].Subject)
	}
}

// Contributors and webmasters have no account until the entitlement service names them: the first sign-in by the central access makes
// it, with the profile of their group, and no password opens it.
func TestContributorsComeByTheCentralAccess(t *testing.T) {
	testkit.Covers(t, "DS-088", "DS-090")
	w := open(t)
	for group, hides := range map[string]bool{"cell": false, "web": true} {
		groups(group)(w)
		w.agents.Subject, w.agents.Person["email"], w.agents.Person["family_name"] = group, group+"@example.org", "Contributeur "+group
		b := w.desk()
		b.Get("/queue").Want(200)
		b.Try("/admin").Want(http.StatusForbidden)
		want := http.StatusOK
		if hides {
			want = http.StatusForbidden
		}
		b.Try("/register").Want(want)
		var n int
		sql := "select count(*) from account a join agent_grant g on g.account_id = a.id where a.kind = 'agent' and a.password_hash is null and g.procedure = 'rights-request' and g.by_group = $1"
		if err := w.Store.Pool().QueryRow(t.Context(), sql, group).Scan(&n); err != nil || n != 1 {
			t.Errorf("%d accounts of %s: %v", n, group, err)
		}
	}
}
