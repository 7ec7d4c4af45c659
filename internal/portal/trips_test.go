package portal_test

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"guichet/internal/store"
	"guichet/internal/testkit"
)

// trips stands between the store and PostgreSQL and counts the answers that end a round trip (ReadyForQuery).
type trips struct {
	n    atomic.Int64
	away atomic.Bool // the database is stopped
	mu   sync.Mutex
	open []net.Conn
}

// stop ends every connection and refuses new ones; start lets them in again.
func (c *trips) stop() {
	c.away.Store(true)
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range c.open {
		_ = conn.Close()
	}
	c.open = nil
}

func (c *trips) start() { c.away.Store(false) }

// counted opens a world whose round trips are counted.
func counted(t *testing.T) (*world, *trips) {
	t.Helper()
	w := &world{t: t, clock: newClock}
	c := &trips{}
	w.open(ok(store.Open(t.Context(), c.between(t, testkit.DSN(t)), w.now))(t))
	t.Cleanup(w.store.Close)
	return w, c
}

// between gives the address of a door to the database that counts.
func (c *trips) between(t *testing.T, dsn string) string {
	t.Helper()
	u := ok(url.Parse(dsn))(t)
	q := u.Query()
	socket := q.Get("host") + "/.s.PGSQL." + port(q)
	l := ok(net.Listen("tcp", "127.0.0.1:0"))(t)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("unix", socket)
			if err != nil || c.away.Load() {
				_ = near.Close()
				continue
			}
			c.mu.Lock()
			c.open = append(c.open, near, far)
			c.mu.Unlock()
			go func() { _, _ = io.Copy(far, near); _ = far.Close() }()
			go func() { c.relay(near, far); _ = near.Close() }()
		}
	}()
	q.Del("host")
	u.Host, u.RawQuery = l.Addr().String(), q.Encode()
	return u.String()
}

func port(q url.Values) string {
	if p := q.Get("port"); p != "" {
		return p
	}
	return "5432"
}

// relay passes the server's messages on: a letter, four bytes of length, the rest.
func (c *trips) relay(to io.Writer, from io.Reader) {
	head := make([]byte, 5)
	for {
		if _, err := io.ReadFull(from, head); err != nil {
			return
		}
		rest := int64(head[1])<<24 | int64(head[2])<<16 | int64(head[3])<<8 | int64(head[4]) - 4
		body := make([]byte, rest)
		if _, err := io.ReadFull(from, body); err != nil {
			return
		}
		if head[0] == 'Z' {
			c.n.Add(1)
		}
		if _, err := to.Write(append(head[:5:5], body...)); err != nil {
			return
		}
	}
}

func (c *trips) of(f func()) int64 {
	before := c.n.Load()
	f()
	return c.n.Load() - before
}

// A step page costs one round trip, the session's, with which its dossier comes; only a first view that offers what is known of
// the account costs another.
func TestStepPageRoundTrips(t *testing.T) {
	w, c := counted(t)
	b := w.signIn("chiara@example.org")
	b.page(b.dossier + "/step/birth") // the statements are prepared once for each connection
	for step, want := range map[string]int64{"birth": 1, "children": 1, "start": 2} {
		b.page(b.dossier + "/step/" + step)
		if n := c.of(func() { b.page(b.dossier + "/step/" + step) }); n != want {
			t.Errorf("step %s: %d round trips, want %d", step, n, want)
		}
	}
	b.want(b.fill("start", url.Values{"applicant.is_applicant": {"yes"}, "declarant.mail": {"chiara@example.org"}}), http.StatusSeeOther)
	if n := c.of(func() { b.page(b.dossier + "/step/start") }); n != 1 {
		t.Errorf("an answered step with an offer: %d round trips, want 1", n)
	}
}

// A database that is stopped in the middle of the work is a 503 that says so; nothing saved is lost, and work goes on when it is back.
func TestDatabaseAway(t *testing.T) {
	w, c := counted(t)
	b := w.signIn("chiara@example.org")
	typed := url.Values{"applicant.birth_city": {"Gênes"}, "_version": {"0"}, "action": {"continue"}}
	c.stop()
	rec := b.want(b.post(b.dossier+"/step/birth", typed), http.StatusServiceUnavailable)
	if rec.Header().Get("Retry-After") == "" {
		t.Error("nothing says when to try again")
	}
	c.start()
	b.want(b.post(b.dossier+"/step/birth", typed), http.StatusUnprocessableEntity)
	contains(t, b.page(b.dossier+"/step/birth"), `value="Gênes"`)
}

// The first view of a step is small: 40 KB with all its assets, compressed, in at most 6 requests.
func TestStepPageWeight(t *testing.T) {
	b := newWorld(t).signIn("chiara@example.org")
	page := b.page(b.dossier + "/step/nationality")
	b.header.Set("Accept-Encoding", "gzip")
	total, requests := b.get(b.dossier+"/step/nationality").Body.Len(), 1
	for part := range strings.SplitSeq(page, `"`) {
		if strings.HasPrefix(part, "/assets/") {
			total += b.get(part).Body.Len()
			requests++
		}
	}
	if total > 40<<10 || requests > 6 {
		t.Errorf("%d bytes in %d requests", total, requests)
	}
	t.Logf("%d bytes in %d requests", total, requests)
}

// BenchmarkStepPage is the whole way of a step page, session and database included.
func BenchmarkStepPage(b *testing.B) {
	w := newWorld(b)
	x := w.signIn("chiara@example.org")
	x.tell(testkit.PersonaNamed(b, "tenant"))
	for b.Loop() {
		x.page(x.dossier + "/step/applicant")
	}
}
