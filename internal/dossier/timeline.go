package dossier

import (
	"context"
	"slices"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/journal"
	"guichet/internal/procedure"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// Event is one thing that happened on a dossier; exactly one of Act, Message and Mail is set.
type Event struct {
	At      time.Time
	Kind    string // one of Kinds
	Act     *journal.Entry
	Message *Message
	Mail    *Mailed

	Before, After form.Raw // what was filed before and with the act, where it filed anything

	rank int
	id   int64
}

// Mailed is a mail or an SMS about the dossier, and what became of it.
type Mailed struct {
	Template  string
	State     string // as the notifications keep it
	Fault     string // why it did not go, "" when it did; names nobody
	AccountID int64
	At        time.Time
}

// Kinds of what happens, by which a timeline can be narrowed.
var Kinds = []string{"moves", "answers", "requests", "documents", "messages", "notes", "clock"}

// The order of what happened in one instant: the act, the message it made, the mail that tells of it.
const (
	rankMail = iota + 1
	rankMessage
	rankAct
)

// Acts of the journal that are no move, by kind; those of messages are told by the message itself.
var (
	answerActs   = []string{"answer", "correct"}
	documentActs = []string{mailFiled, "attach", "detach", "describe", "judge", "infected"}
	messageActs  = []string{"settle", LetterPrinted}
	silentActs   = []string{"write", "reply", "note", attachedToMessage, droppedFromMessage, mailCame}

	// ownActs are what a person does to what they have not sent yet, which is nobody else's business (RP-014).
	ownActs = []string{"answer", "attach", "detach", "describe"}
)

// sendings are the moves by which a person hands in what they have written.
func sendings(p *procedure.Procedure) (out []string) {
	drafts := func(state string) bool { s := p.Flow.State(state); return s != nil && s.Kind == workflow.Draft }
	for _, m := range p.Flow.Workflow.Moves {
		if slices.Contains(m.Needs, "answered") || slices.ContainsFunc(m.From, drafts) {
			out = append(out, m.ID)
		}
	}
	return out
}

// personSides are the parts of the journal in which something is done in the person's place.
func personSides(p *procedure.Procedure) []string { return []string{p.Flow.Owner().ID, underMandate} }

// unsent leaves out of a dossier's acts, in order, what its person has done since they last sent.
func unsent(p *procedure.Procedure, history []journal.Entry) []journal.Entry {
	sides, sending, last := personSides(p), sendings(p), 0
	for _, e := range history {
		if slices.Contains(sides, e.Role) && slices.Contains(sending, e.Act) {
			last = e.Seq
		}
	}
	return slices.DeleteFunc(slices.Clone(history), func(e journal.Entry) bool {
		return e.Seq > last && slices.Contains(sides, e.Role) && slices.Contains(ownActs, e.Act)
	})
}

// early tells whether a line is of a virus in a file that was not sent, which is no agent's business either.
func (f *File) early(e *journal.Entry) bool {
	switch {
	case e == nil || e.Act != workflow.Infected:
		return false
	case e.Detail["path"] == MessagePath:
		return e.Detail["sent"] == "no"
	}
	return slices.ContainsFunc(f.Documents, func(x Document) bool { return x.ID == e.Detail["document"] && x.Round > f.Round })
}

// requestActs are the acts that ask the person, and that answer.
func requestActs(p *procedure.Procedure) []string {
	out := []string{"prepare"}
	for _, m := range p.Flow.Workflow.Moves {
		if m.Form.Pick || m.Form.Due != "" || slices.Contains(m.Needs, "answered") {
			out = append(out, m.ID)
		}
	}
	return out
}

// kindOf is the kind of an act.
func kindOf(p *procedure.Procedure, act, role string) string {
	switch {
	case slices.Contains(documentActs, act):
		return "documents"
	case role == p.Flow.Clockwork():
		return "clock"
	case slices.Contains(answerActs, act):
		return "answers"
	case slices.Contains(messageActs, act):
		return "messages"
	case slices.Contains(requestActs(p), act):
		return "requests"
	}
	return "moves"
}

// Place is the last event of the page before; zero = from the latest.
type Place struct {
	At   time.Time
	Rank int
	ID   int64
}

// endOfTime is later than anything that has happened.
var endOfTime = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// Timeline lists what has happened on a dossier, the latest first, limit events of one kind or of all (""), and the place of
// the next page (zero when there is none). Acts are for who may see the journal, messages and notes for who may read them, mails
// for who may see what was sent. It answers NotFound to who may not read the dossier, and for a kind that is none. The reading is noted.
func (o *Office) Timeline(ctx context.Context, a access.Actor, publicID, kind string, after Place, limit int) (f *File, out []Event, next Place, err error) {
	defer fault.Wrap(&err, "dossier.Timeline %s", publicID)
	if kind != "" && !slices.Contains(Kinds, kind) {
		return nil, nil, next, errNotFound
	}
	err = o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.load(ctx, tx.Q, publicID)
		if err != nil {
			return err
		}
		if a.Kind != access.Agent || !access.Can(a, access.Read, d.Dossier, "") {
			return errNotFound
		}
		f = &File{Dossier: d}
		if f.Asked, _, err = o.askedAndPrepared(ctx, tx.Q, d, false); err != nil {
			return err
		}
		if f.Documents, err = o.documents(ctx, tx.Q, d); err != nil {
			return err
		}
		if err := o.noteRead(ctx, tx, a, d, "timeline"); err != nil {
			return err
		}
		out, next, err = o.eventsOf(ctx, tx.Q, a, d, kind, after, limit)
		out = slices.DeleteFunc(out, func(e Event) bool { return f.early(e.Act) })
		return err
	})
	return f, out, next, err
}

