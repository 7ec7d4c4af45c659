package stage_test

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/app"
	"guichet/internal/fault"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// What each role of the authorised processing can, and all that it cannot.
func TestRolesOfARequestAreGrants(t *testing.T) {
	testkit.Covers(t, "DS-078", "DS-079", "DS-080", "DS-081", "DS-083", "DS-085", "DS-086")
	t.Parallel()
	a := stage.Open(t)
	def := a.Catalogue.Get("rights-request")
	all := []access.Verb{access.Read, access.Process, access.Assign, access.Message, access.Export, access.Audit, access.Configure, "inquire", "mailbox", "hold"}
	for role, want := range map[string][]access.Verb{
		"legal_cell": {access.Read, access.Process, access.Assign, access.Message, access.Export, access.Audit, "inquire"},
		"webmaster":  {access.Read, access.Process},
		"digital":    {access.Configure}, "editor": {access.Configure}, "infra": nil, "hosting": nil,
	} {
		verbs, hidden := a.Accounts.Roles(def.ID, role)
		who := access.Actor{AccountID: 9, Kind: access.Agent, Grants: []access.Grant{{Procedure: def.ID, Role: role, Verbs: verbs, Hidden: hidden}}}
		for _, v := range all {
			if got := access.May(who, v, def.ID); got != slices.Contains(want, v) {
				t.Errorf("%s may %s: %v", role, v, got)
			}
			if v != access.Configure && access.May(who, v, a.Definition().ID) {
				t.Errorf("%s may %s of another procedure", role, v)
			}
		}
		open := access.Dossier{ID: 1, Procedure: def.ID, StateKind: "open"}
		for _, category := range []string{"request", "answer", "id_copy", "register"} {
			sees := role == "legal_cell" || role == "webmaster" && category == "request"
			if got := access.Can(who, access.Read, open, category); got != sees {
				t.Errorf("%s reads %s: %v", role, category, got)
			}
		}
	}

	asked(t, a, "fr", "access")
	var id string
	if err := a.Store.Pool().QueryRow(t.Context(), "select public_id from dossier").Scan(&id); err != nil {
		t.Fatal(err)
	}
	grant := func(email, role string, until time.Time) (*stage.Browser, error) {
		t.Helper()
		link, _, err := a.Accounts.InviteHere(t.Context(), account.Invitation{
			Profile: account.Profile{Email: email, LastName: role}, Lang: "fr", Rights: []account.Right{{Procedure: def.ID, Role: role, Until: until}},
		})
		if err != nil {
			return nil, err
		}
		b := a.TakeUp(link, email, "fr")
		for f := b.Get("/duties").MaybeForm("/duties"); f != nil; f = b.Get("/duties").MaybeForm("/duties") {
			f.Submit("")
		}
		return b, nil
	}
	for role, opens := range map[string]string{"legal_cell": "dossier queue", "webmaster": "dossier queue", "digital": "setting", "infra": "", "editor": "setting", "hosting": ""} {
		provider := def.Flow.Role(role).Kind == "support"
		if _, err := grant("early-"+role+"@example.org", role, time.Time{}); provider != (fault.Of(err) == fault.Invalid) {
			t.Errorf("%s without an end: %v", role, err)
		}
		b, err := grant(role+"@example.org", role, a.Clock.Now().AddDate(0, 6, 0))
		if err != nil {
			t.Fatal(role, err)
		}
		for _, at := range []string{"/dossier/" + id, "/queue", "/setting", "/admin"} {
			want := opens != "" && slices.Contains(strings.Fields(opens), strings.Split(at, "/")[1])
			if status, _ := b.Probe("GET", stage.Agents, at, nil); (status == 200) != want {
				t.Errorf("%s at %s: %d", role, at, status)
			}
		}
		if page := b.Get("/duties"); page.MaybeForm("/duties") != nil {
			t.Errorf("%s has not read what it must", role)
		}
		if n := count(t, a, "select count(*) from consent c join account a on a.id = c.account_id where c.notice = 'provider_duties' and a.id = (select max(account_id) from agent_grant where role = '"+role+"')"); (n > 0) != provider {
			t.Errorf("%s said %d times that it knows a provider's duties", role, n)
		}
	}
	a.Clock.AdvanceDays(200) // the contract is over
	b := a.SignIn(stage.Agents, "editor@example.org", "fr")
	if status, _ := b.Probe("GET", stage.Agents, "/setting", nil); status == 200 {
		t.Error("a provider whose contract is over still configures")
	}
}

