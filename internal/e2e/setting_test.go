package e2e

import (
	"net/url"

	"guichet/internal/access"
	"guichet/internal/setting"
)

// settingPages are the configuration, read by an officer who may change it: what was changed, what is refused, what a colleague
// changed meanwhile.
func (c *checker) settingPages() {
	c.t.Helper()
	c.works()
	def := c.Definition()
	at := func(key string) string { return "/setting/item?" + url.Values{"key": {key}}.Encode() }
	const subject = "text:mail.account.invite.subject"
	colleague := access.Actor{AccountID: 1, Kind: access.Agent} // what concerns all procedures is set by who may configure all
	for _, p := range c.Catalogue.All() {
		colleague.Grants = append(colleague.Grants, access.Grant{Procedure: p.ID, Verbs: []access.Verb{access.Configure}})
	}
	_, err := c.Store.Pool().Exec(c.t.Context(), `insert into agent_grant (account_id, procedure, role, team, granted_at) select distinct account_id, 'rights-request', 'digital', '', $1::timestamptz from agent_grant`, c.Clock.Now())
	must(c.t, err)
	sets := func(words string) {
		c.t.Helper()
		version, err := c.Settings.Version(c.t.Context(), subject)
		must(c.t, err)
		problems, err := c.Settings.Set(c.t.Context(), colleague, subject, setting.Value{"fr": words + " {service}", "en": words + " {service}"}, version)
		must(c.t, err)
		if len(problems) > 0 {
			c.t.Fatalf("%+v", problems)
		}
	}
	sets("Accès")
	c.inBoth(func() {
		c.see(c.agents, "/setting", "/setting?kind=words&after=50", "/setting?q=mail.account", at(subject), at("days"),
			at("list:"+def.ID+":rejections"), at("limit:"+def.ID+":lock"), "/setting/history", "/setting/change/1")
		c.visit(c.agents + at("words:"+def.ID+":notices.terms.text"))
		c.send(`main button[value=preview]`)
		c.check("the preview of a notice")
		c.visit(c.agents + at(subject))
		c.type_("part.fr", "{nom}")
		c.empty("a text", `main button[value=save]`)
		c.visit(c.agents + at(subject))
		c.type_("part.en", "Hello {service}")
		greeting := "Bonjour " + look[string](c.tab, "document.documentElement.lang")
		sets(greeting)
		c.send(`main button[value=save]`)
		c.says(greeting)
		c.check("a text that a colleague changed meanwhile")
	})
}
