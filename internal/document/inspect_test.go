package document

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"guichet/internal/fault"
)

// TestMain plays the child when the workshop runs this very binary.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "child" {
		os.Exit(playChild(os.Args[2:]))
	}
	os.Exit(m.Run())
}

func playChild(args []string) int {
	switch {
	case len(args) > 0 && args[0] == "crash":
		panic("a parser gone wrong")
	case len(args) > 0 && args[0] == "hang":
		select {}
	case len(args) > 0 && args[0] == "spin":
		if err := limitTime(1, 5); err != nil {
			return 1
		}
		for n := uint(1); n != 0; n += 2 { // never 0: the processor is all that is to be used
		}
	case len(args) > 0 && args[0] == "babble":
		for {
			fmt.Println(strings.Repeat("x", 1000))
		}
	case len(args) > 0 && args[0] == "lie":
		fmt.Print(`{"info":{"kind":"exe","pages":1}}`)
		return 0
	}
	if len(args) > 1 && args[0] == "look" {
		return lookAround(args[1])
	}
	if len(args) > 1 && args[0] == "keep" {
		return keepOne(args[1])
	}
	if len(args) > 1 && args[0] == "jail" {
		return readFromJail(args[1])
	}
	if len(args) > 0 && args[0] == "nosuch" {
		renderers, args = nil, args[1:]
	}
	err := Child(args, os.Stdin, os.Stdout)
	if code, ok := errors.AsType[ErrExit](err); ok {
		return int(code)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// lookAround is a child that tries to get out: it refuses the file by a key
// that says how far it came.
func lookAround(address string) int {
	switch conn, err := net.DialTimeout("tcp", address, time.Second); {
	case err == nil:
		conn.Close()
		fmt.Print(`{"refused":"document.type"}`)
	case len(os.Environ()) > 0:
		fmt.Print(`{"refused":"document.heic"}`)
	default:
		fmt.Print(`{"refused":"document.empty"}`)
	}
	return 0
}

// A captured parser finds no network and no environment.
func TestChildIsAlone(t *testing.T) {
	if err := exec.Command("unshare", "--user", "--net", "true").Run(); err != nil {
		t.Skip("namespaces are not permitted here")
	}
	door, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer door.Close()
	t.Setenv("DATABASE_URL", "postgres://secret")
	_, err = workshop(t, "look", door.Addr().String()).Check(t.Context(), bytes.NewReader(rawPDF("")))
	switch fault.Key(err) {
	case "document.type":
		t.Error("the child reached the network")
	case "document.heic":
		t.Error("the child has an environment")
	case "document.empty":
	default:
		t.Errorf("the child said %v", err)
	}
}

// programEnv names a program without the race detector that plays the child; make test sets it, for every room.
const programEnv = "GUICHET_TEST_CHILD"

func workshop(t *testing.T, args ...string) *Workshop {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	slow := raced // the race detector makes a child need far more time and memory than the work
	if program := os.Getenv(programEnv); program != "" && len(args) == 0 {
		exe, slow = program, false
	}
	w := NewWorkshop(exe, append([]string{"child"}, args...)...)
	w.wall = time.Minute // this machine may be busy
	if slow {
		w.memory = 0
	}
	return w
}

// Each refusal of the manifest is a reason the doors know, and the other way
// round no reason is without a file, but for the crash, which has its own test.
func TestManifestCoversReasons(t *testing.T) {
	seen := map[string]bool{"": true, "document.unreadable": true}
	for _, s := range append(corpus(t), bombs(t)...) {
		seen[s.want] = true
	}
	for _, reason := range Reasons {
		if !seen[reason] {
			t.Errorf("no file is refused as %s", reason)
		}
		delete(seen, reason)
	}
	delete(seen, "")
	if len(seen) > 0 {
		t.Errorf("not among Reasons: %v", seen)
	}
}

func TestPDFIsKeptAsSent(t *testing.T) {
	sent := textPDF(t, 2)
	got, err := workshop(t).Check(t.Context(), bytes.NewReader(sent))
	if err != nil {
		t.Fatal(err)
	}
	defer got.Close()
	kept, err := io.ReadAll(got.Clean)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(kept, sent) || got.Size != int64(len(sent)) {
		t.Errorf("kept %d bytes, said %d, sent %d", len(kept), got.Size, len(sent))
	}
}

// A pixel bomb is refused by its header alone.
func TestBombIsRefusedAtOnce(t *testing.T) {
	bomb := bombPNG(65_500)
	within(t, 50*time.Millisecond, "the bomb", func() {
		if _, err := Inspect(bytes.NewReader(bomb), int64(len(bomb)), Standard); fault.Of(err) != fault.TooLarge {
			t.Errorf("bomb: %v", err)
		}
	})
}

func TestChildGoneWrong(t *testing.T) {
	for _, verb := range []string{"crash", "hang", "babble", "lie"} {
		t.Run(verb, func(t *testing.T) {
			t.Parallel()
			w := workshop(t, verb)
			w.wall = 2 * time.Second
			_, err := w.Check(t.Context(), bytes.NewReader(rawPDF("")))
			if fault.Of(err) != fault.Invalid || fault.Key(err) != "document.unreadable" {
				t.Errorf("got %v, want document.unreadable", err)
			}
		})
	}
}

// A child that takes more time of the processor than it began with is killed at once, and not only at what it could ask for.
func TestChildOutOfTime(t *testing.T) {
	t.Parallel()
	var used time.Duration
	w := workshop(t, "spin")
	w.ended = func(s *os.ProcessState) { used = s.UserTime() + s.SystemTime() }
	if _, err := w.Check(t.Context(), bytes.NewReader(rawPDF(""))); fault.Key(err) != "document.unreadable" || used > 3*time.Second {
		t.Errorf("%v after %v of processor", err, used)
	}
}

// A child that wants more memory than it may have dies alone.
func TestChildOutOfMemory(t *testing.T) {
	if raced {
		t.Skip("the race detector cannot live under a memory limit")
	}
	w := workshop(t)
	w.memory = 96 << 20
	large := pngOf(t, photo(6000, 6000))
	if _, err := w.Check(t.Context(), bytes.NewReader(large)); fault.Key(err) != "document.image_too_big" || fault.Of(err) != fault.TooLarge {
		t.Errorf("got %v, want document.image_too_big, which it said before it died", err)
	}
	w.memory = workshop(t).memory
	got, err := w.Check(t.Context(), bytes.NewReader(large))
	if err != nil {
		t.Fatalf("with its usual memory: %v", err)
	}
	got.Close()
}

func TestWorkshopFaultsAreOurs(t *testing.T) {
	w := NewWorkshop("/nonexistent/guichet")
	if _, err := w.Check(t.Context(), bytes.NewReader(rawPDF(""))); err == nil || fault.Of(err) != fault.Internal {
		t.Errorf("a missing program: %v, want an internal fault", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := workshop(t).Check(gone, bytes.NewReader(rawPDF(""))); !errors.Is(err, context.Canceled) {
		t.Errorf("a person who left: %v", err)
	}
	failing := io.MultiReader(strings.NewReader("%PDF-1.7"), errReader{})
	if _, err := workshop(t).Check(t.Context(), failing); !errors.Is(err, errWire) {
		t.Errorf("a broken upload: %v", err)
	}
}

var errWire = errors.New("the wire was cut")

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, errWire }

// Nothing of a file stays in the temporary folder, whatever became of it.
func TestNothingIsLeftBehind(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	w := workshop(t)
	for _, body := range [][]byte{rawPDF(""), noise(100), jpegOf(t, photo(40, 40))} {
		if got, err := w.Check(t.Context(), bytes.NewReader(body)); err == nil {
			got.Close()
		}
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func FuzzInspect(f *testing.F) {
	f.Add(rawPDF(""))
	f.Add(bombPNG(10))
	f.Fuzz(func(t *testing.T, body []byte) {
		info, err := Inspect(bytes.NewReader(body), int64(len(body)), Standard)
		if err != nil && fault.Key(err) == "" {
			t.Errorf("a refusal without a reason: %v", err)
		}
		if err == nil && info.Pages < 1 {
			t.Errorf("accepted without a page: %+v", info)
		}
	})
}
