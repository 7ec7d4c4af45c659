package e2e

import (
	"context"
	"sync"
	"testing"
	"time"

	"guichet/internal/demo"
	"guichet/internal/procedure"
	"guichet/internal/release"
	"guichet/internal/testkit/stage"
)

// tried keeps the stream that schemas are tried on: nine months of a small made-up state.
var tried struct {
	sync.Mutex
	list []release.Past
}

func madeUp(_ context.Context, p *procedure.Procedure) ([]release.Past, error) {
	tried.Lock()
	defer tried.Unlock()
	if tried.list != nil {
		return tried.list, nil
	}
	past, err := demo.MakePast(p, demo.Wish{Seed: 1, People: 12_000, Months: 9, PerYear: 2500, Until: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		return nil, err
	}
	tried.list = past.Made()
	return tried.list, nil
}

// computed opens a page of the designer until the trade-off is there.
func (t *tab) computed(address string) {
	t.t.Helper()
	t.visit(address)
	for look[bool](t, `!!document.getElementById("computing")`) {
		t.visit(address)
	}
}

// An analyst designs the schema with the keyboard alone: from the trade-off to a choice, another level, the version; a second
// person, without the script, lets it come into force.
func TestAnalystDesignsTheSchema(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.Releases.Stream = madeUp
	h.desk("une@example.org")
	h.desk("deux@example.org")
	path := "/release/design/" + h.Definition().ID
	one := h.browse(keyboard{})
	one.signIn(h.agents, "une@example.org", stage.Password)
	one.visit(h.agents + "/release")
	one.turns(func() { one.hand.press(one, `main a[href="`+path+`"]`) })
	one.computed(h.agents + path)
	one.says("Les choix que rien ne surpasse")
	one.turns(func() { one.hand.press(one, `main tbody tr:last-child a`) })
	one.says("Peut être enregistré")
	one.hand.pick(one, "level-region", "2", "Hors du fichier")
	one.send(`main form[action$="/levels"] button`)
	one.says("Mois par mois")
	one.send(`main form[action$="/register"] button`)
	one.says("La version est enregistrée")
	two := h.browse(mouse{})
	two.signIn(h.agents, "deux@example.org", stage.Password)
	two.agrees()
	two.computed(h.agents + path)
	two.says("Version 2, en vigueur")
}

// agrees compares the version that waits with the one in force, and lets it come into force.
func (t *tab) agrees() {
	t.t.Helper()
	t.visit(t.agents + "/release")
	t.turns(func() { t.hand.press(t, `main a[href*="/release/version/"]:not([href$=".yaml"])`) })
	t.says("Ce qui change")
	t.hand.press(t, "#agree")
	t.send(`main form[action$="/approve"] button`)
	t.says("La version est approuvée")
}

// designPages are the trade-off, a choice that passes and one that does not, with what keeps it from being registered.
func (c *checker) designPages() {
	c.t.Helper()
	c.Releases.Stream = madeUp
	path := "/release/design/" + c.Definition().ID
	c.computed(c.agents + path)
	version := c.proposed(agentsEmail)
	c.computed(c.agents + version)
	finest := path + "/levels?level.age=0&level.region=0&level.sex=0&level.tenure=0&level.household=0&level.activity=0"
	c.inBoth(func() { c.see(c.agents, path, path+"/levels", finest, version) })
}
