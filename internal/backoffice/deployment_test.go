package backoffice_test

import (
	"testing"

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
