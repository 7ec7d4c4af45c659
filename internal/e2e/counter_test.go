package e2e

import (
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// counterPages checks the pages on which agents enter what comes on paper, empty, wrong and begun.
func (c *checker) counterPages(agent *stage.Browser) {
	c.t.Helper()
	start := "/counter/" + c.Definition().ID
	f := agent.Enter(c.Definition(), testkit.PersonaNamed(c.t, "tenant"), "2", "3", "2026")
	for _, lang := range []string{"fr", "en"} {
		c.speak(c.agents, lang)
		c.see(c.agents, "/counter", start, f.Path("/counter"), f.Path("/step/birth"), f.Path("/step/birth?errors=1"), f.Path("/documents"), f.Path("/check"), f.Path("/move/discard"))
		c.wrong(c.agents, start, "#counter button.govuk-button")
	}
}
