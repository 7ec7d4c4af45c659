package portal_test

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/document"
	"guichet/internal/dossier"
	"guichet/internal/firm"
	"guichet/internal/form"
	"guichet/internal/portal"
	"guichet/internal/procedure"
	"guichet/internal/report"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/testkit"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/web/components"
)

const (
	root     = "../.."
	password = "quatre chevaux verts agrafe"
)

// The addresses of the doors.
var (
	applicants = "https://guichet.example"
	agents     = "https://agents.guichet.example"
	files      = "https://files.guichet.example"
)

// TestMain plays the child that looks at files when the workshop runs this very binary.
func TestMain(m *testing.M) { testkit.Main(m) }

// catalogue is loaded once: it is immutable.
var catalogue = sync.OnceValues(func() (*procedure.Catalogue, []procedure.Refusal) { return procedure.Load(os.DirFS(root)) })

// newClock is when a world begins.
var newClock = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// world is the doors with a database and a clock of their own.
type world struct {
	*web.Site
	t      testing.TB
	desk   *account.Desk
	office *dossier.Office
	store  *store.Store
	def    *procedure.Procedure
	log    bytes.Buffer
	mu     sync.Mutex
	clock  time.Time
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.clock
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = w.clock.Add(d)
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, clock: newClock}
	w.open(testkit.Store(t, w.now))
	return w
}

func (w *world) open(s *store.Store) {
	t := w.t
	t.Helper()
	w.store = s
	all, refusals := catalogue()
	if len(refusals) > 0 {
		t.Fatal(refusals)
	}
	w.def = all.All()[0]
	keys := ok(seal.Create(t.TempDir()))(t)
	texts := testkit.Texts(t)
	look := &components.Site{Service: w.def.Title, Assets: ok(components.NewAssets(os.DirFS(root+"/web/static"), ""))(t)}
	w.desk = account.NewDesk(account.Config{Store: s, Keys: keys, Texts: texts, HashMemory: 64, Roles: func(_, role string) ([]access.Verb, []string) {
		return []access.Verb{access.Read, access.Process, access.Message, access.Assign}, nil
	}})
	blobs := ok(document.OpenFolder(t.TempDir()))(t)
	t.Cleanup(func() { _ = blobs.Close() })
	w.office = &dossier.Office{Store: s, Keys: keys, Catalogue: all, Blobs: blobs, Workshop: testkit.Workshop()}
	w.Site = ok(web.New(web.Config{
		Applicants: applicants, Agents: agents, Files: files, Site: look, Texts: texts, Sessions: w.desk, Log: web.NewLog(&w.log, nil),
		Now: w.now, LinkKey: keys.Derive("file links"), LimitScale: 1000,
	}))(t)
	signer := ok(keys.Signer())(t)
	deps := portal.Deps{
		Receipts: &report.Clerk{Signer: signer, Address: applicants, Controller: text.Words{FR: "L’autorité", EN: "The authority"}},
		Office:   w.office, Accounts: w.desk, Firms: &firm.House{Store: s, Keys: keys, Texts: texts, Address: w.desk.Address}, Catalogue: all, Site: look, Lapse: keys, Contact: "contact@guichet.example",
		Controller: text.Words{FR: "L’autorité", EN: "The authority"}, SMS: true,
		Links: func(name string) string {
			return map[string]string{"satisfaction_url": "https://survey.example/"}[name]
		},
	}
	portal.Register(w.Applicants, deps)
	portal.RegisterFiles(w.Files, deps)
}

