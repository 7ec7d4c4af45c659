package text_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// What careful French never has: a straight apostrophe inside a word, an ordinary space where the line must not break.
var careless = map[string]*regexp.Regexp{
	"straight apostrophe":                   regexp.MustCompile(`\pL'\pL`),
	"ordinary space before : ; ! ? or »":    regexp.MustCompile(`\pL[ \n][:;!?»]`),
	"no space before ; ! ? or »":            regexp.MustCompile(`\pL[;!?»]`),
	"ordinary space after « ":               regexp.MustCompile(`«[ \n]`),
	"three dots instead of an ellipsis":     regexp.MustCompile(`\.\.\.`),
	"straight quotation marks around words": regexp.MustCompile(`"\pL`),
}

// links are left alone: they hold colons and question marks.
var link = regexp.MustCompile(`https?://\S+|\S+@\S+|\{[a-z_]+\}`)

func TestFrenchIsWrittenWithCare(t *testing.T) {
	files, err := filepath.Glob("../../[fw]or[mk]*/*.yaml")
	if err != nil || len(files) < 3 {
		t.Fatal(err, files)
	}
	for _, f := range append(files, "../../web/text/fr.yaml") {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var tree any
		if err := yaml.Unmarshal(raw, &tree); err != nil {
			t.Fatal(err)
		}
		walkFrench(tree, strings.HasSuffix(f, "fr.yaml"), "", func(path, s string) {
			s = link.ReplaceAllString(s, "x")
			for what, bad := range careless {
				if at := bad.FindString(s); at != "" {
					t.Errorf("%s: %s: %s: %q in %.80q", filepath.Base(f), path, what, at, s)
				}
			}
		})
	}
}

// walkFrench visits the words under a key fr, or every word of a file that is French as a whole. What quotes the opinion
// (consents) is the opinion's.
func walkFrench(v any, french bool, path string, visit func(path, s string)) {
	switch x := v.(type) {
	case map[string]any:
		if x["kind"] == "consent" {
			return
		}
		for k, inner := range x {
			walkFrench(inner, french || k == "fr", path+"."+k, visit)
		}
	case []any:
		for _, inner := range x {
			walkFrench(inner, french, path, visit)
		}
	case string:
		if french {
			visit(path, x)
		}
	}
}
