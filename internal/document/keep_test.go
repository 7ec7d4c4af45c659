package document

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/memblob"
	_ "gocloud.dev/blob/s3blob"
	"pgregory.net/rapid"

	"guichet/internal/fault"
	s3bucket "guichet/internal/testkit/bucket"
)

func folder(t *testing.T) (*Folder, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "blobs")
	f, err := OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f, dir
}

// both runs the same test on every kind of store.
func both(t *testing.T, test func(*testing.T, Store)) {
	t.Helper()
	t.Run("folder", func(t *testing.T) {
		f, _ := folder(t)
		test(t, f)
	})
	t.Run("bucket", func(t *testing.T) {
		b := NewBucket(memblob.OpenBucket(nil))
		t.Cleanup(func() { _ = b.Close() })
		test(t, b)
	})
	t.Run("s3", func(t *testing.T) { // a server of its own, spoken to as in production
		opened, err := blob.OpenBucket(t.Context(), s3bucket.Run(t))
		if err != nil {
			t.Fatal(err)
		}
		b := NewBucket(opened)
		t.Cleanup(func() { _ = b.Close() })
		test(t, b)
	})
}

func kept(t *testing.T, s Store, name string) []byte {
	t.Helper()
	r, err := s.Get(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	body, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func names(t *testing.T, s Store) map[string]int64 {
	t.Helper()
	all := map[string]int64{}
	for entry, err := range s.Names(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		all[entry.Name] = entry.Size
	}
	return all
}

func TestKeepGetDelete(t *testing.T) {
	both(t, func(t *testing.T, s Store) {
		body, name := noise(3<<20), NewName()
		if n, err := s.Put(t.Context(), name, bytes.NewReader(body)); err != nil || n != int64(len(body)) {
			t.Fatalf("kept %d: %v", n, err)
		}
		if got := kept(t, s, name); !bytes.Equal(got, body) {
			t.Error("another file came back")
		}
		if got := names(t, s); len(got) != 1 || got[name] != int64(len(body)) {
			t.Errorf("names: %v", got)
		}
		for range 2 { // a retried job deletes twice
			if err := s.Delete(t.Context(), name); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Get(t.Context(), name); fault.Of(err) != fault.NotFound {
			t.Errorf("after deleting: %v", err)
		}
		if got := names(t, s); len(got) != 0 {
			t.Errorf("names after deleting: %v", got)
		}
	})
}

func TestKeepNeverReplaces(t *testing.T) {
	both(t, func(t *testing.T, s Store) {
		name := NewName()
		if _, err := s.Put(t.Context(), name, bytes.NewReader([]byte("first"))); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Put(t.Context(), name, bytes.NewReader([]byte("second"))); fault.Of(err) != fault.Conflict {
			t.Errorf("a second file of the same name: %v", err)
		}
		if got := kept(t, s, name); string(got) != "first" {
			t.Errorf("kept %q", got)
		}
	})
}

// An upload that is cut, or whose person leaves, leaves nothing.
func TestKeepNothingOfAHalf(t *testing.T) {
	both(t, func(t *testing.T, s Store) {
		half := io.MultiReader(bytes.NewReader(noise(1<<20)), errReader{})
		if _, err := s.Put(t.Context(), NewName(), half); !errors.Is(err, errWire) {
			t.Errorf("a cut upload: %v", err)
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := s.Put(gone, NewName(), bytes.NewReader(noise(1<<20))); err == nil {
			t.Error("a cancelled upload was kept")
		}
		if got := names(t, s); len(got) != 0 {
			t.Errorf("kept: %v", got)
		}
	})
}

// No name makes a path: only what NewName draws is let through.
func TestKeepNamesAreNoPaths(t *testing.T) {
	both(t, func(t *testing.T, s Store) {
		for _, name := range []string{"", ".", "../../../../../../etc/passwd", "..%2f..%2fetc%2fpasswd00000", "aaaaaaaaaaaaaaaaaaaaaaaaa/", "AAAAAAAAAAAAAAAAAAAAAAAAAA", "aaaaaaaaaaaaaaaaaaaaaaaaa\x00"} {
			if _, err := s.Put(t.Context(), name, bytes.NewReader(nil)); fault.Of(err) != fault.NotFound {
				t.Errorf("put %q: %v", name, err)
			}
			if _, err := s.Get(t.Context(), name); fault.Of(err) != fault.NotFound {
				t.Errorf("get %q: %v", name, err)
			}
			if err := s.Delete(t.Context(), name); fault.Of(err) != fault.NotFound {
				t.Errorf("delete %q: %v", name, err)
			}
		}
	})
}

func TestNewNamesDiffer(t *testing.T) {
	seen := map[string]bool{}
	rapid.Check(t, func(t *rapid.T) {
		name := NewName()
		if err := checkName(name); err != nil || seen[name] {
			t.Fatalf("%s: %v, seen %v", name, err, seen[name])
		}
		seen[name] = true
	})
}

// What a crash left half written is swept once it is old, and nothing else is.
func TestFolderSweep(t *testing.T) {
	f, dir := folder(t)
	if _, err := f.Put(t.Context(), NewName(), bytes.NewReader([]byte("whole"))); err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(dir, arriving, NewName())
	if err := os.WriteFile(left, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	written := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	if err := os.Chtimes(left, written, written); err != nil {
		t.Fatal(err)
	}
	if swept, err := f.Sweep(written); err != nil || swept != 0 {
		t.Errorf("too early: swept %d (%v)", swept, err)
	}
	if swept, err := f.Sweep(written.Add(time.Hour)); err != nil || swept != 1 {
		t.Errorf("in time: swept %d (%v)", swept, err)
	}
	if _, err := os.Stat(left); !os.IsNotExist(err) {
		t.Errorf("still there: %v", err)
	}
	if got := names(t, f); len(got) != 1 {
		t.Errorf("names: %v", got)
	}
}

// A full disk is told as such and leaves nothing behind.
func TestFolderOnAFullDisk(t *testing.T) {
	dir := smallDisk(t, "1m")
	f, err := OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Put(t.Context(), NewName(), bytes.NewReader(noise(2<<20))); fault.Of(err) != fault.Unavailable || fault.Key(err) != "document.store_full" {
		t.Errorf("got %v, want document.store_full", err)
	}
	name := NewName()
	if _, err := f.Put(t.Context(), name, bytes.NewReader(noise(100<<10))); err != nil {
		t.Errorf("a small file after it: %v", err)
	}
}
