package e2e

import "guichet/internal/testkit/stage"

// workPages checks the queue with all it can show, the team's figures, and an act on many: prepared, wrong, and its report.
func (c *checker) workPages(agent *stage.Browser) {
	c.t.Helper()
	c.see(c.agents, "/queue?col=name&col=state&col=age&col=assignee&col=team&col=round&col=updated&col=answer_by&col=alike", "/figures/"+c.Definition().ID)
	agent.Get("/queue").Form("/queue/view").Set("name", "À moi").Submit("").Want(200)
	prepared := agent.Get("/queue").Form("bulk").Set("move", "cancel_by_agent").Tick("dossier=").Submit("").Want(200).Path()
	c.see(c.agents, "/queue", prepared)
	c.wrong(c.agents, prepared, `main form[action$="/start"] button.govuk-button`)
	over := agent.Get("/queue").Form("bulk").Set("move", "balance").Tick("dossier=").Submit("").Want(200).Form("/start").Submit("").Want(200).Path()
	c.Drain()
	c.see(c.agents, over, "/bulk")
}
