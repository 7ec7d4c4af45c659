package backoffice

import (
	"os"
	"testing"

	"guichet/internal/text"
)

// Why a message did not leave is read in the agent's language; what the other side said stands beside it.
func TestMailFault(t *testing.T) {
	texts, err := text.Load(os.DirFS("../../web/text"))
	if err != nil {
		t.Fatal(err)
	}
	p := texts.Printer(text.FR)
	for why, want := range map[string]string{
		"server 550 5.1.1": "Refusé par le serveur de courrier (550 5.1.1)",
		"server_away":      "Le serveur de courrier ne répond pas",
		"returned 5.1.1":   "Revenu de la boîte de la personne (5.1.1)",
		"5.2.2":            "5.2.2",
	} {
		if got := mailFault(p, why); got != want {
			t.Errorf("%s: %q, want %q", why, got, want)
		}
	}
}
