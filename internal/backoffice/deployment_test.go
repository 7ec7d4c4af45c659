package backoffice_test

import (
	"slices"
	"testing"

	"guichet/internal/account"
	"guichet/internal/app"
	"guichet/internal/document"
	"guichet/internal/testkit/clamd"
	"guichet/internal/testkit/stage"
)

// The administrator's page says of each part whether it is there and answers, and nothing that is secret.
func TestTheDeploymentIsLookedAt(t *testing.T) {
	t.Parallel()
	plain := stage.Open(t)
	page := plain.Administrator("head@example.org").Get("/admin")
	for _, words := range []string{"Base de données", "Trousseau de clés", "Aucun antivirus n’est configuré"} {
		if !page.Says(words) {
			t.Errorf("the page does not say %q", words)
		}
	}
	if page.Says("Ne répond pas") {
		t.Error("a part does not answer")
	}
	first := plain.SignIn(stage.Agents, "head@example.org", "fr")
	if page := first.Get("/exchange"); !page.Says("Un jeton n’ouvre rien tant qu’une deuxième") || !slices.Contains(page.Links(), "/admin") {
		t.Error("the only administrator is not told that a token needs two")
	}
	_, problem, err := plain.Accounts.InviteHere(t.Context(), account.Invitation{
		Profile: account.Profile{Email: "second@example.org", LastName: "Deux"}, Lang: "fr", Rights: []account.Right{{Procedure: account.Everything, Role: account.Administrator}},
	})
	if must(t, err); problem != nil {
		t.Fatalf("%+v", problem)
	}
	if first.Get("/exchange").Says("Un jeton n’ouvre rien tant qu’une deuxième") {
		t.Error("the first of two administrators is told to invite a second one")
	}

	d := clamd.Run(t)
	scanner, err := document.NewScanner(d.Socket)
	must(t, err)
	scanned := stage.Open(t, func(c *app.Config) { c.Scanner = scanner })
	head := scanned.Administrator("head@example.org")
	if page := head.Get("/admin"); !page.Says("ClamAV ") || page.Says("Aucun antivirus n’est configuré") || page.Says(d.Socket) {
		t.Error("a scanner that answers is not told, or too much of it")
	}
	d.Stop()
	if page := head.Get("/admin"); !page.Says("L’antivirus ne répond pas") {
		t.Error("a scanner that is away is not told")
	}
}
