package portal_test

import (
	"flag"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

var (
	mainPart = regexp.MustCompile(`(?s)<main.*</main>`)
	ids      = regexp.MustCompile(`/dossier/[a-z0-9]{26}`)
)

// golden compares what a page says and how it is built with a file of testdata.
func golden(t *testing.T, name, page string) {
	t.Helper()
	got := ids.ReplaceAllString(mainPart.FindString(page), "/dossier/ID")
	got = strings.ReplaceAll(got, "><", ">\n<") + "\n"
	file := "testdata/" + name + ".html"
	if *update {
		must(t, os.MkdirAll("testdata", 0o755))
		must(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	if err != nil || string(want) != got {
		t.Errorf("%s differs (%v); look at it, then go test -update\n%s", file, err, got)
	}
}

// The markup of a step with its mistakes, and of a draft's tasks, in both languages.
func TestGoldenPages(t *testing.T) {
	b := newWorld(t).signIn("chiara@example.org")
	b.want(b.fill("birth", url.Values{"applicant.birth_date.day": {"31"}, "applicant.birth_date.month": {"2"}, "applicant.birth_date.year": {"1991"}}), http.StatusUnprocessableEntity)
	for _, lang := range []string{"fr", "en"} {
		page := b.page(b.dossier + "/step/birth?errors=1&lang=" + lang)
		golden(t, "step_birth."+lang, countryList.ReplaceAllString(page, ""))
		golden(t, "tasks."+lang, b.page(b.dossier+"?lang="+lang))
	}
}

// countryList is long, and the components' own matter.
var countryList = regexp.MustCompile(`<option value="[A-Z]{2}">[^<]*</option>`)
