package openid_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/internal/account"
	"guichet/internal/app"
	"guichet/internal/openid"
	"guichet/internal/testkit"
	provider "guichet/internal/testkit/openid"
	"guichet/internal/testkit/stage"
	"guichet/internal/text"
)

func TestMain(m *testing.M) { testkit.Main(m) }

const name = "MonCompte"

// world is the whole house with a provider at each door that can lie.
type world struct {
	*stage.App
	people, agents *provider.Liar
	t              *testing.T
}

func open(t *testing.T, contexts ...string) *world {
	t.Helper()
	w := &world{t: t}
	now := func() time.Time { return w.Clock.Now() }
	w.people, w.agents = provider.NewLiar(t, now), provider.NewLiar(t, now)
	w.App = stage.Open(t, func(c *app.Config) {
		c.People = configured(w.people, contexts)
		c.Agent = configured(w.agents, nil)
		c.Agent.Groups = "groups"
		p := c.Catalogue.All()[0]
		c.Groups = []account.GroupRight{
			{Group: "desk", Right: account.Right{Procedure: p.ID, Role: "authority"}},
			{Group: "desk of the north", Right: account.Right{Procedure: p.ID, Role: "authority", Team: "north"}},
			{Group: "cell", Right: account.Right{Procedure: "rights-request", Role: "legal_cell"}},
			{Group: "web", Right: account.Right{Procedure: "rights-request", Role: "webmaster"}},
			{Group: "heads", Right: account.Right{Procedure: account.Everything, Role: account.Administrator}},
		}
	})
	w.people.Person = provider.Map{"email": "chiara.bianchi@example.org", "email_verified": true, "family_name": "Bianchi", "given_name": "Chiara"}
	w.agents.Person = provider.Map{"email": "agent@example.org", "email_verified": true, "family_name": "Durand", "given_name": "Anne", "groups": []string{"desk"}}
	return w
}

func configured(l *provider.Liar, contexts []string) *openid.Config {
	return &openid.Config{Issuer: l.URL, Client: provider.Client, Secret: provider.Secret, Label: text.Words{FR: name, EN: name}, Scopes: []string{"email", "profile"}, Contexts: contexts}
}

// begin presses the button of a door's sign-in page and gives the provider's address.
func (w *world) begin(b *stage.Browser) string {
	w.t.Helper()
	p := b.Get("/sign-in").Form("/sign-in/provider").Submit("").Want(200).Shows(name)
	address := p.Link("/auth?")
	if p.Header.Get("Refresh") != "0; url="+address {
		w.t.Fatalf("the page leads to %q by itself", p.Header.Get("Refresh"))
	}
	return address
}

func back(b *stage.Browser, q url.Values) *stage.Page { return b.Try("/sign-in/back?" + q.Encode()) }

// signIn goes all the way.
func (w *world) signIn(b *stage.Browser, l *provider.Liar) *stage.Page {
	w.t.Helper()
	return back(b, l.Authorize(w.begin(b)))
}

// join makes the account of whoever the people's provider knows.
func (w *world) join() *stage.Browser {
	w.t.Helper()
	b := w.Visit(stage.Applicants, "fr")
	w.signIn(b, w.people).Want(200).Form("join").TickAll().Submit("").Want(200).Shows("Votre compte est créé")
	return b
}

// nobody fails the test when somebody is signed in.
func (w *world) nobody(b *stage.Browser) {
	w.t.Helper()
	if p := b.Try("/account"); p.Path() != "/sign-in" {
		w.t.Errorf("somebody is signed in: %s", p.URL)
	}
}

// answers are the log's lines of what was answered to browsers that came back, and to the provider.
func (w *world) answers() []map[string]any {
	w.t.Helper()
	var out []map[string]any
	for line := range strings.Lines(w.Log.String()) {
		var m map[string]any
		if json.Unmarshal([]byte(line), &m) == nil && (m["route"] == "/sign-in/back" || m["route"] == "/sign-out/back-channel") {
			out = append(out, m)
		}
	}
	return out
}

var strangersKey = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

func (w *world) sessions() (n int) {
	w.t.Helper()
	if err := w.Store.Pool().QueryRow(w.t.Context(), "select count(*) from session where account_id is not null").Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	return n
}

// identities counts those that open an account.
func (w *world) identities() (n int) {
	w.t.Helper()
	if err := w.Store.Pool().QueryRow(w.t.Context(), "select count(*) from identity where proven").Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	return n
}
