package strength_test

import (
	"crypto/sha1" //nolint:gosec // the published form of breached passwords
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"guichet/internal/strength"
	"guichet/internal/testkit"
)

const enough = 30

// built is the list of the front end, which make front leaves; where it is not built, a short one of the same form.
func built(t testing.TB) *strength.List {
	t.Helper()
	l, err := strength.Open(os.DirFS("../../web/static"), "motdepasse", "guichet")
	if err == nil {
		return l
	}
	var entries []string
	for _, word := range []string{"password", "bonjour", "soleil", "football", "trustno1", "1q2w3e4r5t6y", "qwertyuiop"} {
		sum := sha256.Sum256([]byte(word))
		entries = append(entries, string(sum[:5])+string(rune(8)))
	}
	slices.Sort(entries)
	l, err = strength.Open(fstest.MapFS{strength.File: {Data: []byte(strings.Join(entries, ""))}}, "motdepasse", "guichet")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestWhatIsWeakAndWhy(t *testing.T) {
	testkit.Asvs(t, "6.2.5", "6.2.11")
	testkit.Covers(t, "RP-173")
	l := built(t)
	for password, why := range map[string]strength.Reason{
		"aaaaaaaaaaaaaaaaaaaa": strength.Repeat, "abcabcabcabcabc": strength.Repeat, "abcdefghijkl": strength.Sequence, "987654321098": strength.Sequence,
		"azertyuiop^^": strength.Keyboard, "poiuytrewqml": strength.Keyboard, "12/05/198712/05/1987": strength.Date, "1987-05-12 !": strength.Date,
		"durand.durand": strength.Person, "Zoe.Durand!!!": strength.Person, "zoe@example.com": strength.Person, "motdepasse2026": strength.Word,
		"P@ssw0rdP@ssw0rd": strength.Word, "Bonjour!!!!!": strength.Word, "soleil soleil soleil": strength.Repeat, "football2024!": strength.Word,
	} {
		v := l.Weigh(password, "Durand", "Zoé", "zoe@example.com")
		if v.Bits >= enough || !slices.Contains(v.Reasons, why) {
			t.Errorf("%q: %.1f bits, %v; want weak because of %s", password, v.Bits, v.Reasons, why)
		}
	}
	for _, password := range []string{
		"girafe-tambour-42-violet", "casserole nuage pistache 7", "xQ7#vbn2pLw9", "correct horse battery staple",
		"Éléphant sur un toit mauve", "это длинная фраза", "kjhwqnzvbtrp",
	} {
		if v := l.Weigh(password, "Durand", "Zoé", "zoe@example.com"); v.Bits < enough {
			t.Errorf("%q: only %.1f bits, %v", password, v.Bits, v.Reasons)
		}
	}
}

func TestList_ASVS_6_2_4_6_2_12(t *testing.T) {
	l := built(t)
	for _, password := range []string{"1q2w3e4r5t6y", "QWERTYUIOP", "Motdepasse", "trustno1"} {
		if !l.Has(password) {
			t.Errorf("%q is not in the list", password)
		}
	}
	if l.Has("girafe-tambour-42-violet") {
		t.Error("a password of nobody is in the list")
	}
}

func TestNoList(t *testing.T) {
	l, err := strength.Open(fstest.MapFS{}, "motdepasse")
	if err == nil || !strings.Contains(err.Error(), "make front") {
		t.Errorf("an absent list: %v", err)
	}
	if !l.Has("MotDePasse") || l.Has("trustno1") {
		t.Error("the program's own words are not those known")
	}
	if _, err := strength.Open(fstest.MapFS{strength.File: {Data: make([]byte, 7)}}); err == nil {
		t.Error("a damaged list is taken")
	}
	var none *strength.List
	if none.Has("x") || none.Weigh("abcdefghijkl").Bits > 10 {
		t.Error("no list")
	}
}

// The list is not looked at before the first password is weighed.
func TestListIsLazy(t *testing.T) {
	opened := 0
	if _, err := strength.Open(counting{fstest.MapFS{strength.File: {Data: make([]byte, 6)}}, &opened}); err != nil || opened > 0 {
		t.Errorf("opened %d times, %v", opened, err)
	}
}

type counting struct {
	fstest.MapFS
	opened *int
}

func (c counting) Open(name string) (fs.File, error) { *c.opened++; return c.MapFS.Open(name) }

func TestBreachedFile_ASVS_6_2_12(t *testing.T) {
	for _, end := range []string{"", ":1", ":86453\r"} {
		var lines []string
		for i := range 999 {
			lines = append(lines, fmt.Sprintf("%X%s", sha1.Sum(fmt.Appendf(nil, "stolen %d", i)), end)) //nolint:gosec // see above
		}
		slices.Sort(lines)
		b := breached(t, strings.Join(lines, "\n")+"\n")
		for i := range 999 {
			if found, err := b.Has(fmt.Sprintf("stolen %d", i)); err != nil || !found {
				t.Fatalf("%q: %d is not found, %v", end, i, err)
			}
			if found, err := b.Has(fmt.Sprintf("mine %d", i)); err != nil || found {
				t.Fatalf("%q: %d is found, %v", end, i, err)
			}
		}
	}
	for name, content := range map[string]string{
		"empty": "", "words": "password\n123456\n", "not in order": strings.Repeat("F", 40) + "\n" + strings.Repeat("0", 40) + "\n", "binary": strings.Repeat("\x00", 300),
	} {
		path := filepath.Join(t.TempDir(), "list")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := strength.OpenBreached(path); err == nil {
			t.Errorf("%s: taken for a list", name)
		}
	}
}

// A list that is cut or written anew in place is read as it is now, and a broken one says so.
func TestBreachedFileIsReplaced(t *testing.T) {
	line := func(s string) string { return fmt.Sprintf("%X\n", sha1.Sum([]byte(s))) } //nolint:gosec // see above
	path := filepath.Join(t.TempDir(), "list")
	write := func(content string) {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(strings.Repeat(line("old"), 50))
	b, err := strength.OpenBreached(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	for content, want := range map[string]bool{line("new"): true, "": false} {
		write(content)
		if found, err := b.Has("new"); err != nil || found != want {
			t.Errorf("after %q: %t, %v", content, found, err)
		}
	}
	write("no list\n")
	if _, err := b.Has("new"); err == nil {
		t.Error("words are a list")
	}
}

func breached(t *testing.T, content string) *strength.Breached {
	t.Helper()
	path := filepath.Join(t.TempDir(), "list")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := strength.OpenBreached(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	return b
}

// Whatever is typed gets an estimate: never more than that of characters that follow no rule, and what is beyond 64 of them
// changes nothing.
func FuzzWeigh(f *testing.F) {
	for _, s := range []string{"", "a", "abc", "12/05/1987", "P@ssw0rd", "ééééé", "\xff\xfe", "日本語日本語", strings.Repeat("ab1!", 40)} {
		f.Add(s, "zoe@example.com")
	}
	l, _ := strength.Open(fstest.MapFS{}, "motdepasse")
	f.Fuzz(func(t *testing.T, password, about string) {
		v := l.Weigh(password, about)
		typed := utf8.RuneCountInString(norm.NFC.String(password))
		if v.Bits < 0 || v.Bits > 3.4*float64(min(64, typed))+1e-9 {
			t.Errorf("%q: %f bits", password, v.Bits)
		}
		if more := l.Weigh(password+"x9", about); typed >= 64 && more.Bits != v.Bits {
			t.Errorf("%q: %f bits, %f with more", password, v.Bits, more.Bits)
		}
		if password == "" && (v.Bits != 0 || v.Reasons != nil) {
			t.Errorf("nothing typed: %+v", v)
		}
	})
}

func BenchmarkWeigh(b *testing.B) {
	l := built(b)
	long := strings.Repeat("P@ssw0rd girafe 12/05/1987 ", 10)
	for b.Loop() {
		l.Weigh(long, "zoe@example.com")
	}
}
