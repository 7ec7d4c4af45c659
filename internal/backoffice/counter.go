package backoffice

import (
	"cmp"
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/procedure"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

// Counter is the form as agents fill it in for who came with paper (see portal.Counter).
type Counter interface {
	Register(d *web.Door, may, look web.Policy, informed func(web.Handler) web.Handler)
	GetMove(other web.Handler) web.Handler
	PostMove(other web.Handler) web.Handler
}

const counterPath = "/counter"

// counterRoutes are the pages for what comes in on paper (RP-024).
func (b *desk) counterRoutes(d *web.Door) {
	clerk := web.Holder("process", b.takesPaper)
	d.Get(counterPath, clerk, b.informed(b.getCounter))
	d.Get(counterPath+"/{procedure}", clerk, b.informed(b.getCounterStart))
	b.post(d, counterPath+"/{procedure}", clerk, b.postCounterStart)
	d.Get("/dossier/{dossier}/letter/{letter}.pdf", clerk, b.informed(b.getLetter))
	b.Counter.Register(d, web.Holder("read", reads), web.Holder("read what is named", looks), b.informed)
}

// takesPaper tells whether the agent may take in applications on paper, of any procedure.
func (b *desk) takesPaper(a access.Actor) bool { return len(b.counters(a)) > 0 }

func (b *desk) counters(a access.Actor) []*procedure.Procedure {
	return slices.DeleteFunc(slices.Clone(b.Catalogue.All()), func(p *procedure.Procedure) bool { return len(dossier.Intakes(a, p)) == 0 })
}

// counterView is what can be begun, and what has been.
type counterView struct {
	starts []counterStart
	drafts components.Table
}

type counterStart struct{ title, begin, blank string }

func (b *desk) getCounter(v *web.Visit) error {
	drafts, err := b.Office.Entering(v.R.Context(), v.Actor)
	if err != nil {
		return err
	}
	x := counterView{drafts: components.Table{Caption: v.P.T("counter.drafts"), Empty: v.P.T("counter.none"), Head: []components.Column{
		{Label: v.P.T("counter.whom")}, {Label: v.P.T("counter.procedure")}, {Label: v.P.T("counter.changed")},
	}}}
	for _, p := range b.counters(v.Actor) {
		at := counterPath + "/" + p.ID
		x.starts = append(x.starts, counterStart{p.Title.In(v.P.Lang), at, at + "/form.pdf"})
	}
	for _, d := range drafts {
		p := b.Catalogue.Get(d.Procedure)
		if p == nil || len(dossier.Intakes(v.Actor, p)) == 0 {
			continue // of a procedure whose papers somebody else takes in
		}
		heading := sightOf(v.Actor, &dossier.Dossier{Dossier: access.Dossier{Procedure: p.ID, StateKind: workflow.Draft, Paper: true}, Def: p}).heading(p, d.Heading)
		x.drafts.Rows = append(x.drafts.Rows, []components.Cell{
			{Text: orWords(heading, v.P.T("counter.nobody")), Href: dossierPath(d.PublicID) + "/counter", Header: true},
			{Text: p.Title.In(v.P.Lang)},
			{Text: v.P.ShortDateTimeAt(d.UpdatedAt)},
		})
	}
	return v.Page(counterPage(v.Frame(v.P.T("counter.title")), x))
}

// counterEntry is the first page of an application on paper: how it came, when it was signed, where it is kept.
type counterEntry struct {
	proc     *procedure.Procedure
	fields   []components.Field
	boxes    []components.Field
	blank    string
	once     string // names this page: its button pressed twice opens one draft
	problems []components.Problem
}

func (b *desk) getCounterStart(v *web.Visit) error {
	e, err := b.counterEntry(v, url.Values{"lang": {string(v.P.Lang)}})
	if err != nil {
		return err
	}
	return v.Page(counterEntryPage(v.Frame(v.P.T("counter.start")), e))
}

func (b *desk) counterEntry(v *web.Visit, typed url.Values) (*counterEntry, error) {
	p := b.Catalogue.Get(v.Param("procedure"))
	if p == nil || len(dossier.Intakes(v.Actor, p)) == 0 {
		return nil, fault.New(fault.NotFound, "")
	}
	e := &counterEntry{proc: p, blank: counterPath + "/" + p.ID + "/form.pdf", once: cmp.Or(typed.Get("once"), rand.Text())}
	channel := components.Field{ID: "channel", Name: "channel", Label: v.P.T("counter.channel"), Value: typed.Get("channel")}
	for _, c := range dossier.Intakes(v.Actor, p) {
		channel.Options = append(channel.Options, components.Option{Value: c, Label: v.P.T("counter.by." + c)})
	}
	lang := components.Field{ID: "lang", Name: "lang", Label: v.P.T("counter.lang"), Value: typed.Get("lang"), Options: []components.Option{
		{Value: "fr", Label: v.P.T("desk.lang.fr")}, {Value: "en", Label: v.P.T("desk.lang.en")},
	}}
	signed := components.Field{ID: "signed", Name: "signed", Label: v.P.T("counter.signed"), Date: [3]string{typed.Get("signed.day"), typed.Get("signed.month"), typed.Get("signed.year")}}
	original := components.Field{ID: "original", Name: "original", Label: v.P.T("counter.original"), Hint: v.P.T("counter.original_hint"), Value: typed.Get("original"), Width: 30}
	e.fields = []components.Field{channel, signed, original, lang}
	if len(p.Flow.Deadlines) > 0 {
		received := components.Field{
			ID: "received", Name: "received", Label: v.P.T("counter.received"), Hint: v.P.T("counter.received_hint"),
			Date: [3]string{typed.Get("received.day"), typed.Get("received.month"), typed.Get("received.year")},
		}
		e.fields = slices.Insert(e.fields, 2, received)
	}
	for _, n := range dossier.PaperNotices(p) {
		e.boxes = append(e.boxes, components.Field{
			ID: "accept." + n.ID, Name: "accept." + n.ID, Label: b.say(n.Label, text.FR), Lang: text.FR, Hint: v.P.T("counter.box_hint"), Value: typed.Get("accept." + n.ID),
		})
	}
	return e, nil
}

// postCounterStart opens the draft, and leads to its pages.
func (b *desk) postCounterStart(v *web.Visit) error {
	p := b.Catalogue.Get(v.Param("procedure"))
	if p == nil {
		return fault.New(fault.NotFound, "")
	}
	names := []string{"once", "channel", "signed.day", "signed.month", "signed.year", "original", "lang"}
	for _, n := range dossier.PaperNotices(p) {
		names = append(names, "accept."+n.ID)
	}
	deadline := len(p.Flow.Deadlines) > 0
	if deadline {
		names = append(names, "received.day", "received.month", "received.year")
	}
	posted, err := v.OneEach(names...)
	if err != nil {
		return err
	}
	in := dossier.OnPaper{Channel: posted["channel"], Original: posted["original"], Lang: text.Lang(posted["lang"]), Once: posted["once"]}
	if lang, ok := text.ParseLang(posted["lang"]); !ok || lang != in.Lang {
		return fault.New(fault.Invalid, "error.form")
	}
	for _, n := range dossier.PaperNotices(p) {
		if posted["accept."+n.ID] == "yes" {
			in.Accepted = append(in.Accepted, n.ID)
		}
	}
	day, words, part := form.ReadDate(posted["signed.day"], posted["signed.month"], posted["signed.year"])
	in.SignedOn = day
	if !words.IsZero() {
		return b.refuseCounter(v, p, posted, in, words.In(v.P.Lang), part)
	}
	if deadline {
		in.ReceivedOn, words, _ = form.ReadDate(posted["received.day"], posted["received.month"], posted["received.year"])
		if !words.IsZero() || in.ReceivedOn.IsZero() || in.ReceivedOn.After(workflow.Day(v.Now)) || in.ReceivedOn.Before(in.SignedOn) {
			return b.refuseCounter(v, p, posted, in, "", "")
		}
	}
	id, err := b.Office.StartOnPaper(v.R.Context(), v.Actor, p.ID, in)
	if fault.Of(err) == fault.Invalid {
		return b.refuseCounter(v, p, posted, in, "", "")
	}
	if err != nil {
		return err
	}
	return v.Redirect(dossierPath(id) + "/counter")
}

// refuseCounter shows the page again with all that was typed, and everything that is missing at once.
func (b *desk) refuseCounter(v *web.Visit, p *procedure.Procedure, posted map[string]string, in dossier.OnPaper, date, part string) error {
	typed := url.Values{}
	for name, value := range posted {
		typed.Set(name, value)
	}
	e, err := b.counterEntry(v, typed)
	if err != nil {
		return err
	}
	e.blame("channel", !slices.Contains(dossier.Intakes(v.Actor, p), in.Channel), v.P.T("counter.problem.channel"))
	e.blame("signed", date != "", date)
	e.blame("signed", date == "" && (in.SignedOn.IsZero() || in.SignedOn.After(workflow.Day(v.Now))), v.P.T("counter.problem.signed"))
	e.blame("received", in.ReceivedOn.IsZero() || in.ReceivedOn.After(workflow.Day(v.Now)) || in.ReceivedOn.Before(in.SignedOn), v.P.T("counter.problem.received"))
	e.blame("original", !dossier.Located(in.Original), v.P.T("counter.problem.original"))
	for i, n := range dossier.PaperNotices(p) {
		if !slices.Contains(in.Accepted, n.ID) {
			e.boxes[i].Error = v.P.T("counter.problem.box")
			e.problems = append(e.problems, components.Problem{ID: e.boxes[i].ID, Text: v.P.T("counter.problem.box_of", "title", n.Title.In(v.P.Lang))})
		}
	}
	if date != "" {
		e.fields[1].ErrorPart = part
	}
	pg := v.Frame(v.P.T("counter.start"))
	pg.Back, pg.Error = counterPath, true
	return v.PageStatus(http.StatusUnprocessableEntity, counterEntryPage(pg, e))
}

// blame marks a field, and says so at the top.
func (e *counterEntry) blame(id string, wrong bool, words string) {
	if !wrong {
		return
	}
	for i := range e.fields {
		if e.fields[i].ID == id {
			e.fields[i].Error = words
			target := id
			if id == "signed" || id == "received" {
				target = components.DatePartID(id, "day")
			}
			e.problems = append(e.problems, components.Problem{ID: target, Text: words})
		}
	}
}
