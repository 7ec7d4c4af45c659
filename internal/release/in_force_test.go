package release_test

import (
	"testing"

	"guichet/internal/fault"
)

// What the public page tells are the rules in force: those of the last version that was approved, not the file's.
func TestPublicPageTellsTheRulesInForce(t *testing.T) {
	w := newHouse(t)
	w.Releases.Stream = stream
	visitor := w.Visit(w.Applicants, "fr")
	page := func() string { return visitor.Get("/release/" + w.Definition().ID).Text() }
	first := visitor.Get("/release/" + w.Definition().ID).Shows("au moins 25.").Shows("version 1").Text()
	v, err := w.registered("version: 1", "version: 2", "m: 25", "m: 30")
	w.must(err)
	if page() != first {
		t.Error("a version that nobody approved is told")
	}
	w.must(w.Releases.DecideVersion(t.Context(), w.other, v.ID, true, ""))
	visitor.Get("/release/" + w.Definition().ID).Shows("au moins 30.").Shows("version 2")
	if _, err := w.Releases.InForce(t.Context(), "nothing"); fault.Of(err) != fault.NotFound {
		t.Errorf("the rules of nothing: %v", err)
	}
}
