// Package smpp starts a message centre for text messages on loopback: the simulator of the npm package smpp.
package smpp

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"guichet/internal/testkit"
	"guichet/internal/testkit/absent"
)

// User and Secret open the centre's door.
const (
	User   = "guichet"
	Secret = "s3cret"
)

// Centre is a message centre of one test. Numbers that end in 00 are refused for good, the first SMS to one that ends in 01
// is put off.
type Centre struct {
	URL string // as NewCarrier reads it

	t      testing.TB
	orders io.Writer
	lines  *bufio.Scanner
}

// Event is what the centre says happened: a bind, an SMS, the answer to what it told.
type Event struct {
	Port       int
	Bound      *bool
	ID         string // of an SMS
	To         string
	TON        int `json:"ton"`
	From       string
	FromTON    int `json:"from_ton"`
	Coding     int
	Words      string
	Class      int
	Header     string
	Registered int
	Told       string // the SMS whose fate was told
	Status     uint32 // what we answered
	Dropped    bool
}

// Run starts a centre that runs until the test ends; the test is skipped, loudly, without Node.js or the package.
func Run(t testing.TB) *Centre {
	t.Helper()
	root, err := testkit.Root()
	must(t, err)
	modules := filepath.Join(root, "web/node_modules")
	node, err := exec.LookPath("node")
	if err != nil {
		absent.Skip(t, "node")
	}
	if _, err := os.Stat(filepath.Join(modules, "smpp")); err != nil {
		absent.Skip(t, "the npm package smpp (make front)")
	}
	cmd := exec.Command(node, filepath.Join(root, "internal/testkit/smpp/centre.cjs"), User, Secret)
	cmd.Env = append(os.Environ(), "NODE_PATH="+modules)
	cmd.Stderr = os.Stderr
	orders, err := cmd.StdinPipe()
	must(t, err)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	t.Cleanup(func() { _ = orders.Close(); _ = cmd.Process.Kill(); _ = cmd.Wait() })
	c := &Centre{t: t, orders: orders, lines: bufio.NewScanner(out)}
	c.URL = fmt.Sprintf("smpp://%s@127.0.0.1:%d", User, c.Next().Port)
	return c
}

// Next waits for what happens next.
func (c *Centre) Next() (e Event) {
	c.t.Helper()
	if !c.lines.Scan() {
		c.t.Fatalf("the message centre has ended: %v", c.lines.Err())
	}
	must(c.t, json.Unmarshal(c.lines.Bytes(), &e))
	return e
}

// Tell sends what became of an SMS: DELIVRD, UNDELIV and their like. Its answer is the next event.
func (c *Centre) Tell(id, state string) {
	c.t.Helper()
	_, err := fmt.Fprintf(c.orders, "tell %s %s\n", id, state)
	must(c.t, err)
}

// Drop hangs up.
func (c *Centre) Drop() {
	c.t.Helper()
	_, err := fmt.Fprintln(c.orders, "drop")
	must(c.t, err)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
