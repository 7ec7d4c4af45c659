package e2e

import "guichet/internal/testkit"

// counterPages checks the pages on which agents enter what comes on paper, empty, wrong and begun.
func (c *checker) counterPages() {
	c.t.Helper()
	agent := c.works()
	start := "/counter/" + c.Definition().ID
	f := agent.Enter(c.Definition(), testkit.PersonaNamed(c.t, "tenant"), "2", "3", "2026")
	c.inBoth(func() {
		c.see(c.agents, "/counter", f.Path("/counter"), f.Path("/step/birth"), f.Path("/step/birth?errors=1"), f.Path("/documents"), f.Path("/check"), f.Path("/move/discard"), start)
		c.wrong(c.agents, start, "#counter button.govuk-button")
	})
}
