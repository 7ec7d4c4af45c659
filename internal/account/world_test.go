package account_test

import (
	"context"
	"io"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/job"
	"guichet/internal/notify"
	"guichet/internal/seal"
	"guichet/internal/strength"
	"guichet/internal/testkit"
	"guichet/internal/text"
)

const (
	good  = "girafe-tambour-42-violet"
	other = "casserole nuage pistache 7"
)

// world is a desk with a database, a mailbox and a clock of its own.
type world struct {
	*account.Desk
	t       testing.TB
	ctx     context.Context
	box     *notify.DemoBox
	workers *job.Workers
	mu      sync.Mutex
	clock   time.Time
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
	w := &world{t: t, ctx: t.Context(), clock: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC), workers: job.NewWorkers()}
	keys, err := seal.Create(t.TempDir())
	must(t, err)
	words, err := strength.Open(fstest.MapFS{strength.File: {Data: make([]byte, 6)}}, account.Guessed...)
	must(t, err)
	memory := uint32(64)
	if _, timed := t.(*testing.B); timed {
		memory = 0 // as in service
	}
	w.Desk = account.NewDesk(account.Config{
		HashMemory: memory,
		Passwords:  words,
		Store:      testkit.Store(t, w.now), Keys: keys, Texts: testkit.Texts(t), Service: text.Words{FR: "Guichet", EN: "Counter"},
		Origins: account.Origins{Applicants: "https://a.example", Agents: "https://b.example"},
		Roles: func(_, role string) ([]access.Verb, []string) {
			return []access.Verb{access.Verb(role)}, []string{"internal"}
		},
	})
	w.box, err = notify.OpenDemoBox(t.TempDir(), w.now)
	must(t, err)
	t.Cleanup(func() { _ = w.box.Close() })
	sender, err := notify.NewSender(w.box.URL(), "no-reply@guichet.example")
	must(t, err)
	post := &notify.Post{Store: w.Store, Sender: sender, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Composers: map[string]notify.Composer{"account": w.Desk}}
	post.Register(w.workers)
	return w
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// mails delivers what is queued and gives the mails that came, newest first.
func (w *world) mails() []notify.Received {
	w.t.Helper()
	must(w.t, job.Drain(w.ctx, w.Store, w.workers))
	return w.box.All()
}

var link = regexp.MustCompile(`https://\S+/(confirm|reset|invite)/(\S+)`)

// token is that of the newest mail's link.
func (w *world) token() string {
	w.t.Helper()
	mails := w.mails()
	if len(mails) == 0 {
		w.t.Fatal("no mail")
	}
	m := link.FindStringSubmatch(mails[0].Body)
	if m == nil {
		w.t.Fatalf("no link in %q", mails[0].Body)
	}
	return m[2]
}

func (w *world) register(email, password string) []*account.Problem {
	w.t.Helper()
	problems, err := w.Register(w.ctx, account.Registration{Email: email, Password: password, Lang: text.FR, Terms: []account.Accepted{{Notice: "terms", Text: "Les conditions", Lang: text.FR}}})
	must(w.t, err)
	return problems
}

// person registers and confirms somebody.
func (w *world) person(email string) int64 {
	w.t.Helper()
	if p := w.register(email, good); len(p) > 0 {
		w.t.Fatal(p[0].Key)
	}
	in, problem, err := w.Confirm(w.ctx, w.token(), good)
	must(w.t, err)
	if problem != nil {
		w.t.Fatal(problem.Key)
	}
	return in.Account
}

// try signs in and gives the key of the problem, "" when it worked.
func (w *world) try(email, password string) string {
	w.t.Helper()
	_, problem, err := w.SignIn(w.ctx, access.Person, email, password)
	must(w.t, err)
	if problem == nil {
		return ""
	}
	return strings.TrimPrefix(problem.Key, "account.problem.")
}

func (w *world) count(sql string) (n int) {
	w.t.Helper()
	must(w.t, w.Store.Pool().QueryRow(w.ctx, sql).Scan(&n))
	return n
}

func (w *world) admin() access.Actor {
	w.t.Helper()
	_, problem, err := w.CreateAdmin(w.ctx, account.Invitation{Profile: account.Profile{Email: "root@example.com", LastName: "Racine"}})
	must(w.t, err)
	if problem != nil {
		w.t.Fatal(problem.Key)
	}
	id := int64(w.count("select id from account where kind = 'agent' order by id limit 1"))
	return access.Actor{AccountID: id, Kind: access.Agent, Grants: []access.Grant{{Procedure: account.Everything, Role: account.Administrator}}}
}
