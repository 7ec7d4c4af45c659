package document

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"guichet/internal/fault"
	"guichet/internal/testkit/clamd"
)

func scanner(t *testing.T, where string) *Scanner {
	t.Helper()
	s, err := NewScanner(where)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A real clamd finds the test file bare, in the middle of another and across two pieces, and nothing elsewhere.
func TestScanFinds(t *testing.T) {
	s := scanner(t, clamd.Run(t).Socket)
	for name, c := range map[string]struct {
		body []byte
		want Finding
	}{
		"empty":   {nil, ""},
		"noise":   {noise(1 << 20), ""},
		"bare":    {clamd.Virus(), clamd.Name},
		"within":  {bytes.Join([][]byte{[]byte("%PDF-1.7\n"), clamd.Virus(), noise(5000)}, nil), clamd.Name},
		"between": {bytes.Join([][]byte{bytes.Repeat([]byte("a"), 64<<10-30), clamd.Virus()}, nil), clamd.Name},
		"largest": {bytes.Repeat([]byte("0123456789abcdef"), MostScanned/16), ""},
	} {
		got, err := s.Scan(t.Context(), bytes.NewReader(c.body), int64(len(c.body)))
		if err != nil || got != c.want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if said, err := s.Version(t.Context()); err != nil || !strings.HasPrefix(said, "ClamAV ") {
		t.Errorf("version: %q, %v", said, err)
	}
}

// Whatever goes wrong is an error, and never a verdict.
func TestScanErrorIsNoVerdict(t *testing.T) {
	d := clamd.Run(t)
	s := scanner(t, d.Socket)
	if _, err := s.Scan(t.Context(), bytes.NewReader(nil), MostScanned+1); fault.Of(err) != fault.TooLarge {
		t.Errorf("too long: %v", err)
	}
	if _, err := s.Scan(t.Context(), errReader{}, 10); !errors.Is(err, errWire) || fault.Of(err) == fault.Unavailable {
		t.Errorf("a file that cannot be read: %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Scan(gone, bytes.NewReader(clamd.Virus()), 68); err == nil {
		t.Error("a cancelled scan gave a verdict")
	}
	d.Stop()
	if _, err := s.Scan(t.Context(), bytes.NewReader(clamd.Virus()), 68); fault.Of(err) != fault.Unavailable || fault.Key(err) != "document.scanner_away" {
		t.Errorf("a scanner that is away: %v", err)
	}
}

func TestScannerAddresses(t *testing.T) {
	for where, good := range map[string]bool{"/run/clamav/clamd.ctl": true, "scanner:3310": true, "[::1]:3310": true, "scanner": false, ":3310": false, "": false} {
		if _, err := NewScanner(where); (err == nil) != good {
			t.Errorf("%q: %v", where, err)
		}
	}
}
