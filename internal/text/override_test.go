package text_test

import (
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"guichet/internal/text"
)

const invitation = "mail.account.invite.subject"

// Words of an administration are said by the next printer, in every language, while others go on reading.
func TestOverride(t *testing.T) {
	c, err := text.Load(os.DirFS("../../web/text"))
	if err != nil {
		t.Fatal(err)
	}
	say := func() string { return c.Printer(text.FR).T(invitation, "service", "S") }
	before, old := say(), c.Printer(text.FR)
	var reading sync.WaitGroup
	for range 4 {
		reading.Go(func() {
			for range 200 {
				if got := say(); got != before && got != "Bienvenue sur S" {
					t.Errorf("%q", got)
				}
			}
		})
	}
	c.Override(map[string]text.Words{invitation: {FR: "Bienvenue sur {service}", EN: "Welcome to {service}"}, "no.such.text": {FR: "x", EN: "x"}})
	reading.Wait()
	if got := say(); got != "Bienvenue sur S" {
		t.Errorf("%q after it was set", got)
	}
	if got := old.T(invitation, "service", "S"); got != before {
		t.Errorf("a page in the making says %q", got)
	}
	if w, ok := c.Written(invitation); !ok || w.FR == "Bienvenue sur {service}" {
		t.Errorf("the file's text is %q", w.FR)
	}
	c.Override(map[string]text.Words{invitation: {FR: "Bienvenue", EN: "Welcome"}})
	if got := say(); got != before {
		t.Errorf("%q: a text without its value is said", got)
	}
}

// A text is refused for a value it does not know, one it lacks, a line too many, in the language where that is.
func TestFits(t *testing.T) {
	c, err := text.Load(os.DirFS("../../web/text"))
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		fr, en string
		want   []text.Misfit
	}{
		{"Accès à {service}", "Access to {service}", nil},
		{"Accès à {link}", "Access to {service}", []text.Misfit{{Lang: text.FR, Why: "unknown", Name: "link"}, {Lang: text.FR, Why: "missing", Name: "service"}}},
		{"{service}" + strings.Repeat("é", 291), "{service}" + strings.Repeat("é", 292), []text.Misfit{{Lang: text.EN, Why: "long", Most: text.OneLine}}},
		{"Accès à {service", "\n{service}", []text.Misfit{{Lang: text.FR, Why: "brace"}, {Lang: text.EN, Why: "line"}}},
		{"{service}", " ", []text.Misfit{{Lang: text.EN, Why: "empty"}}},
	} {
		if got := c.Fits(invitation, text.Words{FR: x.fr, EN: x.en}); !slices.Equal(got, x.want) {
			t.Errorf("%q, %q: %v, want %v", x.fr, x.en, got, x.want)
		}
	}
	sms := text.Words{FR: "{service} {site}", EN: "{service} {site}" + strings.Repeat("x", text.OneSMS)}
	if got := c.Fits("mail.sms.news.body", sms); !slices.Equal(got, []text.Misfit{{Lang: text.EN, Why: "long", Most: text.OneSMS}}) {
		t.Errorf("an SMS: %v", got)
	}
	if got := text.Fill("{a}, {b} et {a}", "a", 1); got != "1, {b} et 1" {
		t.Errorf("%q", got)
	}
}
