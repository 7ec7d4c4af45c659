package backoffice

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/internal/dossier"
	"guichet/internal/exchange"
	"guichet/internal/journal"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

// linkless ends with a full stop each paragraph whose last words were a link, which a kept letter leaves out.
func linkless(body string) string {
	paragraphs := strings.Split(strings.TrimSpace(body), "\n\n")
	for i, words := range paragraphs {
		paragraphs[i] = dossier.Linkless(words)
	}
	return strings.Join(paragraphs, "\n\n")
}

func consentsOf(v *web.Visit, f *dossier.File) components.Table {
	t := components.Table{Caption: v.P.T("desk.consents.title"), HiddenCaption: true, Empty: v.P.T("desk.consents.none"), Head: []components.Column{
		{Label: v.P.T("desk.consents.notice")}, {Label: v.P.T("desk.consents.text")}, {Label: v.P.T("desk.consents.at")},
	}}
	for _, c := range f.Consents {
		title := c.Notice
		if n := f.Def.Flow.Notice(c.Notice); n != nil {
			title = n.Title.In(v.P.Lang)
		}
		t.Rows = append(t.Rows, []components.Cell{{Text: title, Header: true}, {Text: c.Text}, {Text: v.P.ShortDateTimeAt(c.At)}})
	}
	return t
}

// actNames are the acts of the journal that are no move.
var actNames = map[string]string{
	"start": "desk.act.start", "follow": "desk.act.follow", "due_soon": "desk.act.due_soon", "due_over": "desk.act.due_over", "answer": "desk.act.answer", "attach": "desk.act.attach", "detach": "desk.act.detach",
	"generate": "desk.act.generate", "infected": "desk.act.infected", "alike": "desk.act.alike", "reminded": "desk.act.remind",
	"describe": "desk.act.describe", "prepare": "desk.act.prepare", "judge": "desk.act.judge", "correct": "desk.act.correct",
	"mandate_proposed": "desk.act.mandate_proposed", "mandate_lapsed": "desk.act.mandate_lapsed", "mandate_confirmed": "desk.act.mandate_confirmed",
	"mandate_denied": "desk.act.mandate_denied", "mandate_revoked": "desk.act.mandate_revoked", "mandate_renounced": "desk.act.mandate_renounced",
	"mandate_verified": "desk.act.mandate_verified", "mandate_refused": "desk.act.mandate_refused", "mandate_expired": "desk.act.mandate_expired",
	"mandate_taken": "desk.act.mandate_taken", "mandate_wrong": "desk.act.mandate_wrong", "mandate_moved": "desk.act.mandate_moved",
	"mandate_known": "desk.act.mandate_known", "mandate_renewed": "desk.act.mandate_renewed",
	workflow.Proposed: "desk.act.second_proposed", workflow.SentBack: "desk.act.second_back", workflow.TakenBack: "desk.act.second_withdrawn",
	workflow.Overtaken: "desk.act.second_void",
	"mail_file":        "desk.act.mail_file", dossier.IdentityProven: "desk.act.identity_proven",
	"answer_made": "answer.act.made", "answer_sent": "answer.act.sent", "answer_opened": "answer.act.opened", "handed_to_person": "answer.act.handed",
	dossier.PersonSearched: "inquiry.act.searched", "finding_approved": "inquiry.act.found_approved", "order_asked": "inquiry.act.asked", "order_answered": "inquiry.act.answered", "order_withdrawn": "inquiry.act.withdrawn",
	"settle": "desk.act.settle", "open": "watch.act_open", "glass": "glass.act.opened", "glass_end": "glass.act.ended", dossier.LetterPrinted: "counter.print_act", workflow.HandedOver: "exchange.act.handed_over", workflow.HandoverRefused: "exchange.act.refused",
	workflow.HandoverOvertaken: "exchange.act.overtaken", workflow.HandoverTried: "exchange.act.tried",
}

// sideNames are the parts that people have beside the roles of the workflow: acting for somebody, or having somebody act.
var sideNames = map[string]string{"mandate": "desk.mandate.under", "principal": "desk.mandate.principal"}

// who names an agent, and the person by their part in it.
func (r reading) who(f *dossier.File, names map[int64]string, id int64, role string) string {
	if key := sideNames[role]; key != "" {
		if names[id] != "" && r.namesDeclarant(f) { // of a firm: which of its members
			return r.p.T(key) + " – " + names[id]
		}
		return r.p.T(key)
	}
	if names[id] != "" {
		return names[id]
	}
	if name, ok := strings.CutPrefix(role, exchange.TokenRole); ok {
		return name // another system, by its token
	}
	if x := f.Def.Flow.Role(role); x != nil {
		return x.Label.In(r.p.Lang)
	}
	return r.p.T("desk.journal.service")
}

// namesDeclarant tells whether the reader may see how who fills in is named.
func (r reading) namesDeclarant(f *dossier.File) bool {
	rules := f.Def.Flow.Mandate
	return rules != nil && !slices.ContainsFunc(rules.Names, func(id string) bool { return !r.sight.field(id) })
}

func (r reading) actName(f *dossier.File, act string) string {
	if m := f.Def.Flow.Move(act); m != nil {
		return m.Label.In(r.p.Lang)
	}
	if key := actNames[act]; key != "" {
		return r.p.T(key)
	}
	return act
}

