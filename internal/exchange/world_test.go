package exchange_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"io"
	"io/fs"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"guichet"
	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/app"
	"guichet/internal/dossier"
	"guichet/internal/exchange"
	"guichet/internal/form"
	"guichet/internal/job"
	"guichet/internal/procedure"
	"guichet/internal/store"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

func TestMain(m *testing.M) { testkit.Main(m) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

const way = "residence-permit/core_system"

// world is a house that hands dossiers to a receiver of its own.
type world struct {
	*stage.App
	t    testing.TB
	core *core
}

// newWorld opens it with definitions that keep one question back and let the bytes of documents leave.
func newWorld(t testing.TB) *world {
	t.Helper()
	c := newCore(t)
	w := &world{t: t, core: c, App: stage.Open(t, func(cfg *app.Config) {
		cfg.Catalogue = edited(t, "  - studies.text\n", "", "documents: reference", "documents: content")
		cfg.ExchangeRoutes = map[string]exchange.Route{way: {URL: c.server.URL + "/in"}}
		cfg.ExchangeRoots = c.server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	})}
	return w
}

// edited is the shipped catalogue with words of its workflow replaced.
func edited(t testing.TB, replace ...string) *procedure.Catalogue {
	t.Helper()
	out := fstest.MapFS{}
	must(t, fs.WalkDir(guichet.Files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(guichet.Files, path)
		if path == "workflows/residence-permit.yaml" {
			b = []byte(strings.NewReplacer(replace...).Replace(string(b)))
		}
		out[path] = &fstest.MapFile{Data: b}
		return err
	}))
	c, refused := procedure.Load(out)
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	return c
}

// core is the other system: it answers what it is told to, and keeps what it got.
type core struct {
	server *httptest.Server

	mu      sync.Mutex
	answers []int // in order; 201 once they are used up
	got     []received
}

type received struct {
	key, signature string
	body           []byte
}

func newCore(t testing.TB) *core {
	c := &core{}
	c.server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		c.mu.Lock()
		defer c.mu.Unlock()
		c.got = append(c.got, received{r.Header.Get("Idempotency-Key"), r.Header.Get(exchange.SignatureHeader), body})
		status := http.StatusCreated
		if len(c.answers) > 0 {
			status, c.answers = c.answers[0], c.answers[1:]
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, `{"reference": "CORE-0001"}`)
	}))
	c.server.Config.ErrorLog = log.New(io.Discard, "", 0)
	t.Cleanup(c.server.Close)
	return c
}

func (c *core) will(answers ...int) { c.answers = answers }

// filed sends a dossier by the office; its id is what its address bears.
func (w *world) filed(email, persona string) string {
	w.t.Helper()
	ctx, person := w.t.Context(), access.Actor{Kind: access.Person}
	must(w.t, w.Store.InTx(ctx, func(tx *store.Tx) (err error) {
		person.AccountID, err = w.Accounts.CreateActive(ctx, tx, account.New{Kind: string(access.Person), Profile: account.Profile{Email: email}})
		return err
	}))
	def, p := w.Definition(), testkit.PersonaNamed(w.t, persona)
	id, err := w.Office.Start(ctx, person, def.ID, w.notices("entry"), "fr")
	must(w.t, err)
	for range 40 {
		d, err := w.Office.Open(ctx, person, id)
		must(w.t, err)
		j := d.Journey(nil, w.Clock.Now())
		var step *form.Step
		for _, s := range j.Steps() {
			if step == nil && s.Relevant && !s.Step.Files && j.Status(s.Step.ID) != form.Done {
				step = s.Step
			}
		}
		if step == nil {
			break
		}
		_, err = w.Office.Answer(ctx, person, id, dossier.Save{Step: step.ID, Version: d.Version(step.ID), Posted: p.Post(step)})
		must(w.t, err)
	}
	d, err := w.Office.Open(ctx, person, id)
	must(w.t, err)
	for i, f := range d.Journey(nil, w.Clock.Now()).MissingDocuments() {
		_, err := w.Office.Attach(ctx, person, id, f.Path, "secret-name.png", bytes.NewReader(testkit.Picture(uint8(i))))
		must(w.t, err)
	}
	must(w.t, w.Office.Move(ctx, person, id, dossier.Act{Move: "submit", Accepted: w.notices("review")}))
	return id
}

