package dossier_test

import (
	"bytes"
	"strings"
	"testing"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/testkit/clamd"
)

// What becomes of a paper application is told to the desk where its person has no way to hear of it or nothing to do with it.
func TestTheDeskHearsOfPaper(t *testing.T) {
	w, _ := scannedWorld(t, clamd.Run(t))
	ctx := t.Context()
	agent := w.account(access.Agent, "b@example.org")
	id, err := w.StartOnPaper(ctx, agent, permit, dossier.OnPaper{
		Channel: "counter", SignedOn: day("2026-11-19"), Original: "Carton 3", Accepted: []string{"consent"}, Lang: "fr",
	})
	w.must(err)
	w.now = w.now.AddDate(0, 0, 80)
	for range 2 {
		w.must(w.keeper().Run(ctx))
	}
	told := func(what string) int {
		return w.count("select count(*) from desk_news where news like '%' || $1", what)
	}
	if n := told("desk_draft_expiring"); n != 1 {
		t.Errorf("the desk is told %d times of a draft that will be erased", n)
	}
	if n := w.count("select count(*) from message where thread = 'person'"); n != 0 {
		t.Errorf("%d letters to the person about a draft of the desk’s", n)
	}

	bad, err := w.Attach(ctx, agent, id, "documents.birth_certificate", "acte.pdf", bytes.NewReader(carrier(clamd.Virus())))
	w.must(err)
	w.exec("update dossier set state = 'submitted', state_kind = 'open', round = 1, reference = 'RP-TEST' where public_id = $1", id)
	w.must(w.Scan(ctx, bad))
	if n := told("desk_infected"); n != 1 {
		t.Errorf("the desk is told %d times of a virus in what it scanned", n)
	}
	if n := w.count("select count(*) from message where template = 'paper_infected'"); n != 0 {
		t.Error("the person is told of a virus that is the desk’s")
	}

	w.exec("update dossier set state = 'accepted', state_kind = 'closed', closed_at = $1, purge_on = '2027-12-31' where public_id = $2", w.now, id)
	w.must(w.Remind(ctx, id, "purge_soon"))
	if n := told("desk_letter"); n != 1 {
		t.Errorf("the desk is told %d times of a letter to print", n)
	}
	w.must(w.State(t.Context(), agent, id, "control", "Lettre à relire"))
	for _, l := range w.read(agent, id).Letters {
		if strings.Contains(l.Body, "téléchargez") || strings.Contains(l.Body, "{") {
			t.Errorf("a letter on paper says %q", l.Body)
		}
	}
}
