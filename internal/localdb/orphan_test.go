package localdb

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// parentEnv makes this test program the parent that gets killed.
const parentEnv = "GUICHET_TEST_PARENT_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(parentEnv); dir != "" {
		runParent(dir)
	}
	code := m.Run()
	_ = os.RemoveAll(original.dir)
	os.Exit(code)
}

func runParent(dir string) {
	s, err := Start(context.Background(), Options{Dir: dir, Durable: true})
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	fmt.Println("pid", s.Pid())
	select {}
}

func TestKilledParentLeavesNoPostgreSQL(t *testing.T) {
	o := Options{Dir: prepared(t), Durable: true}
	for range 3 {
		parent, pid := startParent(t, o.Dir)
		fd, err := unix.PidfdOpen(pid, 0)
		if err != nil {
			t.Fatal(err)
		}
		if err := parent.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = parent.Wait()
		awaitGone(t, fd)
	}
	parent, _ := startParent(t, o.Dir)
	_ = parent.Process.Kill()
	_ = parent.Wait()
	startAt(t, o) // at once, while the orphan is still ending
}

func TestShareJoinsTheDatabaseOfAnotherProcess(t *testing.T) {
	dir := prepared(t)
	_, pid := startParent(t, dir)
	if _, err := Start(t.Context(), Options{Dir: dir}); !errors.Is(err, ErrBusy) {
		t.Errorf("without Share: %v, want ErrBusy", err)
	}
	s := startAt(t, Options{Dir: dir, Share: true})
	if s.Pid() != pid {
		t.Errorf("joined process %d, want %d", s.Pid(), pid)
	}
	if err := s.Stop(); err != nil {
		t.Error(err)
	}
	if got := query(t, s, "select 'still there'"); got != "still there" {
		t.Errorf("got %q", got)
	}
}

// startParent runs this program as the process to kill, and reads the postmaster's pid.
func startParent(t *testing.T, dir string) (parent *exec.Cmd, pid int) {
	t.Helper()
	parent = exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), parentEnv+"="+dir)
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = parent.Process.Kill()
		_ = parent.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	text, ok := strings.CutPrefix(strings.TrimSpace(line), "pid ")
	if pid, _ = strconv.Atoi(text); !ok || pid == 0 {
		t.Fatalf("the parent said %q (%v)", line, err)
	}
	return parent, pid
}

func awaitGone(t *testing.T, fd int) {
	t.Helper()
	defer unix.Close(fd)
	n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, 10_000)
	if n == 0 {
		t.Errorf("PostgreSQL outlived its parent by 10 s (%v)", err)
	}
}
