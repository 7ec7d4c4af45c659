package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"guichet"
	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/document"
	"guichet/internal/dossier"
	"guichet/internal/form"
	"guichet/internal/localdb"
	"guichet/internal/procedure"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/text"
)

// house is the program in a process of its own, with people who have a dossier each.
type house struct {
	plan
	dir    string
	db     *localdb.Server
	server *exec.Cmd
	ended  chan struct{}
	addr   string
	client *http.Client
	people []person
	next   int // whose turn it is
	field  string
	body   []byte
	key    seal.Key
	blobs  *document.Folder // of the bare side, on the same disk
}

// person is somebody signed in.
type person struct{ dossier, cookie string }

func open(ctx context.Context, p plan) (_ *house, err error) {
	h := &house{plan: p, body: paper(), ended: make(chan struct{}), client: &http.Client{Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	defer func() {
		if err != nil {
			h.close()
		}
	}()
	if len(h.body) > size {
		return nil, fmt.Errorf("the file has %d bytes, more than is taken", len(h.body))
	}
	if h.dir, err = os.MkdirTemp("", "guichet-upload-"); err != nil {
		return nil, err
	}
	if err := os.Chmod(h.dir, 0o755); err != nil { // PostgreSQL drops to a user of its own, who must be able to pass through
		return nil, err
	}
	if h.db, err = localdb.Start(ctx, localdb.Options{Dir: filepath.Join(h.dir, "postgres"), Durable: true, FallbackDir: "/var/tmp/guichet-upload"}); err != nil {
		return nil, err
	}
	if err := h.fill(ctx); err != nil {
		return nil, err
	}
	return h, h.serve(ctx)
}

// fill makes people: as many as come at once, and enough that no dossier is ever full.
func (h *house) fill(ctx context.Context) error {
	s, err := store.Open(ctx, h.db.DSN(localdb.Database), time.Now)
	if err != nil {
		return err
	}
	defer s.Close()
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
	if h.key, _, _, err = keys.NewKey(); err != nil {
		return err
	}
	if h.blobs, err = document.OpenFolder(filepath.Join(h.dir, "bare")); err != nil {
		return err
	}
	all, refused := procedure.Load(guichet.Files)
	if len(refused) > 0 {
		return fmt.Errorf("the definitions are refused: %v", refused[0])
	}
	def := all.All()[0]
	h.field = firstFile(def.Form.Form)
	desk := account.NewDesk(account.Config{Store: s, Keys: keys})
	office := &dossier.Office{Store: s, Keys: keys, Catalogue: all}
	for i := range max(h.clients, 1+2*h.rounds*h.files/20) {
		p, err := join(ctx, s, desk, office, def.ID, i)
		if err != nil {
			return err
		}
		h.people = append(h.people, p)
	}
	return nil
}

// firstFile is a document that anybody may give.
func firstFile(f *form.Form) string {
	for _, s := range f.Steps {
		for _, x := range s.Fields {
			if x.Kind == form.File && x.PerRow == "" {
				return x.ID
			}
		}
	}
	return ""
}

func join(ctx context.Context, s *store.Store, desk *account.Desk, office *dossier.Office, procedure string, i int) (person, error) {
	now := s.Now()
	a := access.Actor{Kind: access.Person, At: now}
	err := s.InTx(ctx, func(tx *store.Tx) (err error) {
		a.AccountID, err = desk.CreateActive(ctx, tx, account.New{
			Kind: string(access.Person), Lang: text.FR, Profile: account.Profile{Email: fmt.Sprintf("person%d@example.org", i), LastName: "Bianchi", FirstNames: "Chiara"},
		})
		return err
	})
	if err != nil {
		return person{}, err
	}
	var accepted []string
	for _, n := range dossier.EntryNotices(office.Catalogue.Get(procedure)) {
		accepted = append(accepted, n.ID)
	}
	id, err := office.Start(ctx, a, procedure, accepted, text.FR)
	if err != nil {
		return person{}, err
	}
	token := fmt.Sprintf("bench-session-%032d", i)
	err = desk.SaveSession(ctx, account.Session{Hash: sha256.Sum256([]byte(token)), Data: []byte{1}, Actor: a, Created: now, Seen: now, Expires: now.Add(12 * time.Hour)})
	return person{"/dossier/" + id, "guichet-applicants=" + token}, err
}

// serve starts the program as an operator would.
func (h *house) serve(ctx context.Context) error {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	h.addr = l.Addr().String()
	if err := l.Close(); err != nil {
		return err
	}
	h.server = exec.Command(h.program, "serve")
	h.server.Env = []string{
		"PATH=" + os.Getenv("PATH"), "DATABASE_URL=" + h.db.DSN(localdb.Database), "GUICHET_ADDR=" + h.addr,
		"GUICHET_DATA=" + filepath.Join(h.dir, "data"), "GUICHET_KEYRING=" + filepath.Join(h.dir, "keyring"), "TMPDIR=" + h.dir,
	}
	h.server.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := h.server.Start(); err != nil {
		h.server = nil
		return err
	}
	go func() { _ = h.server.Wait(); close(h.ended) }()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); {
		if res, err := h.ask(ctx, http.MethodGet, person{dossier: "/"}, "", nil, nil, 0); err == nil && res.StatusCode == http.StatusOK {
			return nil
		}
		select {
		case <-h.ended:
			return errors.New("the program ended before it served")
		case <-time.After(20 * time.Millisecond):
		}
	}
	return errors.New("the program does not serve")
}

// close ends what was started and removes the folder.
func (h *house) close() {
	var err error
	if h.server != nil {
		_ = h.server.Process.Signal(syscall.SIGTERM)
		<-h.ended
	}
	if h.db != nil {
		err = h.db.Stop()
		if home := h.db.Home(); !strings.HasPrefix(home, h.dir) {
			err = errors.Join(err, os.RemoveAll(home))
		}
	}
	if err = errors.Join(err, os.RemoveAll(h.dir)); err != nil {
		fmt.Fprintln(os.Stderr, "upload:", err)
	}
}
