package main

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

// Rooms that have no log of their own write into the program's, held to its list of keys.
func TestOneLogForAllRooms(t *testing.T) {
	before := slog.Default()
	t.Cleanup(func() { slog.SetDefault(before) })
	var out bytes.Buffer
	r := &running{}
	if _, err := r.config(t.Context(), Config{Log: "json", Data: t.TempDir(), Blobs: t.TempDir()}, forCommand, &out); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.close() })
	slog.Error("release not made", "procedure", "x")
	if !strings.Contains(out.String(), `"msg":"release not made","procedure":"x"`) {
		t.Errorf("%q", out.String())
	}
	defer func() {
		if recover() == nil {
			t.Error("a key that is not on the list was let through")
		}
	}()
	slog.Error("release not made", "answer", "x")
}
