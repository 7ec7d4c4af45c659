package account_test

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"guichet/internal/access"
	"guichet/internal/account"
)

// What docs/limits.md says of guessing is what happens.
func TestGuessingIsWrittenDown_ASVS_6_1_1(t *testing.T) {
	doc, err := os.ReadFile("../../docs/limits.md")
	must(t, err)
	row := func(what string) (free int, waits []int) {
		m := regexp.MustCompile(`\| ` + what + ` \| account \| (\d+) \| ([\d, ]+) \|`).FindStringSubmatch(string(doc))
		if m == nil {
			t.Fatalf("docs/limits.md says nothing of a %s", what)
		}
		free, _ = strconv.Atoi(m[1])
		for _, s := range strings.Split(m[2], ", ") {
			n, _ := strconv.Atoi(s)
			waits = append(waits, n)
		}
		return free, waits
	}
	w := newWorld(t)
	id := w.person("lea@example.com")
	w.enrol(person(id))
	in := w.arrive("lea@example.com")
	for what, try := range map[string]func() *account.Problem{
		"password": func() *account.Problem {
			_, p, err := w.SignIn(w.ctx, access.Person, "lea@example.com", "faux")
			must(t, err)
			return p
		},
		"second proof by code": func() *account.Problem {
			_, p, err := w.Second(w.ctx, in, account.Answer{Code: "000000"})
			must(t, err)
			return p
		},
	} {
		free, waits := row(what)
		for range free {
			if p := try(); p == nil || strings.Contains(p.Key, "throttled") {
				t.Fatalf("%s: a free try waits: %+v", what, p)
			}
		}
		for _, wait := range append(waits, waits[len(waits)-1]) {
			if p := try(); p == nil || !strings.Contains(p.Key, "throttled") || p.Args[1] != wait {
				t.Errorf("%s: wants a wait of %d minutes: %+v", what, wait, p)
			}
			w.pass(time.Duration(wait) * time.Minute)
			if p := try(); p == nil || strings.Contains(p.Key, "throttled") {
				t.Errorf("%s: after %d minutes: %+v", what, wait, p)
			}
		}
	}
}
