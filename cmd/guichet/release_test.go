package main

import (
	"encoding/base64"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/demo"
	"guichet/internal/job"
	"guichet/internal/release"
)

// The prompt lets nothing out that two people did not, freezes on demand, and tells the key that certificates are held to.
func TestReleaseAtThePrompt(t *testing.T) {
	data := folder(t)
	out := filepath.Join(t.TempDir(), "release.xlsx")
	call := func(args ...string) (string, error) {
		cmd := exec.Command(os.Args[0], args...)
		cmd.Env = append(os.Environ(), "GUICHET_TEST_PROGRAM=1", "GUICHET_DATA="+data)
		said, err := cmd.CombinedOutput()
		return string(said), err
	}
	run := func(args ...string) (string, error) { return call(append([]string{"release"}, args...)...) }
	if said, err := run("--freeze"); err != nil {
		t.Fatal(said, err)
	}
	said, err := run("--out", out)
	if _, missing := os.Stat(out); err == nil || missing == nil || !strings.Contains(said, "a second one approves") {
		t.Errorf("%v: %s", err, said)
	}
	one, err := run("--public-key")
	if key, bad := base64.StdEncoding.DecodeString(strings.TrimSpace(one)); err != nil || bad != nil || len(key) != 32 {
		t.Errorf("%v: %s", err, one)
	}
	if again, _ := run("--public-key"); again != one {
		t.Error("the key changes")
	}
	approveOne(t, data)
	if said, err := run("--out", out); err != nil {
		t.Fatal(said, err)
	}
	if said, err := call("verify-release", out, "--key", strings.TrimSpace(one)); err != nil {
		t.Errorf("what was written does not hold: %s", said)
	}
	if said, err := run("--lang", "en", "--out", out); err == nil {
		t.Errorf("a file that nobody asked for: %s", said)
	}
	if said, err := run("--lang", "de", "--out", out); err == nil || !strings.Contains(said, "write fr or en") {
		t.Errorf("an unknown language: %s", said)
	}
}

// A disk that is full in the middle leaves the file that was there, and nothing beside it.
func TestFullDiskLeavesNoHalfFile(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "release.xlsx")
	if err := writeFile(file, []byte("before")); err != nil {
		t.Fatal(err)
	}
	err := writeWhole(file, func(w io.Writer) error {
		_, err := w.Write(make([]byte, 1<<20))
		return errors.Join(err, syscall.ENOSPC)
	})
	if !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("%v", err)
	}
	left, _ := os.ReadDir(dir)
	if content, _ := os.ReadFile(file); string(content) != "before" || len(left) != 1 {
		t.Errorf("%q stands there, with %d files", content, len(left))
	}
	if err := writeFile(filepath.Join(dir, "nowhere", "release.xlsx"), nil); err == nil || !strings.Contains(err.Error(), "was not written") {
		t.Errorf("%v", err)
	}
}

// approveOne lets two analysts ask for a file of a small made-up state and agree on it.
func approveOne(t *testing.T, data string) {
	t.Helper()
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	c, err := loadConfig("", func(name string) string { return map[string]string{"GUICHET_DATA": data}[name] })
	must(err)
	r, err := open(ctx, c, forCommand, io.Discard)
	must(err)
	defer func() { must(r.close()) }()
	p := r.Catalogue.All()[0]
	until := release.LastMonth(time.Now()).AddDate(0, -1, 0) // the last month is frozen already
	past, err := demo.MakePast(p, demo.Wish{Seed: 3, People: 6000, Months: 4, PerYear: 2500, Until: until})
	must(err)
	replay, err := release.MakeReplay(p, past.Made(), past.Months)
	must(err)
	must(replay.Adopt(ctx, r.Store, len(past.Months)))
	var analysts []access.Actor
	for _, email := range []string{"une@example.org", "deux@example.org"} {
		link, problem, err := r.Accounts.InviteHere(ctx, account.Invitation{Profile: account.Profile{Email: email, LastName: "Martin"}, Lang: "fr", Rights: []account.Right{{Procedure: p.ID, Role: "analyst"}}})
		must(err)
		if problem == nil {
			_, problem, err = r.Accounts.AcceptInvite(ctx, link[strings.LastIndex(link, "/")+1:], "canard violet sous 58 nuages")
			must(err)
		}
		if problem != nil {
			t.Fatal(problem.Key)
		}
		agents, err := r.Accounts.Agents(ctx)
		must(err)
		a, err := r.Accounts.Actor(ctx, agents[len(agents)-1].ID, time.Now())
		must(err)
		analysts = append(analysts, a)
	}
	id, err := r.Releases.Ask(ctx, analysts[0], p.ID, release.Asking{Lang: "fr", Reason: "Rapport"})
	must(err)
	must(r.Releases.Decide(ctx, analysts[1], id, true, ""))
	must(job.Drain(ctx, r.Store, r.Workers))
}
