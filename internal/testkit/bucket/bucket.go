// Package bucket starts a real S3 server for a test: versitygw, which keeps objects in a folder.
package bucket

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"guichet/internal/testkit/absent"
)

// The credentials of the server of a test; they open nothing else.
const (
	access = "guichet-test"
	secret = "guichet-test-secret"
)

// Run starts the server with one empty bucket, puts its credentials into the environment of the test, and returns the
// bucket's address as GUICHET_BLOBS takes it. Where the program is missing the test is skipped, loudly.
func Run(t *testing.T) (address string) {
	t.Helper()
	program := find(t)
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "guichet"), 0o700); err != nil {
		t.Fatal(err)
	}
	port := free(t)
	var said bytes.Buffer
	cmd := exec.Command(program, "--port", port, "--access", access, "--secret", secret, "--region", "eu-west-3", "--quiet", "posix", dir)
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	for end := time.Now().Add(time.Minute); ; <-time.After(20 * time.Millisecond) {
		res, err := http.Get("http://" + port + "/")
		if err == nil {
			_ = res.Body.Close()
			break
		}
		if time.Now().After(end) {
			t.Fatalf("versitygw does not answer: %v\n%s", err, &said)
		}
	}
	t.Setenv("AWS_ACCESS_KEY_ID", access)
	t.Setenv("AWS_SECRET_ACCESS_KEY", secret)
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	return "s3://guichet?region=eu-west-3&endpoint=http://" + port + "&use_path_style=true"
}

// find looks where build/deps.sh puts it, then in the PATH.
func find(t *testing.T) string {
	t.Helper()
	for dir, err := os.Getwd(); err == nil && dir != "/"; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
			continue
		}
		if path := filepath.Join(dir, "bin", "versitygw"); exec.Command(path, "--version").Run() == nil {
			return path
		}
	}
	path, err := exec.LookPath("versitygw")
	if err != nil {
		absent.Skip(t, "versitygw")
	}
	return path
}

func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return fmt.Sprintf("127.0.0.1:%d", l.Addr().(*net.TCPAddr).Port)
}