func (w *world) notices(moment string) []string {
	var out []string
	for _, n := range w.Definition().Flow.NoticesAt(moment) {
		out = append(out, n.ID)
	}
	return out
}

// move is an act of the clock's own kind: the rights of agents are proven elsewhere.
func (w *world) move(agent access.Actor, id string, act dossier.Act) {
	w.t.Helper()
	must(w.t, w.Office.Move(w.t.Context(), agent, id, act))
}

// officer may do all that the role does.
func (w *world) officer() access.Actor {
	w.t.Helper()
	a := access.Actor{Kind: access.Agent}
	must(w.t, w.Store.InTx(w.t.Context(), func(tx *store.Tx) (err error) {
		a.AccountID, err = w.Accounts.CreateActive(w.t.Context(), tx, account.New{Kind: string(access.Agent), Profile: account.Profile{Email: "officer@example.org"}})
		return err
	}))
	r := w.Definition().Flow.Role("authority")
	g := access.Grant{Procedure: w.Definition().ID, Role: r.ID}
	for _, v := range r.Can {
		g.Verbs = append(g.Verbs, access.Verb(v))
	}
	a.Grants = []access.Grant{g}
	return a
}

// due lets the clock look for what is to be tried again.
func (w *world) due() {
	w.t.Helper()
	must(w.t, w.Store.InTx(w.t.Context(), func(tx *store.Tx) error { return job.Insert(w.t.Context(), tx, exchange.Due{}) }))
	w.Drain()
}

func (w *world) text(sql string, args ...any) (s string) {
	w.t.Helper()
	must(w.t, w.Store.Pool().QueryRow(w.t.Context(), sql, args...).Scan(&s))
	return s
}

// reply is what another system gets from the exchange.
type reply struct {
	*http.Response
	body []byte
}

// call asks the agents' door as another system does: no cookie, no Origin.
func (w *world) call(method, path, token, body string) reply {
	w.t.Helper()
	r := httptest.NewRequest(method, stage.Agents+path, strings.NewReader(body))
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	rec := httptest.NewRecorder()
	w.Doors.ServeHTTP(rec, r)
	res := rec.Result()
	all, err := io.ReadAll(res.Body)
	must(w.t, err)
	return reply{res, all}
}

// is wants a status; what is refused is told as a problem, never as a page.
func (r reply) is(t testing.TB, status int) reply {
	t.Helper()
	if r.StatusCode != status {
		t.Fatalf("%d, want %d: %s", r.StatusCode, status, r.body)
	}
	if status >= 400 {
		var p struct{ Status int }
		if err := json.Unmarshal(r.body, &p); err != nil || p.Status != status || r.Header.Get("Content-Type") != "application/problem+json" {
			t.Fatalf("%d is told as %s: %s", status, r.Header.Get("Content-Type"), r.body)
		}
	}
	if len(r.Cookies()) > 0 {
		t.Fatal("a cookie is set")
	}
	return r
}

// verified checks a detached signature with the key that the house publishes.
func (w *world) verified(signature string, body []byte) {
	w.t.Helper()
	var set struct{ Keys []struct{ Kid, X string } }
	must(w.t, json.Unmarshal(w.call("GET", exchange.KeysPath, "", "").is(w.t, 200).body, &set))
	head, sig, ok := strings.Cut(signature, "..")
	if !ok || len(set.Keys) != 1 {
		w.t.Fatalf("%q is no detached signature, or there are %d keys", signature, len(set.Keys))
	}
	raw := func(s string) []byte {
		b, err := base64.RawURLEncoding.DecodeString(s)
		must(w.t, err)
		return b
	}
	var protected struct{ Alg, Kid string }
	must(w.t, json.Unmarshal(raw(head), &protected))
	if protected.Alg != "EdDSA" || protected.Kid != set.Keys[0].Kid {
		w.t.Fatalf("signed with %+v", protected)
	}
	input := head + "." + base64.RawURLEncoding.EncodeToString(body)
	if !ed25519.Verify(raw(set.Keys[0].X), []byte(input), raw(sig)) {
		w.t.Fatal("the signature does not hold")
	}
}
