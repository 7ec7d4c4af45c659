package main

import (
	"testing"
	"time"

	"guichet/internal/app"
	"guichet/internal/operation"
	"guichet/internal/procedure"
	"guichet/internal/testkit"
)

// What preflight says of each part and each duty, and what fails it; each duty has words.
func TestPreflightSays(t *testing.T) {
	testkit.Covers(t, "DS-097", "DS-098", "DS-100")
	at := time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)
	for want, c := range map[string]app.Check{
		"good      database": {Name: "database", Good: true},
		"none      scanner":  {Name: "scanner", Lacks: true},
		"away      mail":     {Name: "mail"},
		"owed      ports: ports that are not used are off":                                 {Name: "ports", Duty: true},
		"good      ports: ports that are not used are off; confirmed on 2026-11-23 by Zoé": {Name: "ports", Duty: true, Good: true, By: "Zoé", At: at},
	} {
		line, good := checkLine(c)
		if line != want || good != (c.Good || c.Lacks) {
			t.Errorf("%q, %v; want %q", line, good, want)
		}
	}
	for _, d := range operation.Duties {
		if dutyMeans[d] == "" {
			t.Errorf("%s has no words", d)
		}
	}
}

// Incidents go to an authorised processing that a definition names, or nowhere.
func TestAServiceDeskNeedsANamedProcessing(t *testing.T) {
	testkit.Covers(t, "DS-093")
	settings := Config{ServiceDesk: "desk@service.example"}
	for without, ok := range map[string]bool{"": true, "rights-request": false} {
		c, refused := procedure.Load(files(t, without))
		if len(refused) > 0 {
			t.Fatal(refused)
		}
		if err := settings.named(c); (err == nil) != ok {
			t.Errorf("without %q: %v", without, err)
		}
	}
}
