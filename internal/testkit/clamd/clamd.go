// Package clamd starts a real virus scanner for a test, with a signature of its own: that of the harmless test file.
package clamd

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"guichet/internal/testkit/absent"
)

// program is where Debian puts it: not in everybody's PATH.
const program = "/usr/sbin/clamd"

// Name is the signature that Start's scanner finds Virus under.
const Name = "Guichet.Test.UNOFFICIAL"

// Virus is the harmless file by which scanners are tried (EICAR). It is put together here, so that no scanner takes this
// repository for one.
func Virus() []byte {
	return []byte(`X5O!P%@AP[4\PZX54(P^)7CC)7}$` + "EICAR-STANDARD-" + "ANTIVIRUS-TEST-" + `FILE!$H+H*`)
}

// Daemon is a clamd of one test.
type Daemon struct {
	Socket string // path to be reached at

	t   testing.TB
	dir string
	cmd *exec.Cmd
}

// New prepares a scanner that does not run yet; the test is skipped, loudly, where none is installed.
func New(t testing.TB) *Daemon {
	t.Helper()
	if _, err := os.Stat(program); err != nil {
		absent.Skip(t, "clamav-daemon")
	}
	dir, err := os.MkdirTemp("", "clamd-") //nolint:usetesting // a socket's path is short
	must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	d := &Daemon{Socket: filepath.Join(dir, "s"), t: t, dir: dir}
	must(t, os.Mkdir(filepath.Join(dir, "db"), 0o700))
	signature := fmt.Sprintf("Guichet.Test:0:*:%s\n", hex.EncodeToString(Virus()))
	must(t, os.WriteFile(filepath.Join(dir, "db", "test.ndb"), []byte(signature), 0o600))
	conf := fmt.Sprintf("Foreground yes\nDatabaseDirectory %s/db\nLocalSocket %s\nTemporaryDirectory %s\nMaxThreads 2\n", dir, d.Socket, dir)
	if os.Getuid() == 0 {
		conf += "User root\n"
	}
	must(t, os.WriteFile(filepath.Join(dir, "conf"), []byte(conf), 0o600))
	t.Cleanup(d.Stop)
	return d
}

// Start runs the scanner and waits until it answers.
func (d *Daemon) Start() {
	d.t.Helper()
	var said bytes.Buffer
	d.cmd = exec.Command(program, "-c", filepath.Join(d.dir, "conf"))
	d.cmd.Stdout, d.cmd.Stderr = &said, &said
	must(d.t, d.cmd.Start())
	for end := time.Now().Add(time.Minute); ; {
		line, err := net.Dial("unix", d.Socket)
		if err == nil {
			_ = line.Close()
			return
		}
		if time.Now().After(end) {
			d.Stop()
			d.t.Fatalf("clamd does not answer: %v\n%s", err, &said)
		}
		<-time.After(20 * time.Millisecond)
	}
}

// Stop ends the scanner; one that does not run is left alone.
func (d *Daemon) Stop() {
	if d.cmd == nil {
		return
	}
	_ = d.cmd.Process.Kill()
	_ = d.cmd.Wait()
	_ = os.Remove(d.Socket)
	d.cmd = nil
}

// Run is a scanner that runs until the test ends.
func Run(t testing.TB) *Daemon {
	t.Helper()
	d := New(t)
	d.Start()
	return d
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
