package backoffice

import (
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/web/components"
)

// The parts of a deployment.
const (
	Database = "database"
	Keys     = "keys"
	Files    = "files"
	Mail     = "mail"
	SMS      = "sms"
	Scanner  = "scanner"
	Events   = "events"
	Pages    = "pages"
	Journal  = "journal"
)

// Part is one of them, as it was found a moment ago. It holds no secret and no address.
type Part struct {
	Name    string
	There   bool   // it is configured
	Broken  bool   // the last look at it found it altered
	Away    bool   // it did not answer, or not as it must
	Version string // what it says of itself
	Waiting int    // files that wait for it
}

// partNames are the parts in words.
var partNames = map[string]string{
	Database: "desk.admin.part.database", Keys: "desk.admin.part.keys", Files: "desk.admin.part.files", Mail: "desk.admin.part.mail", SMS: "desk.admin.part.sms", Scanner: "desk.admin.part.scanner", Events: "desk.admin.part.events",
	Pages: "desk.admin.part.pages", Journal: "desk.admin.part.journal",
}

// partLacks is what follows where a part is not configured, and partFails where it does not answer.
var (
	partLacks = map[string]string{Mail: "desk.admin.part.mail_none", SMS: "desk.admin.part.sms_none", Scanner: "desk.admin.part.scanner_none", Events: "desk.admin.part.events_none", Pages: "desk.admin.part.pages_none"}
	partFails = map[string]string{
		Journal: "desk.admin.part.journal_open", Database: "desk.admin.part.database_away", Keys: "desk.admin.part.keys_away", Files: "desk.admin.part.files_away",
		Mail: "desk.admin.part.mail_away", SMS: "desk.admin.part.sms_away", Scanner: "desk.admin.part.scanner_away", Events: "desk.admin.part.events_away",
	}
)

// partView is a part on the page.
type partView struct {
	name  string
	state components.Status
	words []string
}

// parts looks at the deployment, now.
func (b *desk) parts(v *web.Visit) []partView {
	if b.Parts == nil {
		return nil
	}
	var out []partView
	for _, p := range b.Parts(v.R.Context()) {
		out = append(out, p.view(v.P))
	}
	return append(out, Part{Name: Pages, There: b.draws}.view(v.P))
}

func (p Part) view(t text.Printer) partView {
	x := partView{name: t.T(partNames[p.Name]), state: components.Status{Label: t.T("desk.admin.part.good"), Colour: "green"}}
	switch {
	case !p.There:
		x.state, x.words = components.Status{Label: t.T("desk.admin.part.none"), Colour: "yellow"}, []string{t.T(partLacks[p.Name])}
	case p.Broken:
		x.state, x.words = components.Status{Label: t.T("desk.admin.part.broken"), Colour: "red"}, []string{t.T("desk.admin.part.journal_broken")}
	case p.Away && p.Name == Journal: // everything answers, and the journal could be rewritten
		x.state, x.words = components.Status{Label: t.T("desk.admin.part.weak"), Colour: "red"}, []string{t.T(partFails[p.Name])}
	case p.Away:
		x.state, x.words = components.Status{Label: t.T("desk.admin.part.away"), Colour: "red"}, []string{t.T(partFails[p.Name])}
	case p.Version != "":
		x.words = []string{p.Version}
	}
	if p.Waiting > 0 {
		x.words = append(x.words, t.N("desk.admin.part.waiting", p.Waiting))
	}
	return x
}
