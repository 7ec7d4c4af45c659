package journal

import (
	"os"
	"testing"
	"time"
)

// make journal: a million lines are verified in under a minute. Otherwise ten thousand are, or one thousand in short.
func TestVerifyAMillion(t *testing.T) {
	dossiers, lines := 200, 50
	full := os.Getenv("JOURNAL") == "full"
	switch {
	case full:
		dossiers = 20_000
	case testing.Short():
		dossiers = 20
	}
	w := newWorld(t, dossiers, lines)
	began := time.Now()
	r, err := w.Verify(t.Context())
	took := time.Since(began).Seconds()
	if err != nil || r.Lines != int64(dossiers*lines) || len(r.Faults) > 0 {
		t.Fatalf("%+v %v", r, err)
	}
	if !full {
		return
	}
	verdict := "ok"
	if took > 60 {
		verdict = "short"
		t.Error("it took more than a minute")
	}
	t.Logf("figure verify_journal_million %.1f s target 60 %s", took, verdict)
}
