package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The test binary plays the program, so that signals and exits are the real ones.
func TestMain(m *testing.M) {
	if os.Getenv("GUICHET_TEST_PROGRAM") == "1" || len(os.Args) > 1 && os.Args[1] == "child" {
		main()
		return
	}
	os.Exit(m.Run())
}

type program struct {
	t    *testing.T
	cmd  *exec.Cmd
	addr string
	data string
	out  *bytes.Buffer
}

func start(t *testing.T, data, addr, command string, env ...string) *program {
	t.Helper()
	p := &program{t: t, addr: addr, data: data, out: &bytes.Buffer{}}
	p.cmd = exec.Command(os.Args[0], command)
	p.cmd.Env = append(os.Environ(), "GUICHET_TEST_PROGRAM=1", "GUICHET_DATA="+data, "GUICHET_ADDR="+addr)
	p.cmd.Env = append(p.cmd.Env, env...)
	p.cmd.Stdout, p.cmd.Stderr = p.out, p.out
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill(); _ = p.cmd.Wait() })
	return p
}

// folder is one that the unprivileged user of the database can reach, even when root runs the test.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "guichet-test-") //nolint:usetesting // the parents of t.TempDir are closed to that user
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return fmt.Sprintf("localhost:%d", l.Addr().(*net.TCPAddr).Port)
}

// page waits for the first page; it asks again only as long as nobody listens.
func (p *program) page() string {
	p.t.Helper()
	end := time.Now().Add(60 * time.Second)
	for {
		res, err := http.Get("http://" + p.addr + "/")
		if err == nil {
			defer func() { _ = res.Body.Close() }()
			b, _ := io.ReadAll(res.Body)
			if res.StatusCode != http.StatusOK {
				p.t.Fatalf("%s: %s", res.Status, b)
			}
			return string(b)
		}
		if time.Now().After(end) {
			p.t.Fatalf("no page: %v", err)
		}
		<-time.After(20 * time.Millisecond)
	}
}

// postgres is how many servers run on the program's private folder.
func (p *program) postgres() int {
	p.t.Helper()
	out, _ := exec.Command("pgrep", "-f", filepath.Join(p.data, "postgres")).Output()
	return len(strings.Fields(string(out)))
}

func (p *program) gone() {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), 20*time.Second)
	defer cancel()
	for p.postgres() > 0 {
		select {
		case <-ctx.Done():
			p.t.Fatalf("%d PostgreSQL processes are left behind", p.postgres())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Ctrl-C stops everything; kill -9 leaves no orphan, and the next start is none the worse.
func TestServeStartsStopsAndSurvivesItsKilling(t *testing.T) {
	data := folder(t)
	addr := freeAddr(t)
	p := start(t, data, addr, "serve")
	if body := p.page(); !strings.Contains(body, "<html") {
		t.Fatal(body)
	}
	if p.postgres() == 0 {
		t.Fatal("no PostgreSQL runs on the program's folder")
	}
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Fatalf("%v\n%s", err, p.out)
	}
	p.gone()
	p = start(t, data, addr, "serve")
	p.page()
	if err := p.cmd.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = p.cmd.Wait()
	p.gone()
	p = start(t, data, addr, "serve")
	p.page()
}

// A keyring that is lost must not be replaced in silence: the database could never be read again.
func TestServeRefusesANewKeyringForAnOldDatabase(t *testing.T) {
	data := folder(t)
	addr := freeAddr(t)
	run := func(command string, args ...string) (string, error) {
		cmd := exec.Command(os.Args[0], append([]string{command}, args...)...)
		cmd.Env = append(os.Environ(), "GUICHET_TEST_PROGRAM=1", "GUICHET_DATA="+data, "GUICHET_ADDR="+addr)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	out, err := run("admin", "create", "--email", "head@example.org", "--first-names", "Ada", "--last-name", "Noël")
	if err != nil || !strings.Contains(out, "http://agents.") || !strings.Contains(out, "Back it up") {
		t.Fatalf("%v\n%s", err, out)
	}
	if err := os.Rename(filepath.Join(data, "keyring"), filepath.Join(data, "lost")); err != nil {
		t.Fatal(err)
	}
	out, err = run("serve")
	if err == nil || !strings.Contains(out, "restore the keyring's backup") {
		t.Fatalf("%v\n%s", err, out)
	}
}

func TestConfiguration(t *testing.T) {
	for _, c := range []struct{ name, value, want string }{
		{"GUICHET_ADDR", "nonsense", "GUICHET_ADDR is wrong: write host:port"},
		{"GUICHET_PUBLIC_URL", "ftp://x", "GUICHET_PUBLIC_URL is wrong: write a whole address"},
		{"DATABASE_URL", "mysql://x", "DATABASE_URL is wrong: write postgres://"},
		{"GUICHET_DEFINITIONS", "/does/not/exist", "GUICHET_DEFINITIONS is wrong: name a folder"},
		{"GUICHET_TRUSTED_PROXIES", "10.0.0.1", "GUICHET_TRUSTED_PROXIES is wrong: write networks"},
		{"GUICHET_ALLOW_DEMO", "maybe", "write 1 or 0"},
		{"GUICHET_SMTP_URL", "http://x", "write smtp://host:port"},
		{"GUICHET_CLAMD", "clamd", "GUICHET_CLAMD is wrong: write the path"},
		{"GUICHET_LOG", "loud", "GUICHET_LOG is wrong: write text or json"},
		{"GUICHET_COLOUR", "blue", "GUICHET_COLOUR is wrong: write a colour"},
	} {
		_, err := loadConfig("", func(name string) string {
			if name == c.name {
				return c.value
			}
			return ""
		})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s=%s: %v", c.name, c.value, err)
		}
	}
}

func TestConfigurationFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "guichet.conf")
	write := func(s string) {
		if err := os.WriteFile(file, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("# comment\nGUICHET_NAME = Mairie\nDATABASE_URL=postgres://u:canary@h/d\n")
	c, err := loadConfig(file, func(name string) string {
		if name == "GUICHET_ADDR" {
			return "localhost:9"
		}
		return ""
	})
	if err != nil || c.Name != "Mairie" || c.Addr != "localhost:9" || c.AgentsURL != "http://agents.localhost:9" {
		t.Fatalf("%v %+v", err, c)
	}
	var out bytes.Buffer
	c.print(&out)
	if strings.Contains(out.String(), "canary") || !strings.Contains(out.String(), "DATABASE_URL=(set, not shown)") {
		t.Fatal(out.String())
	}
	write("GUICHET_NAMME=x\n")
	if _, err := loadConfig(file, func(string) string { return "" }); err == nil || !strings.Contains(err.Error(), `:1: "GUICHET_NAMME" is no setting`) {
		t.Fatal(err)
	}
}

func TestEveryCommandTeaches(t *testing.T) {
	for _, c := range commands() {
		var out, errs bytes.Buffer
		_ = c.run(t.Context(), []string{"--help"}, &out, &errs)
		if help := out.String() + errs.String(); !strings.Contains(help, "guichet "+c.name) || len(help) < 60 {
			t.Errorf("%s --help teaches nothing: %s", c.name, help)
		}
	}
	for _, name := range []string{"serve", "migrate", "version", "release", "check", "demo"} {
		if err := run(t.Context(), []string{name, "stray", "--print-config"}, nil, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), "stray") {
			t.Errorf("%s passes a stray word over: %v", name, err)
		}
	}
	if err := run(t.Context(), []string{"nonsense"}, nil, io.Discard, io.Discard); err == nil {
		t.Error("an unknown command passes")
	}
}
