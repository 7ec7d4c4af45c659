package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"guichet"
	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/app"
	"guichet/internal/document"
	"guichet/internal/localdb"
	"guichet/internal/procedure"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/text"
)

// house is the agents' door over a filled database, and agents who are signed in.
type house struct {
	plan
	*app.App
	dir     string
	db      *localdb.Server
	pool    *pgxpool.Pool // of the bare queries
	addr    string
	server  *http.Server
	client  *http.Client
	pages   []*bytes.Buffer // that of each client, as it was last answered
	def     *procedure.Procedure
	actors  []access.Actor
	cookies []string
	seeded  time.Duration
}

// open starts a private PostgreSQL, the house, and fills it. The house stands in this process: what is compared with it does too.
func open(ctx context.Context, p plan) (_ *house, err error) {
	h := &house{plan: p}
	for range p.clients {
		h.pages = append(h.pages, new(bytes.Buffer))
	}
	defer func() {
		if err != nil {
			h.close()
		}
	}()
	if h.dir, err = os.MkdirTemp("", "guichet-queue-"); err != nil {
		return nil, err
	}
	if err := os.Chmod(h.dir, 0o755); err != nil { // PostgreSQL drops to a user of its own, who must be able to pass through
		return nil, err
	}
	if h.db, err = localdb.Start(ctx, localdb.Options{Dir: filepath.Join(h.dir, "postgres"), FallbackDir: "/var/tmp/guichet-queue"}); err != nil {
		return nil, err
	}
	if err := h.listen(ctx); err != nil {
		return nil, err
	}
	if err := h.people(ctx); err != nil {
		return nil, err
	}
	return h, h.fill(ctx)
}

func (h *house) listen(ctx context.Context) error {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	h.addr = "http://agents.localhost:" + port
	if err := h.build(ctx, port); err != nil {
		return err
	}
	h.server = &http.Server{Handler: h.Handler(), ReadHeaderTimeout: time.Minute}
	go func() { _ = h.server.Serve(l) }()
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", l.Addr().String())
	}
	h.client = &http.Client{Transport: &http.Transport{DialContext: dial, MaxIdleConnsPerHost: 64, DisableCompression: true}, Timeout: 30 * time.Second}
	return nil
}

func (h *house) build(ctx context.Context, port string) error {
	s, err := store.Open(ctx, h.db.DSN(localdb.Database)+"&pool_max_conns=16", time.Now) //nolint:forbidigo // it measures
	if err != nil {
		return err
	}
	migrations, err := fs.Sub(guichet.Files, "db/migrations")
	if err != nil {
		return err
	}
	if _, err := s.Migrate(ctx, migrations); err != nil {
		return err
	}
	keys, err := seal.Create(filepath.Join(h.dir, "keyring"))
	if err != nil {
		return err
	}
	all, refused := procedure.Load(guichet.Files)
	if len(refused) > 0 {
		return fmt.Errorf("the definitions are refused: %v", refused[0])
	}
	words, err := fs.Sub(guichet.Files, "web/text")
	if err != nil {
		return err
	}
	texts, err := text.Load(words)
	if err != nil {
		return err
	}
	front, err := fs.Sub(guichet.Files, "web/static")
	if err != nil {
		return err
	}
	blobs, err := document.OpenFolder(filepath.Join(h.dir, "blobs"))
	if err != nil {
		return err
	}
	h.def = all.All()[0]
	h.pool = s.Pool()
	h.App, err = app.New(app.Config{
		Store: s, Keys: keys, Catalogue: all, Texts: texts, Front: front, Blobs: blobs, LimitScale: 1_000_000, AgentsBare: true, Log: slog.New(slog.DiscardHandler),
		Applicants: "http://localhost:" + port, Agents: h.addr, Files: "http://files.localhost:" + port,
		Service: text.Words{FR: "Guichet", EN: "Guichet"}, Controller: text.Words{FR: "L’autorité", EN: "The authority"},
	})
	return err
}

// people are agents with a session each, who have read what they must know.
func (h *house) people(ctx context.Context) error {
	role := h.def.Flow.Roles[0].ID
	for _, r := range h.def.Flow.Roles {
		if r.Kind == "agent" && r.May(string(access.Process)) {
			role = r.ID
			break
		}
	}
	for i := range h.clients {
		var id int64
		err := h.Store.InTx(ctx, func(tx *store.Tx) (err error) {
			id, err = h.Accounts.CreateActive(ctx, tx, account.New{Kind: string(access.Agent), Lang: text.FR, Profile: account.Profile{Email: fmt.Sprintf("agent%d@example.org", i), LastName: "Agent", FirstNames: "Camille"}})
			if err != nil {
				return err
			}
			return account.GiveRight(ctx, tx, id, account.Right{Procedure: h.def.ID, Role: role, Team: "Nord"}, 0)
		})
		if err != nil {
			return err
		}
		if err := h.admit(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

func (h *house) admit(ctx context.Context, id int64) error {
	now := h.Store.Now()
	a, err := h.Accounts.Actor(ctx, id, now)
	if err != nil {
		return err
	}
	duties, err := h.Office.Duties(ctx, a)
	if err != nil {
		return err
	}
	for _, d := range duties {
		if err := h.Office.Informed(ctx, a, d, text.FR); err != nil {
			return err
		}
	}
	token := fmt.Sprintf("bench-session-%032d", id)
	h.actors, h.cookies = append(h.actors, a), append(h.cookies, "guichet-agents="+token)
	return h.Accounts.SaveSession(ctx, account.Session{Hash: sha256.Sum256([]byte(token)), Data: []byte{1}, Actor: a, Created: now, Seen: now, Expires: now.Add(12 * time.Hour)})
}

func (h *house) fill(ctx context.Context) error {
	began := time.Now() //nolint:forbidigo // it measures
	conn, err := h.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	s := &seeder{conn: conn.Conn(), keys: h.Keys, p: h.def}
	for _, a := range h.actors {
		s.agents = append(s.agents, a.AccountID)
	}
	err = s.seed(ctx, h.dossiers)
	h.seeded = time.Since(began) //nolint:forbidigo // it measures
	return err
}

// page asks for an address as an agent's browser does, and wants it to show a word.
func (h *house) page(ctx context.Context, client int, path, shows string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, h.addr+path, http.NoBody)
	if err != nil {
		return err
	}
	r.Header = http.Header{"Cookie": {h.cookies[client]}, "Sec-Fetch-Site": {"same-origin"}, "Sec-Fetch-Mode": {"navigate"}, "Accept-Language": {"fr"}}
	res, err := h.client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body := h.pages[client] // read into the same memory each time: a browser's garbage is not the service's
	body.Reset()
	_, err = body.ReadFrom(res.Body)
	if err == nil && (res.StatusCode != http.StatusOK || !bytes.Contains(body.Bytes(), []byte(shows))) {
		err = fmt.Errorf("%s answered %d without %q", path, res.StatusCode, shows)
	}
	return err
}

// close ends what was started and removes the folder.
func (h *house) close() {
	var err error
	if h.server != nil {
		err = h.server.Close()
	}
	if h.App != nil {
		h.Store.Close()
	}
	if h.db != nil {
		err = errors.Join(err, h.db.Stop())
		if home := h.db.Home(); !strings.HasPrefix(home, h.dir) {
			err = errors.Join(err, os.RemoveAll(home))
		}
	}
	if err = errors.Join(err, os.RemoveAll(h.dir)); err != nil {
		fmt.Fprintln(os.Stderr, "queue:", err)
	}
}
