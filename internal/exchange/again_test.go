package exchange_test

import (
	"bytes"
	"net/http"
	"testing"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/exchange"
	"guichet/internal/fault"
)

// All that the core system has refused leaves once more at the press of one button, as it was, and who pressed it stays with it.
func TestAllThatWasRefusedIsSentAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	agent := w.officer()
	w.core.will(http.StatusBadRequest, http.StatusBadRequest)
	for _, email := range []string{"a@example.org", "b@example.org"} {
		w.move(agent, w.filed(email, "tenant"), dossier.Act{Move: "admit"})
	}
	w.Drain()
	if s := w.text("select string_agg(state, ' ') from handover"); s != "refused refused" {
		t.Fatalf("they are %s", s)
	}
	if n, err := w.Exchange.AllAgain(t.Context(), agent, w.Definition().ID, "core_system"); fault.Of(err) != fault.Forbidden || n != 0 {
		t.Errorf("sent again by who does not administer: %d, %v", n, err)
	}
	admin := w.Administrator("head@example.org")
	admin.Get("/exchange").Form("/exchange/way/" + way + "/again").Submit("").Want(200).Shows("Les messages en échec repartent.")
	w.Drain()
	first, again := w.core.got[:2], w.core.got[2:]
	if len(again) != 2 {
		t.Fatalf("%d messages leave", len(again))
	}
	for _, m := range again {
		if i := indexOf(first, m.key); i < 0 || !bytes.Equal(first[i].body, m.body) {
			t.Error("what leaves again is not what was refused")
		}
	}
	if s := w.text("select string_agg(state, ' ') from handover where again_by is not null and again_by <> $1", agent.AccountID); s != exchange.Sent+" "+exchange.Sent {
		t.Errorf("they are %q", s)
	}
	if admin.Get("/exchange").MaybeForm("/again") != nil {
		t.Error("what has arrived can be sent again")
	}
	nobody := access.Actor{Kind: access.Agent, Grants: []access.Grant{{Procedure: "*"}}}
	if n, err := w.Exchange.AllAgain(t.Context(), nobody, w.Definition().ID, "core_system"); err != nil || n != 0 {
		t.Errorf("%d that have arrived leave again: %v", n, err)
	}
}

func indexOf(all []received, key string) int {
	for i, m := range all {
		if m.key == key {
			return i
		}
	}
	return -1
}
