package seal

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guichet/internal/fault"
)

func ring(t *testing.T) (*Keyring, string) {
	t.Helper()
	dir := t.TempDir()
	k, err := Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	return k, dir
}

// What was sealed for one place opens there and nowhere else (ASVS 11.3.3).
func TestSealedOpensOnlyInItsPlace(t *testing.T) {
	k, _ := ring(t)
	key, _, _, err := k.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		ad := rapid.SliceOfN(rapid.String(), 1, 4).Draw(t, "ad")
		sealed, err := key.Seal(plain, ad...)
		if err != nil {
			t.Fatal(err)
		}
		back, err := key.Open(sealed, ad...)
		if err != nil || !bytes.Equal(back, plain) {
			t.Fatal(err)
		}
		if _, err := key.Open(sealed, append([]string{"x"}, ad...)...); err == nil {
			t.Fatal("opened elsewhere")
		}
		if _, err := key.Open(sealed, strings.Join(ad, "")); err == nil && len(ad) > 1 {
			t.Fatal("opened with its parts run together")
		}
		sealed[rapid.IntRange(0, len(sealed)-1).Draw(t, "bit")] ^= 1
		if _, err := key.Open(sealed, ad...); err == nil {
			t.Fatal("opened after tampering")
		}
	})
}

func TestStreamSealsAndIsBoundToItsPlace(t *testing.T) {
	k, _ := ring(t)
	key, _, _, _ := k.NewKey()
	plain := bytes.Repeat([]byte("0123456789abcdef"), 20_000) // several segments
	var sealed bytes.Buffer
	w, err := key.Writer(&sealed, "document", "a")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	read := func(b []byte, ad ...string) ([]byte, error) {
		r, err := key.Reader(bytes.NewReader(b), ad...)
		if err != nil {
			return nil, err
		}
		return io.ReadAll(r)
	}
	if back, err := read(sealed.Bytes(), "document", "a"); err != nil || !bytes.Equal(back, plain) {
		t.Fatalf("%v, %d bytes", err, len(back))
	}
	if _, err := read(sealed.Bytes(), "document", "b"); err == nil {
		t.Fatal("opened as another document")
	}
	if _, err := read(sealed.Bytes()[:sealed.Len()-40], "document", "a"); err == nil {
		t.Fatal("a cut stream passed as whole")
	}
	if bytes.Contains(sealed.Bytes(), plain[:64]) {
		t.Fatal("in the clear")
	}
}

// The key of a day dies with its day: what it wrapped is gone for good, other days and work stay (design, decision 6).
func TestDestroyedDayOpensNothing(t *testing.T) {
	k, dir := ring(t)
	key, wrapped, by, err := k.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2027, 2, 21, 0, 0, 0, 0, time.UTC)
	onDay, byDay, err := k.WrapForDay(key, day)
	if err != nil {
		t.Fatal(err)
	}
	_, otherBy, err := k.WrapForDay(key, day.AddDate(0, 0, 1))
	if err != nil {
		t.Fatal(err)
	}
	backup, err := os.ReadFile(filepath.Join(dir, byDay))
	if err != nil || len(backup) != keySize {
		t.Fatal(err)
	}
	days, err := k.DaysBefore(day.AddDate(0, 0, 1))
	if err != nil || len(days) != 1 || !days[0].Equal(day) {
		t.Fatalf("%v %v", days, err)
	}
	if err := k.DestroyDay(day); err != nil {
		t.Fatal(err)
	}
	if err := k.DestroyDay(day); err != nil {
		t.Fatalf("twice: %v", err)
	}
	if _, err := k.Unwrap(onDay, byDay); fault.Of(err) != fault.NotFound {
		t.Fatalf("the day's key opens still: %v", err)
	}
	if _, err := k.Unwrap(wrapped, by); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, otherBy)); err != nil {
		t.Fatal(err)
	}
	again, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := again.Unwrap(onDay, byDay); fault.Of(err) != fault.NotFound {
		t.Fatalf("after opening the keyring again: %v", err)
	}
}

// Two servers that need the same day's key at once make one.
func TestOneDayHasOneKey(t *testing.T) {
	k, dir := ring(t)
	other, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	key, _, _, _ := k.NewKey()
	done := make(chan error, 16)
	for i := range 16 {
		go func() {
			from := k
			if i%2 == 0 {
				from = other
			}
			wrapped, by, err := from.WrapForDay(key, day)
			if err == nil {
				_, err = k.Unwrap(wrapped, by)
			}
			done <- err
		}()
	}
	for range 16 {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
}

func TestKeyringFaultsAreNamed(t *testing.T) {
	if _, err := Open(t.TempDir()); fault.Of(err) != fault.NotFound {
		t.Fatalf("an empty folder: %v", err)
	}
	_, dir := ring(t)
	if err := os.WriteFile(filepath.Join(dir, "master/0001"), []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), "master/0001 has 5 bytes") {
		t.Fatalf("%v", err)
	}
}

func TestKeysPrintAsNothing(t *testing.T) {
	k, _ := ring(t)
	key, _, _, _ := k.NewKey()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%q"} {
		if got := fmt.Sprintf(verb, key); got != "[key]" {
			t.Errorf("%s prints %q", verb, got)
		}
	}
}

func TestIndexIsKeyedAndSeparated(t *testing.T) {
	a, _ := ring(t)
	b, _ := ring(t)
	if !bytes.Equal(a.Index("email", "x"), a.Index("email", "x")) {
		t.Error("not the same for the same")
	}
	if bytes.Equal(a.Index("email", "x"), a.Index("search", "x")) || bytes.Equal(a.Index("email", "x"), b.Index("email", "x")) {
		t.Error("a token says more than it may")
	}
	sealed, err := a.SealFor(7, "step", []byte("typed"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.OpenFor(8, "step", sealed); err == nil {
		t.Error("somebody else's typing opened")
	}
	if back, err := a.OpenFor(7, "step", sealed); err != nil || string(back) != "typed" {
		t.Error(err)
	}
}
