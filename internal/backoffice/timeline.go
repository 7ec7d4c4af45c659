package backoffice

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

const (
	latestEvents = 8  // on the dossier's page
	pageOfEvents = 40 // of the timeline
)

// event is one thing that happened, in words.
type event struct {
	at, who, what string
	status        components.Status // of a mail: its fate
	details       []string
	changes       []change
	said          letter
}

// change is one answer before and after.
type change struct{ label, before, after string }

// timelineView is the page of all that has happened.
type timelineView struct {
	d       *dossier.Dossier
	heading string
	kinds   []components.Link
	events  []event
	pages   components.Pages
}

func timelinePath(d *dossier.Dossier, kind, after string) string {
	q := url.Values{}
	if kind != "" {
		q.Set("kind", kind)
	}
	if after != "" {
		q.Set("after", after)
	}
	if len(q) == 0 {
		return dossierPath(d.PublicID) + "/timeline"
	}
	return dossierPath(d.PublicID) + "/timeline?" + q.Encode()
}

func (b *desk) getTimeline(v *web.Visit) error {
	kind, place, err := v.Query("kind"), dossier.Place{}, error(nil)
	if after := v.Query("after"); after != "" {
		if place, err = placeFrom(after); err != nil {
			return err
		}
	}
	f, events, next, err := b.Office.Timeline(v.R.Context(), v.Actor, v.Param("dossier"), kind, place, pageOfEvents)
	if err != nil {
		return err
	}
	names, err := b.names(v, authors(events))
	if err != nil {
		return err
	}
	r := readingOf(v, f)
	x := &timelineView{d: f.Dossier, heading: r.sight.heading(f.Def, dossier.Heading(f.Def, f.Filed)), events: b.events(v, f, r, names, events)}
	x.kinds = append(x.kinds, components.Link{Href: timelinePath(f.Dossier, "", ""), Label: v.P.T("desk.timeline.all"), Current: kind == ""})
	for _, k := range dossier.Kinds {
		x.kinds = append(x.kinds, components.Link{Href: timelinePath(f.Dossier, k, ""), Label: v.P.T("desk.timeline.kind." + k), Current: kind == k})
	}
	if !next.At.IsZero() {
		x.pages.Next = timelinePath(f.Dossier, kind, placeWords(next))
	}
	if !place.At.IsZero() {
		x.pages.Previous = timelinePath(f.Dossier, kind, "")
	}
	pg := v.Frame(v.P.T("desk.timeline.title"))
	pg.Back = dossierPath(f.PublicID)
	return v.Page(timelinePage(pg, x))
}

func placeWords(p dossier.Place) string {
	return strconv.FormatInt(p.At.UnixMicro(), 10) + "." + strconv.Itoa(p.Rank) + "." + strconv.FormatInt(p.ID, 10)
}

// placeFrom reads the last event of the page before; what cannot be one is NotFound.
func placeFrom(s string) (p dossier.Place, err error) {
	parts := strings.Split(s, ".")
	if len(parts) != 3 {
		return p, fault.New(fault.NotFound, "")
	}
	var n [3]int64
	for i, part := range parts {
		if n[i], err = strconv.ParseInt(part, 10, 64); err != nil || n[i] < 0 || n[i] > 1<<53 {
			return p, fault.New(fault.NotFound, "")
		}
	}
	if n[1] > 9 {
		return p, fault.New(fault.NotFound, "")
	}
	return dossier.Place{At: time.UnixMicro(n[0]).UTC(), Rank: int(n[1]), ID: n[2]}, nil
}

// authors are the accounts behind events.
func authors(events []dossier.Event) []int64 {
	var ids []int64
	for _, e := range events {
		switch {
		case e.Act != nil:
			proposer, _ := strconv.ParseInt(e.Act.Detail["proposed_by"], 10, 64)
			ids = append(ids, e.Act.ActorID, proposer)
		case e.Message != nil:
			ids = append(ids, e.Message.AuthorID)
		default:
			ids = append(ids, e.Mail.AccountID)
		}
	}
	return slices.DeleteFunc(ids, func(id int64) bool { return id == 0 })
}

func (b *desk) events(v *web.Visit, f *dossier.File, r reading, names map[int64]string, events []dossier.Event) []event {
	out := make([]event, len(events))
	for i, e := range events {
		x := event{at: v.P.ShortDateTimeAt(e.At)}
		switch {
		case e.Act != nil:
			x.who, x.what = r.who(f, names, e.Act.ActorID, e.Act.Role), r.actName(f, e.Act.Act)
			if words := r.detail(f, names, *e.Act); words != "" {
				x.details = append(x.details, words)
			}
			x.details = append(x.details, r.items(f, e)...)
			x.changes = r.changed(f, e, workflow.Day(v.Now))
		case e.Message != nil:
			x.said = b.letterOf(v, f.Dossier, *e.Message, names)
			if e.Kind == "notes" {
				x.said.print = "" // a note is no letter
			}
			x.who, x.what = x.said.who, messageName(v.P, f, e)
		default:
			x.who, x.what, x.status = r.addressee(f, names, e.Mail.AccountID), mailName(v.P, f, e.Mail), fate(v.P, e.Mail.State)
			if e.Mail.Fault != "" {
				x.details = append(x.details, mailFault(v.P, e.Mail.Fault))
			}
		}
		out[i] = x
	}
	return out
}

