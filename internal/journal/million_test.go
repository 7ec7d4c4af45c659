package journal

import (
	"os"
	"testing"
	"time"
)

// make journal: a million lines are verified in under a minute. Otherwise ten thousand are.
func TestVerifyAMillion(t *testing.T) {
	dossiers, lines := 200, 50
	if os.Getenv("JOURNAL") == "full" {
		dossiers = 20_000
	}
	if testing.Short() {
		t.Skip("make journal does it")
	}
	w := newWorld(t, dossiers, lines)
	began := time.Now()
	r, err := w.Verify(t.Context())
	took := time.Since(began).Seconds()
	if err != nil || r.Lines != int64(dossiers*lines) || len(r.Faults) > 0 {
		t.Fatalf("%+v %v", r, err)
	}
	verdict := "ok"
	if took > 60 {
		verdict = "short"
		t.Error("it took more than a minute")
	}
	if r.Lines == 1_000_000 {
		t.Logf("figure verify_journal_million %.1f s target 60 %s", took, verdict)
	}
}
