// Package stage opens the whole house for a test: three doors, a database, a clock, a mail box, and browsers to visit them.
package stage

import (
	"bytes"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"guichet"
	"guichet/internal/account"
	"guichet/internal/app"
	"guichet/internal/document"
	"guichet/internal/job"
	"guichet/internal/notify"
	"guichet/internal/procedure"
	"guichet/internal/seal"
	"guichet/internal/strength"
	"guichet/internal/testkit"
	"guichet/internal/text"
	"guichet/internal/web"
)

// The public addresses of the three doors on a stage.
const (
	Applicants = "https://guichet.example"
	Agents     = "https://agents.guichet.example"
	Files      = "https://files.guichet.example"
)

// App is the real house with everything of its own: what one test does, no other sees.
type App struct {
	*app.App
	Clock *testkit.Clock
	Box   *notify.DemoBox
	Blobs string // folder of the files
	Keys  string // folder of the keyring
	Log   *Log   // what the house has logged so far
	Doors http.Handler

	t testing.TB
}

// Log collects lines; it may be written from any goroutine.
type Log struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write keeps p.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

// String is all that was logged.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// definitions are loaded once: they are immutable.
var definitions = sync.OnceValues(func() (*procedure.Catalogue, []procedure.Refusal) { return procedure.Load(guichet.Files) })

// passwords are read once: nothing changes them.
var passwords = sync.OnceValues(func() (*strength.List, error) {
	front, err := front()
	if err != nil {
		return nil, err
	}
	return strength.Open(front, account.Guessed...)
})

// front is the front end, as it stands in the tree.
func front() (fs.FS, error) {
	root, err := testkit.Root()
	return os.DirFS(filepath.Join(root, "web", "static")), err
}

// Option changes the configuration before the house opens.
type Option func(*app.Config)

// Open opens the house at testkit.Today. It closes with t. The package's TestMain must call testkit.Main.
func Open(t testing.TB, options ...Option) *App {
	t.Helper()
	a := &App{t: t, Clock: testkit.NewClock(testkit.Today), Blobs: t.TempDir(), Keys: t.TempDir(), Log: &Log{}}
	cfg := a.config()
	for _, o := range options {
		o(&cfg)
	}
	house, err := app.New(cfg)
	a.must(err)
	a.App, a.Doors = house, house.Handler()
	return a
}

func (a *App) config() app.Config {
	a.t.Helper()
	catalogue, refused := definitions()
	for _, r := range refused {
		a.t.Fatal(r)
	}
	keys, err := seal.Create(a.Keys)
	a.must(err)
	blobs, err := document.OpenFolder(a.Blobs)
	a.must(err)
	a.t.Cleanup(func() { _ = blobs.Close() })
	a.Box, err = notify.OpenDemoBox(a.t.TempDir(), a.Clock.Now)
	a.must(err)
	a.t.Cleanup(func() { _ = a.Box.Close() })
	front, err := front()
	a.must(err)
	known, err := passwords()
	a.must(err)
	return app.Config{
		Passwords: known,
		Store:     testkit.Store(a.t, a.Clock.Now), Keys: keys, Blobs: blobs, Workshop: testkit.Workshop(), Catalogue: catalogue.Apart(), Texts: testkit.Texts(a.t),
		Front: front, Applicants: Applicants, Agents: Agents, Files: Files,
		Service:    text.Words{FR: "Guichet", EN: "Guichet"},
		Controller: text.Words{FR: "L’autorité", EN: "The authority"}, Contact: "contact@guichet.example",
		SMTP: a.Box.URL(), From: "Guichet <ne-pas-repondre@guichet.example>", DemoBox: a.Box, LimitScale: 1000,
		WorkCost: 1, HashMemory: 64,
		AgentsBare: true, // tests of second proofs ask for them
		Log:        logTo(a.Log),
	}
}

func logTo(w io.Writer) *slog.Logger { return web.NewLog(w, nil) }

func (a *App) must(err error) {
	a.t.Helper()
	if err != nil {
		a.t.Fatal(err)
	}
}

// Drain does every job that is due, as the queue would.
func (a *App) Drain() {
	a.t.Helper()
	a.must(job.Drain(a.t.Context(), a.Store, a.Workers))
}

// Mails gives the mails to an address, newest first, after all jobs are done.
func (a *App) Mails(to string) []notify.Received {
	a.t.Helper()
	a.Drain()
	var out []notify.Received
	for _, m := range a.Box.All() {
		if m.To == to {
			out = append(out, m)
		}
	}
	return out
}

// Tidy lets the retention rules run and the journal be looked at, as the queue does every hour and every day.
func (a *App) Tidy() {
	a.t.Helper()
	a.must(a.Keeper.Run(a.t.Context()))
	a.Drain()
	_, _, err := a.Journal.Sign(a.t.Context())
	a.must(err)
}

// Definition is the first procedure of the catalogue, for tests that need one and no particular one.
func (a *App) Definition() *procedure.Procedure { return a.Catalogue.All()[0] }
