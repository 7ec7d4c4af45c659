package e2e

import (
	"strings"

	"guichet/internal/account"
	"guichet/internal/dossier"
	"guichet/internal/testkit/stage"
	"guichet/internal/text"
)

// requests is the procedure of requests about one's own data, which come by mail too.
const requests = "rights-request"

// inquiryPages are those of a request about one's own data: the message as it came, searches, and who is asked.
func (c *checker) inquiryPages() {
	c.t.Helper()
	var path string
	for _, id := range []string{"1", "2"} { // the second is found from the first
		out, err := c.Mailbox.Deliver(c.t.Context(), requests,
			strings.NewReader("From: Rossi <rossi@example.org>\r\nMessage-ID: <"+id+"@x>\r\nSubject: Bonjour\r\n\r\nQue savez-vous de moi ?\r\n"))
		must(c.t, err)
		path = "/dossier/" + out.PublicID
	}
	asked := c.Catalogue.Get(requests).Flow.Inquiry.Processings[0].ID
	c.clerk(agentsEmail, account.Right{Role: "legal_cell"}, account.Right{Role: "mailbox_keeper"})
	c.clerk("holder@example.org", account.Right{Role: "processing_holder", Team: asked})
	must(c.t, c.Office.OrderSearch(c.t.Context(), c.actor(agentsEmail), strings.TrimPrefix(path, "/dossier/"), dossier.Ask{Processings: []string{asked}, Words: "Madame Rossi"}))
	c.Drain()
	c.signIn(c.agents, agentsEmail, stage.Password)
	c.inBoth(func() {
		c.see(c.agents, path, path+"/mail", path+"/inquiry", "/register/"+requests)
		c.left.strike("/register") // leads on, as long as there is one
		c.wrong(c.agents, path+"/inquiry", "#person button")
		c.wrong(c.agents, path+"/inquiry", "#order button")
		c.visit(c.agents + path + "/mail")
		c.turns(func() { c.hand.press(c.tab, `main a[href*="/mail/"]`) })
		c.check("a message as it came")
	})
	c.turns(func() { c.hand.press(c.tab, `form[action="/sign-out"] button`) })
	c.signIn(c.agents, "holder@example.org", stage.Password)
	c.inBoth(func() {
		c.see(c.agents, "/orders")
		c.turns(func() { c.hand.press(c.tab, `main a[href^="/orders/"]`) })
		c.check("what is asked of a holder")
		c.empty("what is asked of a holder", `main form[action^="/orders/"] button[type=submit]`)
	})
}

// clerk hires somebody for requests, without the browser.
func (c *checker) clerk(email string, rights ...account.Right) {
	c.t.Helper()
	in := account.Invitation{Profile: account.Profile{Email: email, LastName: "Agent", FirstNames: "Camille"}, Lang: text.FR}
	for _, r := range rights {
		r.Procedure = requests
		in.Rights = append(in.Rights, r)
	}
	address, problem, err := c.Accounts.InviteHere(c.t.Context(), in)
	must(c.t, err)
	if problem != nil {
		c.t.Fatalf("not invited: %+v", *problem)
	}
	c.takesUp(address, email)
}