// What keeps robots out remembers nobody: neither address nor browser, one hash for as long as a solution could come again; it
// counts requests in memory, and sets no cookie.
func TestTheProofOfWorkKnowsNobody(t *testing.T) {
	testkit.Covers(t, "DS-056", "DS-057", "DS-058", "DS-059", "DS-060", "DS-061", "DS-062", "DS-063", "DS-101", "DS-113")
	t.Parallel()
	a := stage.Open(t, func(c *app.Config) { c.LimitScale = 1 })
	inner := a.Doors
	a.Doors = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Set("User-Agent", "Mozilla/5.0 (canary)")
		r.Header.Set("Referer", "https://referrer.example/")
		inner.ServeHTTP(w, r)
	})
	asked(t, a, "fr", "access")
	first := count(t, a, "select count(*) from used_once")
	if first == 0 {
		t.Error("a solution is not remembered: it could be used again")
	}
	if n := count(t, a, "select count(*) from information_schema.columns where table_name = 'used_once' and column_name not in ('hash', 'expires_at')"); n != 0 {
		t.Errorf("%d more things are kept of a solution", n)
	}
	if n := count(t, a, "select count(*) from used_once where octet_length(hash) <> 32"); n != 0 {
		t.Error("what is kept is no hash")
	}
	for name, all := range dump(t, a) {
		for _, canary := range []string{"192.0.2.1", "Mozilla", "referrer.example", "PBKDF2"} {
			if strings.Contains(all, canary) {
				t.Errorf("%s holds %q", name, canary)
			}
		}
	}
	if log := a.Log.String(); strings.Contains(log, "192.0.2.1") || strings.Contains(log, "Mozilla") {
		t.Error("the log says who asked")
	}
	b := a.Visit(stage.Applicants, "fr")
	page := b.Get("/proof-of-work").Want(200)
	if set := page.Header.Values("Set-Cookie"); len(set) > 0 {
		t.Errorf("a cookie: %v", set)
	}
	refused := 0
	for range 70 {
		if b.Try("/proof-of-work").Status == 429 {
			refused++
		}
	}
	if refused == 0 {
		t.Error("requests of one address are not counted")
	}
	a.Clock.AdvanceDays(29)
	if err := a.Accounts.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := count(t, a, "select count(*) from used_once"); n != 0 {
		t.Errorf("%d solutions are remembered after 29 days", n)
	}
}

// Where an access is kept for providers they come in by it and by nothing else; agents of the administration are not held to it.
func TestProvidersComeByTheirOwnAccess(t *testing.T) {
	testkit.Covers(t, "DS-091")
	t.Parallel()
	for _, c := range []struct {
		network string
		in      bool
	}{{"192.0.2.0/24", true}, {"10.9.0.0/16", false}} { // the tests come from the first
		a := stage.Open(t, func(x *app.Config) { x.ProviderNetworks = []netip.Prefix{netip.MustParsePrefix(c.network)} })
		link, _, err := a.Accounts.InviteHere(t.Context(), account.Invitation{
			Profile: account.Profile{Email: "editor@example.org", LastName: "Martin"}, Lang: "fr",
			Rights: []account.Right{{Procedure: "rights-request", Role: "editor", Until: a.Clock.Now().AddDate(0, 6, 0)}},
		})
		if err != nil {
			t.Fatal(err)
		}
		want := http.StatusForbidden
		if c.in {
			want = http.StatusOK
		}
		a.Visit(stage.Agents, "fr").Get(link).Form("/invite").Set("password", stage.Password).Submit("").Want(http.StatusOK)
		b := a.Visit(stage.Agents, "fr")
		b.Get("/sign-in").Form("sign-in").Set("email", "editor@example.org").Set("password", stage.Password).Submit("").Want(want)
		a.Hire("cell@example.org", "fr", "legal_cell").Get("/queue")
	}
}
