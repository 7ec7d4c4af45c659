package portal_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guichet/internal/account"
	"guichet/internal/app"
	"guichet/internal/testkit"
	"guichet/internal/web"
)

// Who chooses a password is told how good it is, and why, before it is sent (RP-173); what is typed stands in no log.
func TestAPasswordIsWeighedWhileItIsChosen(t *testing.T) {
	testkit.Covers(t, "RP-173")
	var log bytes.Buffer
	v := newHouse(t, func(c *app.Config) { c.Log = slog.New(slog.NewTextHandler(&log, nil)) }).visitor()
	v.sees("/register", `data-weigh="`+web.StrengthPath+`"`)
	weigh := func(password string) (out struct {
		Bits, Wanted, Full float64
		Said, Label        string
	},
	) {
		t.Helper()
		rec := v.do(http.MethodPost, web.StrengthPath, url.Values{"password": {password}, "email": {"chiara.ferraris@example.org"}}.Encode())
		v.read(rec, http.StatusOK)
		if err := json.Unmarshal(rec.Body.Bytes(), &out); err != nil || out.Label == "" {
			t.Fatal(rec.Body, err)
		}
		return out
	}
	for password, why := range map[string]string{
		"short":                       "12",
		"Chiara-Ferraris-2026":        "nom",
		"abcdefghijklmnop":            "suite",
		"motdepassemotdepasse":        "répète",
		"quatre canards au port 1942": "",
	} {
		got := weigh(password)
		if good := got.Bits >= account.StrengthWanted; good != (why == "") || !strings.Contains(got.Said, why) {
			t.Errorf("%q: %.0f of %.0f bits: %s", password, got.Bits, got.Wanted, got.Said)
		}
	}
	if long := weigh(strings.Repeat("é", 300)); long.Bits != 0 || !strings.Contains(long.Said, "256") {
		t.Errorf("too long: %+v", long)
	}
	if !strings.Contains(log.String(), web.StrengthPath) || strings.Contains(log.String(), "canards") {
		t.Errorf("logged: %s", log.String())
	}
}
