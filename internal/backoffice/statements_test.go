package backoffice_test

import (
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"

	"guichet/internal/access"
	"guichet/internal/app"
	"guichet/internal/document"
	"guichet/internal/dossier"
	"guichet/internal/store"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// statements stands between the house and PostgreSQL and notes each statement that was carried out; what opens and ends a
// transaction is none.
type statements struct {
	mu   sync.Mutex
	done []string
}

// between gives the address of a door to the database that notes.
func (c *statements) between(t *testing.T, dsn string) string {
	t.Helper()
	u, err := url.Parse(dsn)
	must(t, err)
	q := u.Query()
	port := q.Get("port")
	if port == "" {
		port = "5432"
	}
	socket := q.Get("host") + "/.s.PGSQL." + port
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := new(net.Dialer).DialContext(t.Context(), "unix", socket)
			if err != nil {
				_ = near.Close()
				continue
			}
			go func() { _, _ = io.Copy(far, near); _ = far.Close() }()
			go func() { c.relay(near, far); _ = near.Close() }()
		}
	}()
	q.Del("host")
	u.Host, u.RawQuery = l.Addr().String(), q.Encode()
	return u.String()
}

// relay passes the server's messages on: a letter, four bytes of length, the rest. C ends a statement and names it.
func (c *statements) relay(to io.Writer, from io.Reader) {
	head := make([]byte, 5)
	for {
		if _, err := io.ReadFull(from, head); err != nil {
			return
		}
		body := make([]byte, int64(head[1])<<24|int64(head[2])<<16|int64(head[3])<<8|int64(head[4])-4)
		if _, err := io.ReadFull(from, body); err != nil {
			return
		}
		if tag := strings.TrimRight(string(body), "\x00"); head[0] == 'C' && tag != "BEGIN" && tag != "COMMIT" {
			c.mu.Lock()
			c.done = append(c.done, tag)
			c.mu.Unlock()
		}
		if _, err := to.Write(append(head[:5:5], body...)); err != nil {
			return
		}
	}
}

func (c *statements) of(f func()) []string {
	c.mu.Lock()
	before := len(c.done)
	c.mu.Unlock()
	f()
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.done[before:]
}

// mostStatements is what a dossier's page may cost, whatever stands on the dossier.
const mostStatements = 12

// A dossier with 40 documents and 100 acts is one page in at most 12 statements, the session's own included.
func TestDossierPageStatements(t *testing.T) {
	c := &statements{}
	house := stage.Open(t, func(x *app.Config) {
		s, err := store.Open(t.Context(), c.between(t, testkit.DSN(t)), x.Store.Now)
		must(t, err)
		t.Cleanup(s.Close)
		x.Store = s
	})
	w := &world{App: house, t: t}
	w.person, w.id = w.filed("chiara@example.org")
	agent := w.Hire("agent@example.org", "fr", officer)
	actor := access.Actor{
		AccountID: w.number("select id from account where kind = 'agent'"), Kind: access.Agent, At: w.Clock.Now(),
		Grants: []access.Grant{{Procedure: w.Definition().ID, Role: officer, Verbs: []access.Verb{access.Read, access.Process, access.Message}}},
	}
	paths := []string{"documents.income_proofs", "documents.good_character", "documents.residence_proof", "documents.electricity"}
	var picks []dossier.Pick
	for _, path := range paths {
		picks = append(picks, dossier.Pick{Path: path, Word: "?"})
	}
	must(t, w.Office.Move(t.Context(), actor, w.id, dossier.Act{Move: "ask", Picks: picks}))
	picture := testkit.Picture(7)
	for n := w.number("select count(*) from document"); n < 40; n++ {
		must(t, w.Office.AttachChecked(t.Context(), w.person, w.id, dossier.Paper{
			Path: paths[n%4], Name: fmt.Sprintf("papier-%d.png", n), Info: document.Info{Kind: document.PNG, Pages: 1}, Content: picture,
		}))
	}
	must(t, w.Office.Move(t.Context(), w.person, w.id, dossier.Act{Move: "complete"}))
	for n := w.number("select count(*) from journal_entry"); n < 100; n++ {
		must(t, w.Office.Note(t.Context(), actor, w.id, "vu"))
	}
	agent.Get(w.path("")) // the statements are prepared once for each connection
	done := c.of(func() { agent.Get(w.path("")).Want(200).Shows("papier-39.png") })
	t.Logf("a dossier's page with 40 documents and %d acts: %d statements", w.number("select count(*) from journal_entry"), len(done))
	if len(done) > mostStatements {
		t.Errorf("%d statements, want at most %d: %q", len(done), mostStatements, done)
	}
}
