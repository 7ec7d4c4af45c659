package document

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"
)

// A child runs the program that was brought along, from memory; where that cannot be, the one that was named.
func TestWorkshopBringsItsProgram(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	brought := func() (io.Reader, error) { return os.Open(exe) }
	for what, c := range map[string]struct {
		program func() (io.Reader, error)
		exe     string
		memory  bool
	}{
		"brought along":        {brought, "/nonexistent/guichet", true},
		"nothing brought":      {func() (io.Reader, error) { return nil, errors.New("none") }, exe, false},
		"brought, and no good": {func() (io.Reader, error) { return strings.NewReader("no program"), nil }, exe, false},
	} {
		w := NewWorkshopOf(c.program, c.exe, "child")
		w.memory, w.wall = 0, time.Minute
		got, err := w.Check(t.Context(), bytes.NewReader(textPDF(t, 4)))
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		if got.Kind != PDF || got.Pages != 4 {
			t.Errorf("%s: %+v", what, got.Info)
		}
		_ = got.Close()
		if path, _ := w.program(); strings.HasPrefix(path, "/proc/self/fd/") != c.memory {
			t.Errorf("%s: ran %s", what, path)
		}
	}
}