func (o *Office) eventsOf(ctx context.Context, q *sqlc.Queries, a access.Actor, d *Dossier, kind string, after Place, limit int) (out []Event, next Place, err error) {
	rows, err := q.Timeline(ctx, timelineOf(a, d, kind, after, limit))
	if err != nil {
		return nil, next, err
	}
	for i, r := range rows {
		if i == limit {
			last := out[i-1]
			next = Place{last.At, last.rank, last.id}
			break
		}
		e, err := d.event(r)
		if err != nil {
			return nil, next, err
		}
		out = append(out, e)
	}
	return out, next, o.changes(ctx, q, d, out)
}

// timelineOf is what the database is asked for.
func timelineOf(a access.Actor, d *Dossier, kind string, after Place, limit int) sqlc.TimelineParams {
	q := sqlc.TimelineParams{
		DossierID: d.ID, These: []string{}, Others: silentActs, Threads: []string{}, Lim: int32(limit + 1),
		Sides: personSides(d.Def), Unsent: ownActs, Sendings: sendings(d.Def),
		Before: endOfTime, BeforeRank: rankAct, BeforeID: 0,
	}
	if !after.At.IsZero() {
		q.Before, q.BeforeRank, q.BeforeID = after.At, int32(after.Rank), after.ID
	}
	can := func(category string) bool { return access.Can(a, access.Read, d.Dossier, category) }
	clock := d.Def.Flow.Clockwork()
	q.Acts, q.Mails = can("agent_log"), can("message_log")
	q.Threads = threadsOf(a, d)
	only := func(acts []string) { q.These, q.NotRole, q.Mails, q.Threads = acts, clock, false, []string{} }
	switch kind {
	case "":
	case "answers":
		only(answerActs)
	case "requests":
		only(requestActs(d.Def))
	case "documents":
		only(documentActs)
		q.NotRole = "" // a virus is found by the service
	case "moves":
		only([]string{})
		q.Others = slices.Concat(silentActs, answerActs, documentActs, messageActs, requestActs(d.Def))
	case "clock":
		only([]string{})
		q.NotRole, q.Role = "", clock
		q.Others = slices.Concat(silentActs, documentActs)
	case "messages":
		q.These, q.NotRole = messageActs, clock
		q.Threads = slices.DeleteFunc(q.Threads, func(t string) bool { return t == internalThread })
	case "notes":
		only(nil)
		q.Acts = false
		q.Threads = slices.DeleteFunc(threadsOf(a, d), func(t string) bool { return t == personThread })
	}
	if q.These == nil {
		q.These = []string{}
	}
	return q
}

// event opens a row of the timeline.
func (d *Dossier) event(r sqlc.TimelineRow) (Event, error) {
	e := Event{At: r.At, rank: int(r.Rank), id: r.ID}
	switch e.rank {
	case rankAct:
		act := journal.Entry{Seq: int(r.ID), At: r.At, Role: r.More, Act: r.Name, ActorID: r.ByID}
		e.Act, e.Kind = &act, kindOf(d.Def, act.Act, act.Role)
		if len(r.Sealed) == 0 {
			return e, nil // erased
		}
		var err error
		act.Detail, err = journal.Open(d.key, d.ID, act, r.Sealed)
		return e, err
	case rankMessage:
		m := Message{ID: r.ID, Template: r.Name, AuthorID: r.ByID, At: r.At}
		if e.Message, e.Kind = &m, "messages"; r.More == internalThread {
			e.Kind = "notes"
		}
		return e, d.openMessage(&m, r.More, r.Sealed, r.Files)
	}
	e.Mail, e.Kind = &Mailed{r.Name, r.More, r.Words, r.ByID, r.At}, "messages"
	return e, nil
}

// changes finds what each filing on the page changed: it was made in the instant of its act.
func (o *Office) changes(ctx context.Context, q *sqlc.Queries, d *Dossier, events []Event) error {
	if d.Round < 2 {
		return nil
	}
	times, err := q.FilingTimes(ctx, d.ID)
	if err != nil {
		return err
	}
	for i, e := range events {
		at := slices.IndexFunc(times, func(t sqlc.FilingTimesRow) bool { return t.Round > 1 && t.At.Equal(e.At) })
		if e.Act == nil || at < 0 {
			continue
		}
		round := int(times[at].Round)
		if events[i].Before, err = d.asFiled(round - 1); err != nil {
			return err
		}
		if events[i].After, err = d.asFiled(round); err != nil {
			return err
		}
	}
	return nil
}

// Latest are the last events of a dossier that its reader has opened, the latest first, as far as they may see.
func (f *File) Latest(a access.Actor, limit int) []Event {
	var out []Event
	if access.Can(a, access.Read, f.Dossier.Dossier, "agent_log") {
		for _, e := range unsent(f.Def, f.History) {
			if !slices.Contains(silentActs, e.Act) && !f.early(&e) {
				out = append(out, Event{At: e.At, Kind: kindOf(f.Def, e.Act, e.Role), Act: &e, rank: rankAct, id: int64(e.Seq)})
			}
		}
	}
	for _, m := range f.Letters {
		out = append(out, Event{At: m.At, Kind: "messages", Message: &m, rank: rankMessage, id: m.ID})
	}
	for _, m := range f.Notes {
		out = append(out, Event{At: m.At, Kind: "notes", Message: &m, rank: rankMessage, id: m.ID})
	}
	for _, m := range f.Mails {
		out = append(out, Event{At: m.At, Kind: "messages", Mail: &m, rank: rankMail})
	}
	slices.SortStableFunc(out, func(x, y Event) int {
		if c := y.At.Compare(x.At); c != 0 {
			return c
		}
		if x.rank != y.rank {
			return y.rank - x.rank
		}
		return int(y.id - x.id)
	})
	return out[:min(limit, len(out))]
}