// detail says what an act was about, in words: the change of state, the reason, the question or document.
func (r reading) detail(f *dossier.File, names map[int64]string, e journal.Entry) string {
	var out []string
	if from, to := e.Detail["from"], e.Detail["to"]; from != to {
		out = append(out, status(f.Def, from, r.p.Lang).Label+" → "+status(f.Def, to, r.p.Lang).Label)
	}
	about := f.Def.Flow.Move(e.Detail["move"]) // of a proposal
	if about != nil {
		out = append(out, about.Label.In(r.p.Lang))
	}
	if m := cmp.Or(f.Def.Flow.Move(e.Act), about); m != nil {
		for _, x := range m.Form.Reasons {
			if x.ID == e.Detail["reason"] {
				out = append(out, x.Label.In(r.p.Lang))
			}
		}
	}
	if n := f.Def.Flow.Notification(e.Detail["told"]); n != nil {
		out = append(out, strings.ReplaceAll(n.Subject.In(r.p.Lang), "{reference}", f.Reference))
	}
	if path := e.Detail["path"]; path != "" && r.sight.field(path) {
		out = append(out, r.label(path))
	}
	if day, err := time.Parse(time.DateOnly, e.Detail["until"]); err == nil {
		out = append(out, r.p.T("desk.ask.until_short", "date", r.p.Date(day)))
	}
	if as := judgedStatus(r.p, e.Detail["as"]); as.Label != "" {
		out = append(out, as.Label)
	}
	if x := f.Def.Flow.Rejection(e.Detail["rejection"]); x != nil {
		out = append(out, x.Label.In(r.p.Lang))
	}
	if s := f.Def.Form.Step(e.Detail["step"]); s != nil {
		out = append(out, s.Title.In(r.p.Lang))
	}
	if k := f.Def.Flow.Connector(e.Detail["connector"]); k != nil {
		out = append(out, k.Name)
	}
	if x := f.Def.Flow.Role(e.Detail["asker_role"]); x != nil {
		out = append(out, x.Label.In(r.p.Lang))
	}
	if at, err := time.Parse(time.RFC3339, e.Detail["open_until"]); err == nil {
		out = append(out, r.p.T("glass.until")+" "+r.p.DateTimeAt(at))
	}
	if id, err := strconv.ParseInt(e.Detail["proposed_by"], 10, 64); err == nil {
		out = append(out, r.p.T("desk.second.proposed_by", "who", orWords(names[id], r.p.T("work.lock.colleague"))))
	}
	for _, words := range []string{e.Detail["by"], e.Detail["reference"], e.Detail["for"], e.Detail["words"], e.Detail["word"]} {
		if words != "" {
			out = append(out, words)
		}
	}
	if doc := f.Def.Flow.Document(e.Detail["document"]); doc != nil {
		out = append(out, doc.Title.In(r.p.Lang))
	}
	return strings.Join(out, " · ")
}

// mostReads is how many readings are listed; the journal keeps them all.
const mostReads = 100

// reads lists who opened the dossier, newest first.
func (r reading) reads(f *dossier.File, names map[int64]string, requests map[string]string) components.Table {
	t := components.Table{Caption: r.p.T("desk.reads.title"), HiddenCaption: true, Empty: r.p.T("desk.journal.none"), Head: []components.Column{
		{Label: r.p.T("desk.journal.at")}, {Label: r.p.T("desk.journal.who")}, {Label: r.p.T("desk.reads.what")},
	}}
	for _, x := range slices.Backward(f.Reads) {
		if len(t.Rows) == mostReads {
			break
		}
		t.Rows = append(t.Rows, []components.Cell{
			{Text: r.p.ShortDateTimeAt(x.At), Header: true}, {Text: r.who(f, names, x.ActorID, x.Role)}, {Text: r.readWhat(f, x.What) + r.readWhy(f, x.Basis, requests)},
		})
	}
	return t
}

// requestIn is a written request's reference as the dossier's own journal keeps it: the request itself goes after a year.
func requestIn(f *dossier.File, id string) string {
	for _, e := range f.History {
		if e.Act == "glass" && e.Detail["request"] == id {
			return e.Detail["reference"]
		}
	}
	return ""
}

// readWhy says by what right a dossier was read that is not its reader's.
func (r reading) readWhy(f *dossier.File, basis string, requests map[string]string) string {
	kind, id, _ := strings.Cut(basis, ":")
	switch kind {
	case journal.Glass:
		return ", " + r.p.T("glass.by_request", "reference", orWords(requests[id], requestIn(f, id)))
	case journal.Purpose:
		if why := f.Purpose(id); why != nil {
			return ", " + why.Label.In(r.p.Lang)
		}
	}
	return ""
}

func (r reading) readWhat(f *dossier.File, what string) string {
	kind, id, _ := strings.Cut(what, " ")
	switch kind {
	case "document":
		for _, d := range f.Documents {
			if d.ID == id && r.sight.field(d.Path) {
				return r.label(d.Path)
			}
		}
		return r.p.T("desk.reads.document")
	case "timeline":
		return r.p.T("desk.timeline.title")
	case "receipt":
		return r.p.T("desk.reads.receipt")
	case dossier.RegisterRead:
		return r.p.T("register.was_read")
	case dossier.RegisterTaken:
		return r.p.T("register.was_taken")
	case "generated":
		if doc := f.Def.Flow.Document(id); doc != nil {
			return doc.Title.In(r.p.Lang)
		}
	}
	return r.p.T("desk.reads.dossier")
}

// getMade sends a document the service has made (RP-026).
func (b *desk) getMade(v *web.Visit) error {
	d, err := b.Office.Open(v.R.Context(), v.Actor, v.Param("dossier"))
	if err != nil {
		return err
	}
	body, err := b.Office.Generated(v.R.Context(), v.Actor, d.PublicID, v.Param("template"))
	if err != nil {
		return err
	}
	name := d.Reference + "-" + v.Param("template") + ".pdf"
	return v.Send(web.File{Name: name, Kind: "application/pdf", Size: int64(len(body)), Body: bytes.NewReader(body)})
}