// items are what an act asked of the person, or what it answered, item by item.
func (r reading) items(f *dossier.File, e dossier.Event) []string {
	var out []string
	for _, i := range f.Asked {
		if !r.sight.field(i.Path) {
			continue
		}
		switch {
		case i.AskedAt.Equal(e.At):
			words := r.label(i.Path) + " (" + r.p.T("desk.ask.why."+i.Why) + ")"
			if i.Word != "" {
				words += r.p.T("portal.state.colon") + i.Word
			}
			out = append(out, words)
		case i.AnsweredAt != nil && i.AnsweredAt.Equal(e.At):
			out = append(out, r.label(i.Path))
		}
	}
	for _, x := range f.Documents {
		if x.ID == e.Act.Detail["document"] && x.Round <= f.Round && r.sight.field(x.Path) {
			out = append(out, x.Name)
		}
	}
	return out
}

// changed are the answers that a filing changed, as they were and as they are.
func (r reading) changed(f *dossier.File, e dossier.Event, today time.Time) []change {
	if e.Before == nil {
		return nil
	}
	was, is := f.Def.Form.Walk(e.Before, nil, today), f.Def.Form.Walk(e.After, nil, today)
	now := reading{p: r.p, sight: r.sight, now: is, old: was}
	before := reading{p: r.p, sight: r.sight, now: was}
	var out []change
	for _, c := range form.Diff(e.Before, e.After) {
		if !r.sight.field(c.Path) {
			continue
		}
		label := now.label(c.Path)
		if label == c.Path {
			label = before.label(c.Path) // of a row that is gone
		}
		if label == c.Path {
			continue
		}
		x := change{label, orWords(shownAt(was, c.Path, r.p.Lang), r.p.T("ui.no_answer")), orWords(shownAt(is, c.Path, r.p.Lang), r.p.T("ui.no_answer"))}
		if x.before != x.after {
			out = append(out, x)
		}
	}
	return out
}

// shownAt is the answer at a path in words, "" where there is none.
func shownAt(j *form.Journey, path string, l text.Lang) string {
	if f := j.Field(path); f != nil && f.Relevant {
		return f.Display(l)
	}
	return ""
}

func messageName(p text.Printer, f *dossier.File, e dossier.Event) string {
	switch {
	case e.Kind == "notes":
		return p.T("desk.timeline.note")
	case e.Message.Template == dossier.MailTemplate:
		return p.T("desk.mail.unproven", "from", e.Message.From)
	case e.Message.OfService():
		return p.T("desk.timeline.letter")
	case f.ByPerson(*e.Message):
		return p.T("desk.timeline.written")
	case f.AtCounter():
		return p.T("counter.letter_free")
	}
	return p.T("desk.timeline.reply")
}

// addressee is to whom a mail went: an agent by name, the person by their part.
func (r reading) addressee(f *dossier.File, names map[int64]string, id int64) string {
	if id == 0 && f.Mandate.ID != 0 {
		return r.p.T("desk.mandate.principal")
	}
	if f.Mandate.Concerns(id) {
		return r.p.T("desk.mandate.under")
	}
	if id == f.OwnerID || f.PersonSide(id) {
		return f.Def.Flow.Owner().Label.In(r.p.Lang)
	}
	return orWords(names[id], r.p.T("desk.journal.service"))
}

// mailName names a mail by its subject's template, never by what it said.
func mailName(p text.Printer, f *dossier.File, m *dossier.Mailed) string {
	if n := f.Def.Flow.Notification(strings.TrimPrefix(m.Template, dossier.MailPrefix)); n != nil {
		return p.T("desk.timeline.mail", "subject", strings.ReplaceAll(n.Subject.In(p.Lang), "{reference}", f.Reference))
	}
	return p.T("desk.timeline.mail_plain")
}

// mailFault says why a mail did not leave, with what the other side answered; what only that side said is shown as it came.
func mailFault(p text.Printer, why string) string {
	key, answer, _ := strings.Cut(why, " ")
	if !p.Has("mail.fault." + key) {
		return why
	}
	if answer != "" {
		return p.T("mail.fault."+key) + " (" + answer + ")"
	}
	return p.T("mail.fault." + key)
}

// fate is what became of a mail; a state without words of its own is shown as it is kept.
func fate(p text.Printer, state string) components.Status {
	s := components.Status{Label: state, Colour: "grey"}
	if p.Has("mail.state." + state) {
		s.Label = p.T("mail.state." + state)
	}
	switch state {
	case "sent", "accepted":
		s.Colour = "green"
	case "failed", "refused", "bounced":
		s.Colour = "red"
	}
	return s
}
