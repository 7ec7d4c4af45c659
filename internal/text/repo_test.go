package text

import (
	"bufio"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const root = "../.."

// A call with a whole key, a call that builds its key from a prefix, and any quoted word that may be a key.
var (
	calls  = regexp.MustCompile(`\.(T|N)\(\s*"([a-z][\w.-]*)"\s*([,)+])`)
	quoted = regexp.MustCompile(`"([a-z][\w-]*(?:\.[\w-]+)+)"`)
)

// TestKeys holds the screens and the catalogue together: every key used exists, every key is used.
func TestKeys(t *testing.T) {
	c, err := Load(os.DirFS(root + "/web/text"))
	if err != nil {
		t.Fatal(err)
	}
	dynamic := prefixes(t)
	used := map[string]bool{}
	for path, source := range sources(t) {
		for _, m := range calls.FindAllStringSubmatch(source, -1) {
			kind, key, next := m[1], m[2], m[3]
			switch {
			case next == "+" && !declared(dynamic, key):
				t.Errorf("%s: keys are built from %q: declare the prefix in web/text/dynamic.txt", path, key)
			case next != "+" && !exists(c, kind, key):
				t.Errorf("%s: no text %q", path, key)
			}
		}
		for _, m := range quoted.FindAllStringSubmatch(source, -1) {
			used[m[1]] = true
		}
	}
	for _, key := range c.Keys() {
		plural := strings.TrimSuffix(strings.TrimSuffix(key, ".one"), ".other")
		if !used[key] && !used[plural] && !declared(dynamic, key) {
			t.Errorf("no screen uses %q", key)
		}
	}
}

func exists(c *Catalogue, kind, key string) bool {
	p := c.Printer(FR)
	if kind == "N" {
		return p.Has(key+".one") && p.Has(key+".other")
	}
	return p.Has(key)
}

func declared(prefixes []string, key string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(key, p) {
			return true
		}
	}
	return false
}

// prefixes reads the small list of prefixes whose keys are built at run time.
func prefixes(t *testing.T) []string {
	f, err := os.Open(root + "/web/text/dynamic.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []string
	for s := bufio.NewScanner(f); s.Scan(); {
		if word, _, _ := strings.Cut(s.Text(), "#"); strings.TrimSpace(word) != "" {
			out = append(out, strings.TrimSpace(word))
		}
	}
	return out
}

// sources reads the Go and templ files of the product, without tests and generated code.
func sources(t *testing.T) map[string]string {
	out := map[string]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch name := d.Name(); {
		case err != nil:
			return err
		case d.IsDir() && (name == "node_modules" || name == "var" || name == "bench" || name == "bin" || (len(name) > 2 && name[0] == '.')):
			return filepath.SkipDir
		case strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_templ.go"):
			return nil
		case strings.HasSuffix(name, ".go") || strings.HasSuffix(name, ".templ"):
			raw, err := os.ReadFile(path)
			out[path] = string(raw)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
