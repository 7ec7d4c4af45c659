package seal

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tink-crypto/tink-go/v2/core/registry"
	"github.com/tink-crypto/tink-go/v2/testing/fakekms"

	"guichet/internal/fault"
)

// A key that another server made opens what it wrapped before this one has looked; one that was destroyed is forgotten at the
// second look, not at the first: a row may just have been read.
func TestServersOfOneFolder(t *testing.T) {
	one, dir := ring(t)
	two, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	name, err := one.Make("master", []string{"master/0004"})
	if err != nil || name != "master/0005" {
		t.Fatalf("%s %v", name, err)
	}
	_, old, by, err := one.NewKey()
	if err != nil || by != "master/0001" {
		t.Fatalf("%s wraps before it is told to: %v", by, err)
	}
	if err := one.Use(name); err != nil {
		t.Fatal(err)
	}
	_, wrapped, by, err := one.NewKey()
	if err != nil || by != name {
		t.Fatalf("%s %v", by, err)
	}
	if _, err := two.Unwrap(wrapped, by); err != nil {
		t.Errorf("the other server does not open it: %v", err)
	}
	if err := one.Destroy(name); err == nil {
		t.Error("the key that wraps was destroyed")
	}
	if err := errors.Join(two.Use(name), one.Destroy("master/0001"), two.Look()); err != nil {
		t.Fatal(err)
	}
	if _, err := two.Unwrap(old, "master/0001"); err != nil {
		t.Errorf("forgotten at the first look: %v", err)
	}
	if err := two.Look(); err != nil {
		t.Fatal(err)
	}
	if _, err := two.Unwrap(old, "master/0001"); fault.Of(err) != fault.NotFound {
		t.Errorf("known after the second look: %v", err)
	}
	for _, bad := range []string{"master/../index/0001", "master/0009", "index/0001", ""} {
		if _, err := two.Unwrap(old, bad); fault.Of(err) != fault.NotFound {
			t.Errorf("%q: %v", bad, err)
		}
		if two.Use(bad) == nil || bad != "" && bad != "master/0009" && two.Destroy(bad) == nil {
			t.Errorf("%q is used or destroyed", bad)
		}
	}
}

// While two search keys are there a word has a token under each; a keyring from before they had files of their own keeps its
// tokens until it leaves them, and never loses its index key.
func TestSearchKeys(t *testing.T) {
	_, dir := ring(t)
	if err := os.RemoveAll(filepath.Join(dir, "search")); err != nil {
		t.Fatal(err)
	}
	k, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	before := k.Search("search", "durand")
	if len(before) != 1 || before[0].Key != 0 || !bytes.Equal(before[0].Hash, k.Index("search", "durand")) {
		t.Fatalf("%v", before)
	}
	if name, err := k.Make("search", nil); err != nil || name != "search/0001" {
		t.Fatalf("%s %v", name, err)
	}
	both := k.Search("search", "durand")
	if len(both) != 2 || !bytes.Equal(both[0].Hash, before[0].Hash) || bytes.Equal(both[1].Hash, before[0].Hash) || k.SearchKey() != 1 {
		t.Fatalf("%v", both)
	}
	if err := errors.Join(k.Destroy("search/0000"), k.Look(), k.Look()); err != nil {
		t.Fatal(err)
	}
	if left := k.Search("search", "durand"); len(left) != 1 || left[0].Key != 1 {
		t.Fatalf("%v", left)
	}
	again, err := Open(dir)
	if err != nil || !bytes.Equal(again.Index("email", "x"), k.Index("email", "x")) {
		t.Errorf("the index key is another: %v", err)
	}
}

// The keyring stands behind a key service, through Tink's interface: no file holds a key in the clear, nothing opens without the
// service, and a keyring that was there before is put behind it.
func TestKeysBehindAKeyService(t *testing.T) {
	uri, err := fakekms.NewKeyURI()
	if err != nil {
		t.Fatal(err)
	}
	client, err := fakekms.NewClient(uri)
	if err != nil {
		t.Fatal(err)
	}
	registry.RegisterKMSClient(client)
	remote, err := Remote(Service{URI: uri})
	if err != nil {
		t.Fatal(err)
	}
	_, dir := ring(t)
	plain, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2027, 2, 21, 0, 0, 0, 0, time.UTC)
	key, wrapped, by, _ := plain.NewKey()
	onDay, byDay, err := plain.WrapForDay(key, day)
	if err != nil {
		t.Fatal(err)
	}
	names, err := WrapFiles(dir, remote)
	if err != nil || len(names) != 4 {
		t.Fatalf("%v %v", names, err)
	}
	if names, err := WrapFiles(dir, remote); err != nil || len(names) != 0 {
		t.Errorf("wrapped twice: %v %v", names, err)
	}
	k, err := Open(dir, Behind(remote))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Make("master", nil); err != nil {
		t.Fatal(err)
	}
	for _, name := range append(names, "master/0002") {
		if in, err := k.Clear(name); err != nil || in {
			t.Errorf("%s is in the clear: %v", name, err)
		}
	}
	for range 2 {
		if _, err := k.Unwrap(wrapped, by); err != nil {
			t.Error(err)
		}
		if _, err := k.Unwrap(onDay, byDay); err != nil {
			t.Error(err)
		}
	}
	if err := k.DestroyDay(day); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Unwrap(onDay, byDay); fault.Of(err) != fault.NotFound {
		t.Errorf("a destroyed day opens from memory: %v", err)
	}
	if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), "set GUICHET_KMS") {
		t.Errorf("without the service: %v", err)
	}
	if err := os.Rename(filepath.Join(dir, "master/0002"), filepath.Join(dir, "master/0003")); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, Behind(remote)); err == nil {
		t.Error("a key opens under another name")
	}
}

// A copy brings back what the folder lacks and nothing that was to be erased.
func TestBackupBringsBackWhatIsLost(t *testing.T) {
	k, dir := ring(t)
	over, coming := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	key, wrapped, by, _ := k.NewKey()
	for _, d := range []time.Time{over, coming} {
		if _, _, err := k.WrapForDay(key, d); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, _, err := k.NewOwnKey(); err != nil { // what must vanish at once is in no copy
		t.Fatal(err)
	}
	var copied bytes.Buffer
	if n, err := Backup(dir, &copied); err != nil || n != 5 {
		t.Fatalf("%d %v", n, err)
	}
	empty := t.TempDir()
	now := time.Date(2026, 11, 22, 0, 30, 0, 0, time.UTC)
	for _, want := range [][]string{{"day/2026-11-23", "index/0001", "master/0001", "search/0001"}, nil} {
		back, err := Restore(empty, bytes.NewReader(copied.Bytes()), func(name string) bool { return Over(name, now) })
		slices.Sort(back)
		if err != nil || !slices.Equal(back, want) {
			t.Errorf("%v %v", back, err)
		}
	}
	again, err := Open(empty)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := again.Unwrap(wrapped, by); err != nil {
		t.Error(err)
	}
	for what, b := range map[string][]byte{"cut": copied.Bytes()[:3000], "nothing": nil, "another file": []byte(strings.Repeat("x", 2000))} {
		into := t.TempDir()
		if _, err := Restore(into, bytes.NewReader(b), func(string) bool { return false }); err == nil {
			t.Errorf("%s was restored", what)
		}
		if left, _ := os.ReadDir(into); len(left) > 0 {
			t.Errorf("%s left %v", what, left)
		}
	}
}
