package localdb

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"guichet/internal/fault"
)

// startAt starts a cluster and skips where the machine has no PostgreSQL at all.
func startAt(t *testing.T, o Options) *Server {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	s, err := Start(ctx, o)
	if errors.Is(err, ErrMissing) && os.Getenv("CI") == "" {
		t.Skipf("SKIPPED, needs PostgreSQL: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// folder is a place that the user postgres can reach; t.TempDir is closed to others.
func folder(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "guichet-localdb-") //nolint:usetesting // t.TempDir is closed to the user postgres
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// prepared is the folder of a cluster that was made and stopped: making one takes most of
// a second, copying it a twentieth.
func prepared(t testing.TB) string {
	t.Helper()
	original.once.Do(func() { original.dir, original.err = makeOriginal() })
	if errors.Is(original.err, ErrMissing) && os.Getenv("CI") == "" {
		t.Skipf("SKIPPED, needs PostgreSQL: %v", original.err)
	}
	dir := folder(t)
	copying := exec.Command("cp", "-a", original.dir+"/.", dir)
	if out, err := copying.CombinedOutput(); err != nil || original.err != nil {
		t.Fatal(original.err, err, string(out))
	}
	return dir
}

var original struct {
	once sync.Once
	dir  string
	err  error
}

func makeOriginal() (string, error) {
	dir, err := os.MkdirTemp("", "guichet-localdb-")
	if err != nil {
		return "", err
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return "", err
	}
	s, err := Start(context.Background(), Options{Dir: dir})
	if err != nil {
		return dir, err
	}
	return dir, s.Stop()
}

func execute(t *testing.T, s *Server, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.DSN(Database))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

func query(t *testing.T, s *Server, sql string) (answer string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.DSN(Database))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if err := conn.QueryRow(t.Context(), sql).Scan(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestStartServesAndKeepsDataOverARestart(t *testing.T) {
	o := Options{Dir: folder(t), Durable: true}
	s := startAt(t, o)
	execute(t, s, "create table kept (n int); insert into kept values (7)")
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	s = startAt(t, o)
	if got := query(t, s, "select n::text from kept"); got != "7" {
		t.Errorf("after a restart kept.n = %s, want 7", got)
	}
}

func TestSettings(t *testing.T) {
	s := startAt(t, Options{Dir: prepared(t), Durable: true})
	for setting, want := range map[string]string{
		"listen_addresses": "", "fsync": "on", "synchronous_commit": "on", "server_encoding": "UTF8",
		"log_error_verbosity": "terse", "log_min_error_statement": "panic", "TimeZone": "UTC",
	} {
		if got := query(t, s, "select current_setting('"+setting+"')"); got != want {
			t.Errorf("%s = %q, want %q", setting, got, want)
		}
	}
	info, err := os.Stat(s.home.socket)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("socket folder %v (%v), want mode 0700", info.Mode(), err)
	}
}

func TestOnlyOurRoleSignsIn(t *testing.T) {
	s := startAt(t, Options{Dir: prepared(t)})
	execute(t, s, "create role other login superuser")
	_, err := pgx.Connect(t.Context(), strings.Replace(s.DSN(Database), "user="+Role, "user=other", 1))
	if err == nil {
		t.Error("the role other signed in; only the owner of the cluster may")
	}
}

func TestStatementsStayOutOfTheLog(t *testing.T) {
	s := startAt(t, Options{Dir: prepared(t)})
	conn, err := pgx.Connect(t.Context(), s.DSN(Database))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	_, _ = conn.Exec(t.Context(), "create table once (name text unique)")
	for range 2 { // the second breaks the constraint, whose detail would show the value
		_, err = conn.Exec(t.Context(), "insert into once values ($1)", "canary-of-the-log")
	}
	if err == nil {
		t.Fatal("the constraint held nothing")
	}
	text, err := os.ReadFile(s.home.log())
	if err != nil || len(text) == 0 {
		t.Fatalf("no log to look at: %v", err)
	}
	if strings.Contains(string(text), "canary-of-the-log") {
		t.Error("the log shows a value of a statement")
	}
}

func TestASecondStartIsTold(t *testing.T) {
	o := Options{Dir: prepared(t)}
	startAt(t, o)
	_, err := Start(t.Context(), o)
	if !errors.Is(err, ErrBusy) || fault.Of(err) != fault.Conflict {
		t.Errorf("second start: %v, want ErrBusy as a conflict", err)
	}
}

func TestLongFolder(t *testing.T) {
	dir := filepath.Join(folder(t), strings.Repeat("a-long-name-", 12))
	s := startAt(t, Options{Dir: dir})
	if len(s.home.socket) > longestSocketDir {
		t.Errorf("socket folder of %d bytes, at most %d fit", len(s.home.socket), longestSocketDir)
	}
	t.Cleanup(func() { _ = os.RemoveAll(s.home.socket) })
	if got := query(t, s, "select 'ok'"); got != "ok" {
		t.Errorf("got %q", got)
	}
}

func TestFolderClosedToOthers(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root drops to another user")
	}
	closed := filepath.Join(folder(t), "closed")
	if err := os.Mkdir(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	o := Options{Dir: filepath.Join(closed, "var"), FallbackDir: filepath.Join(folder(t), "open")}
	s := startAt(t, o)
	first := s.Home()
	if !strings.HasPrefix(first, o.FallbackDir) {
		t.Fatalf("home %s is not under %s", first, o.FallbackDir)
	}
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	if s = startAt(t, o); s.Home() != first {
		t.Errorf("the second start chose %s, want %s again", s.Home(), first)
	}
}

func TestFolderThatNobodyReaches(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root drops to another user")
	}
	closed := filepath.Join(folder(t), "closed")
	if err := os.Mkdir(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := Start(t.Context(), Options{Dir: filepath.Join(closed, "var"), FallbackDir: filepath.Join(closed, "other")})
	if err == nil || !strings.Contains(err.Error(), "DATABASE_URL") {
		t.Errorf("got %v, want a remedy", err)
	}
}

func TestNoPostgreSQL(t *testing.T) {
	_, err := Start(t.Context(), Options{Dir: folder(t), Bin: "/nowhere"})
	if !errors.Is(err, ErrMissing) || fault.Of(err) != fault.Unavailable || !strings.Contains(err.Error(), "make deps") {
		t.Errorf("got %v, want Unavailable with the remedy make deps", err)
	}
}

func TestClusterOfAnotherVersion(t *testing.T) {
	o := Options{Dir: prepared(t)}
	s := startAt(t, o)
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.home.data(), "PG_VERSION"), []byte("9\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Start(t.Context(), o)
	if err == nil || !strings.Contains(err.Error(), "PostgreSQL 9") {
		t.Errorf("got %v, want it to name the version", err)
	}
}

func TestPidFileOfAnotherProcess(t *testing.T) {
	o := Options{Dir: prepared(t)}
	s := startAt(t, o)
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	// A number that belongs to somebody else by now: this very test.
	stale := "1\n"
	if err := os.WriteFile(s.home.pidPath(), []byte(stale), 0o600); err != nil {
		t.Fatal(err)
	}
	startAt(t, o)
}

func TestInterruptedInitialisationStartsAnew(t *testing.T) {
	o := Options{Dir: folder(t)}
	r, err := currentRunner()
	if err != nil {
		t.Skip(err)
	}
	half := filepath.Join(o.Dir, "cluster", "data.new")
	if err := errors.Join(r.give(filepath.Dir(half)), r.give(half)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(half, "PG_VERSION"), []byte("15\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	startAt(t, o)
}

func TestDoneTellsThatPostgreSQLEnded(t *testing.T) {
	s := startAt(t, Options{Dir: prepared(t)})
	if err := syscall.Kill(s.Pid(), syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
	select {
	case <-s.Done():
	case <-time.After(10 * time.Second):
		t.Error("PostgreSQL ended and Done said nothing")
	}
}