// ok stops the test at an error: ok(f())(t).
func ok[T any](x T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// person makes an account that can sign in.
func (w *world) person(email string) int64 {
	w.t.Helper()
	return w.account(access.Person, account.Profile{Email: email, LastName: "Bianchi", FirstNames: "Chiara"})
}

func (w *world) account(kind access.Kind, p account.Profile) (id int64) {
	w.t.Helper()
	hash := ok(w.desk.Hash(context.Background(), password))(w.t)
	must(w.t, w.store.InTx(context.Background(), func(tx *store.Tx) (err error) {
		id, err = w.desk.CreateActive(context.Background(), tx, account.New{Kind: string(kind), Profile: p, PasswordHash: hash})
		return err
	}))
	return id
}

// browser keeps cookies for each host. It follows no redirect.
type browser struct {
	w       *world
	account int64
	dossier string // its path
	cookies map[string]map[string]string
	header  http.Header
}

// signIn gives a browser of a new person with a draft.
func (w *world) signIn(email string) *browser {
	w.t.Helper()
	b := &browser{w, w.person(email), "", map[string]map[string]string{}, http.Header{"Sec-Fetch-Site": {"same-origin"}, "Sec-Fetch-Mode": {"navigate"}}}
	b.dossier = "/dossier/" + w.start(b.account)
	b.resume(email)
	return b
}

// resume signs in by the page that carries a step.
func (b *browser) resume(email string) {
	b.w.t.Helper()
	step := b.dossier + "/step/" + b.w.def.Form.Steps[0].ID
	b.want(b.post(step+"/resume", url.Values{"email": {email}, "password": {password}, "kept": {""}, "account": {""}}), http.StatusSeeOther)
}

func (w *world) actor(id int64) access.Actor {
	return access.Actor{AccountID: id, Kind: access.Person, At: w.now()}
}

func (w *world) start(owner int64) string {
	w.t.Helper()
	var accepted []string
	for _, n := range dossier.EntryNotices(w.def) {
		accepted = append(accepted, n.ID)
	}
	return ok(w.office.Start(context.Background(), w.actor(owner), w.def.ID, accepted, text.FR))(w.t)
}

// read is the dossier as its owner has it now.
func (b *browser) read() *dossier.Dossier {
	b.w.t.Helper()
	return ok(b.w.office.Open(context.Background(), b.w.actor(b.account), strings.TrimPrefix(b.dossier, "/dossier/")))(b.w.t)
}

func (b *browser) do(method, address, kind string, body io.Reader) *httptest.ResponseRecorder {
	b.w.t.Helper()
	if strings.HasPrefix(address, "/") {
		address = applicants + address
	}
	u := ok(url.Parse(address))(b.w.t)
	r := httptest.NewRequest(method, u.RequestURI(), body)
	r.Host = u.Host
	for k, vs := range b.header {
		r.Header[k] = vs
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for k, v := range b.cookies[u.Host] {
		r.AddCookie(&http.Cookie{Name: k, Value: v})
	}
	rec := httptest.NewRecorder()
	b.w.ServeHTTP(rec, r)
	b.remember(u.Host, rec.Result().Cookies())
	return rec
}

func (b *browser) remember(host string, cookies []*http.Cookie) {
	if b.cookies[host] == nil {
		b.cookies[host] = map[string]string{}
	}
	for _, c := range cookies {
		b.cookies[host][c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(b.cookies[host], c.Name)
		}
	}
}

func (b *browser) get(address string) *httptest.ResponseRecorder {
	b.w.t.Helper()
	return b.do("GET", address, "", nil)
}

func (b *browser) post(address string, form url.Values) *httptest.ResponseRecorder {
	b.w.t.Helper()
	return b.do("POST", address, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

func (b *browser) want(rec *httptest.ResponseRecorder, status int) *httptest.ResponseRecorder {
	b.w.t.Helper()
	if rec.Code != status {
		b.w.t.Fatalf("status %d, want %d: %s", rec.Code, status, excerpt(rec.Body.String()))
	}
	return rec
}

var tags = regexp.MustCompile(`(?s)<head>.*?</head>|<[^>]*>`)

// excerpt is the words of a page, without its tags.
func excerpt(page string) string {
	words := strings.Join(strings.Fields(tags.ReplaceAllString(page, " ")), " ")
	return words[:min(len(words), 900)]
}

func (b *browser) page(address string) string {
	b.w.t.Helper()
	return b.want(b.get(address), http.StatusOK).Body.String()
}

var shownPaths = regexp.MustCompile(`name="_on" value="([^"]*)"`)

var version = regexp.MustCompile(`name="_version" value="(\d+)"`)

// fill posts a step as its page stands: with the version and the list of what is shown.
func (b *browser) fill(step string, answers url.Values) *httptest.ResponseRecorder {
	b.w.t.Helper()
	page := b.page(b.dossier + "/step/" + step)
	answers.Set("_version", version.FindStringSubmatch(page)[1])
	if shown := shownPaths.FindStringSubmatch(page); shown != nil {
		answers.Set("_on", shown[1])
	}
	if !answers.Has("action") {
		answers.Set("action", "continue")
	}
	return b.post(b.dossier+"/step/"+step, answers)
}

// file is a file of an upload.
type file struct {
	name    string
	content []byte
}

func (b *browser) upload(path string, sent ...file) *httptest.ResponseRecorder {
	b.w.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	must(b.w.t, m.WriteField("path", path))
	for _, f := range sent {
		part := ok(m.CreateFormFile("file", f.name))(b.w.t)
		_ = ok(part.Write(f.content))(b.w.t)
	}
	must(b.w.t, m.Close())
	return b.do("POST", b.dossier+"/document", m.FormDataContentType(), &body)
}

// tell fills every step as the persona would, and expects each to be right.
func (b *browser) tell(p testkit.Persona) {
	b.w.t.Helper()
	for _, id := range b.w.def.Form.StepIDs() {
		s := b.read().Journey(nil, b.w.now()).Step(id)
		if !s.Relevant || s.Step.Files {
			continue
		}
		b.tellStep(p, s.Step)
	}
}

// tellStep answers what the page shows, and then what these answers have opened.
func (b *browser) tellStep(p testkit.Persona, step *form.Step) {
	b.w.t.Helper()
	at := b.dossier + "/step/" + step.ID
	for range 4 {
		s := b.read().Journey(nil, b.w.now()).Step(step.ID)
		rec := b.want(b.fill(step.ID, shownOnly(p.Post(step), s)), http.StatusSeeOther)
		if to, _, _ := strings.Cut(rec.Header().Get("Location"), "#"); to != at {
			return
		}
	}
	b.w.t.Fatalf("step %s never ends", step.ID)
}

// shownOnly drops answers to questions that were not on the page.
func shownOnly(v url.Values, s *form.StepState) url.Values {
	for _, f := range s.Fields {
		if f.Relevant {
			continue
		}
		for name := range v {
			if name == f.Path || strings.HasPrefix(name, f.Path+".") {
				delete(v, name)
			}
		}
	}
	return v
}
