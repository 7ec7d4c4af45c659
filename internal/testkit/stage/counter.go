package stage

import (
	"regexp"

	"guichet/internal/form"
	"guichet/internal/procedure"
	"guichet/internal/testkit"
)

var counterAddress = regexp.MustCompile(`^/dossier/([a-z0-9]{20,})/counter`)

// Enter begins, in an agent's browser, the application of somebody who came with paper signed on a day.
func (b *Browser) Enter(def *procedure.Procedure, p testkit.Persona, day, month, year string) *Filing {
	b.app.t.Helper()
	return b.EnterBy("counter", def, p, map[string]string{"signed.day": day, "signed.month": month, "signed.year": year})
}

// EnterBy is Enter for what came by another way, with all that is said of it.
func (b *Browser) EnterBy(channel string, def *procedure.Procedure, p testkit.Persona, said map[string]string) *Filing {
	t := b.app.t
	t.Helper()
	f := b.Get("/counter").Follow("/counter/" + def.ID).Form("counter").TickAll()
	f.Set("channel", channel).Set("original", "Boîte 12").Set("lang", p.Lang)
	for name, value := range said {
		f.Set(name, value)
	}
	page := f.Submit("").Want(200)
	found := counterAddress.FindStringSubmatch(page.Path())
	if found == nil {
		t.Fatalf("nothing is being entered: %s", clip(page.Text()))
	}
	return &Filing{Browser: b, Persona: p, Def: def, ID: found[1], Asked: map[*form.Field]bool{}, app: b.app}
}
