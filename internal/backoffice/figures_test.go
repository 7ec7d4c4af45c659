package backoffice_test

import (
	"strings"
	"testing"
)

// The drawing is for the eyes, and its table says the same; who reads no dossier sees neither.
func TestFiguresAreDrawnAndTold(t *testing.T) {
	w := newWorld(t)
	w.crowd(8)
	agent := w.Hire("un@example.org", "fr", officer)
	page := agent.Get(agent.Get("/queue").Link("/figures/")).Shows("Âge de la file").Shows("0 à 6 jours").Shows("90e centile")
	if !page.Answers("0 à 6 jours", "9") {
		t.Error("the table does not count the queue")
	}
	if drawn := strings.Count(string(page.Body), "<svg width=\"100%\""); drawn < 6 {
		t.Errorf("%d bars", drawn)
	}
	w.Hire("stat@example.org", "fr", "analyst").Try("/figures/" + w.Definition().ID).Want(403)
}
