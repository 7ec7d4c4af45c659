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
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// AnswerFormat names what is handed over; names in it are added, never changed.
const AnswerFormat = "guichet.answer/1"

// Handed is what is said to a person about their data: whether there are any, of which processings, for what, told to whom, the data
// themselves in words, and how decisions were made (law 1.165, article 15; DS-068 to DS-072).
type Handed struct {
	Format    string            `json:"format"`
	Reference string            `json:"reference"`
	Made      time.Time         `json:"made"`
	Language  text.Lang         `json:"language"`
	Processed bool              `json:"processed"` // data about the person are processed (DS-069)
	Health    int               `json:"health_left_out"`
	Parts     []HandedPart      `json:"processings"`
	Others    []HandedElsewhere `json:"asked_elsewhere"`

	Rests int `json:"-"` // the last line of the dossier's journal that it knows
}

// HandedPart is one of our own processings, with what it holds.
type HandedPart struct {
	Procedure  string          `json:"procedure"`
	Purpose    string          `json:"purpose"`    // DS-068
	Categories []string        `json:"categories"` // DS-068
	Recipients []string        `json:"recipients"` // DS-068
	Automated  string          `json:"automated"`  // DS-072
	Dossiers   []HandedDossier `json:"dossiers"`
}

// HandedDossier is what one dossier holds, in words (DS-070).
type HandedDossier struct {
	Reference string       `json:"reference"`
	State     string       `json:"state"`
	Since     time.Time    `json:"since"`
	Closed    *time.Time   `json:"closed"`
	Answers   []HandedLine `json:"answers"`
	Documents []HandedLine `json:"documents"`
	Messages  []HandedLine `json:"messages"`
}

// HandedLine is a label and what stands under it.
type HandedLine struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// HandedElsewhere is what the holder of another processing has found, or why it is not known.
type HandedElsewhere struct {
	Processing string   `json:"processing"`
	Answered   bool     `json:"answered"` // without, the words say why it was not waited for
	Found      bool     `json:"found"`
	Words      string   `json:"words"`
	Files      []string `json:"files"`
}

// answerHanded is the act of putting an answer together, and on each dossier of which something is in it.
const (
	answerMade = "answer_made"
	foundSame  = "finding_approved"
	answerSent = "answer_sent"
	handedOver = "handed_to_person"
)

// FoundFor lists what the searches of a dossier have found, of which its answer is put together.
func (o *Office) FoundFor(ctx context.Context, a access.Actor, d *Dossier) (out []FoundDossier, err error) {
	defer fault.Wrap(&err, "dossier.FoundFor %d", d.ID)
	if !o.MayInquire(a, d) {
		return nil, errNotFound
	}
	rows, err := o.queries().FoundOf(ctx, d.ID)
	for _, r := range rows {
		f := FoundDossier{
			PublicID: r.PublicID, Reference: deref(r.Reference), Procedure: r.Procedure, State: r.State, StateKind: r.StateKind, At: r.CreatedAt,
			FoundBy: r.ByID, ApprovedBy: deref(r.ApprovedBy), Elsewhere: r.Procedure != d.Procedure,
		}
		if r.SubmittedAt != nil {
			f.At = *r.SubmittedAt
		}
		out = append(out, f)
	}
	return out, err
}

// ApproveFound says that a dossier of another procedure is the same person’s: a namesake’s file in the wrong hands is a breach, and
// who looks may be mistaken, or have a mind to read it. Whoever found it cannot. Errors: NotFound, Conflict "inquiry.closed",
// "inquiry.own" (found by the actor), "inquiry.approved" already.
func (o *Office) ApproveFound(ctx context.Context, a access.Actor, publicID, found string) (err error) {
	defer fault.Wrap(&err, "dossier.ApproveFound %s", publicID)
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		if err := o.inquiring(a, d); err != nil {
			return err
		}
		rows, err := tx.Q.FoundOf(ctx, d.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(rows, func(r sqlc.FoundOfRow) bool { return r.PublicID == found && r.Procedure != d.Procedure })
		switch {
		case i < 0:
			return errNotFound
		case rows[i].ByID == a.AccountID:
			return fault.New(fault.Conflict, "inquiry.own")
		}
		_, err = tx.Q.FoundApprove(ctx, sqlc.FoundApproveParams{DossierID: d.ID, FoundID: rows[i].ID, ByID: a.AccountID, At: tx.Now})
		if fault.Of(err) == fault.NotFound {
			return fault.New(fault.Conflict, "inquiry.approved")
		}
		if err != nil {
			return err
		}
		return o.note(ctx, tx, a, d, foundSame, journal.Detail{"for": deref(rows[i].Reference)})
	})
}

// Gather puts together what the dossier at hand, and those chosen of what was found for it, hold about their person, as that person
// may read it; nothing reserved to the administration, and no health data (DS-071). It is written in the journal of each.
// Errors: NotFound (also for a dossier that no search has found), Conflict "inquiry.closed", "inquiry.waiting" while the
// person has something to answer, "inquiry.unapproved" when one of another procedure has no second person’s approval, "inquiry.orders_open" while a search is open, "inquiry.unsearched" when nothing is found and nobody has looked.
func (o *Office) Gather(ctx context.Context, a access.Actor, publicID string, chosen []string) (h *Handed, err error) {
	defer fault.Wrap(&err, "dossier.Gather %s", publicID)
	err = o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		if err := o.inquiring(a, d); err != nil {
			return err
		}
		if d.StateKind == workflow.Waiting { // nobody's data are written out while it is in doubt who asks
			return fault.New(fault.Conflict, "inquiry.waiting")
		}
		h = &Handed{Format: AnswerFormat, Reference: d.Reference, Made: tx.Now, Language: d.Lang, Rests: d.chain.Seq}
		found, err := tx.Q.FoundOf(ctx, d.ID)
		if err != nil {
			return err
		}
		for _, id := range chosen {
			i := slices.IndexFunc(found, func(r sqlc.FoundOfRow) bool { return r.PublicID == id })
			if i < 0 {
				return errNotFound
			}
			if found[i].Procedure != d.Procedure && found[i].ApprovedBy == nil {
				return fault.New(fault.Conflict, "inquiry.unapproved")
			}
			if err := o.handOther(ctx, tx, a, h, d, id); err != nil {
				return err
			}
		}
		if err := o.handDossier(ctx, tx.Q, h, d); err != nil { // the right holds for requests too (DS-106)
			return err
		}
		if err := o.handOrders(ctx, tx.Q, h, d); err != nil {
			return err
		}
		h.Processed = len(chosen) > 0 || slices.ContainsFunc(h.Others, func(x HandedElsewhere) bool { return x.Found })
		return o.mayTell(ctx, tx, d, h.Processed, h.Rests)
	})
	return h, err
}

// handOther hands what another dossier holds, and says so in its journal.
func (o *Office) handOther(ctx context.Context, tx *store.Tx, a access.Actor, h *Handed, at *Dossier, id string) error {
	d, err := o.lock(ctx, tx, id)
	if err != nil {
		return err
	}
	if d.StateKind == workflow.Draft { // found before its owner took it back
		return errNotFound
	}
	if err := o.handDossier(ctx, tx.Q, h, d); err != nil {
		return err
	}
	line := journal.Line{Role: role(at.Def, a, at.Dossier), Act: handedOver, ActorID: a.AccountID, Detail: journal.Detail{"for": at.Reference}}
	return o.inscribe(ctx, tx, d, line)
}

// handDossier adds a dossier to the part of its procedure.
func (o *Office) handDossier(ctx context.Context, q *sqlc.Queries, h *Handed, d *Dossier) error {
	part := h.partOf(newest(o.Catalogue, d.Def))
	out := HandedDossier{Reference: d.Reference, Since: d.CreatedAt, Closed: d.ClosedAt, Answers: []HandedLine{}, Documents: []HandedLine{}, Messages: []HandedLine{}}
	if d.SubmittedAt != nil {
		out.Since = *d.SubmittedAt
	}
	if s := d.Def.Flow.State(d.State); s != nil {
		out.State = s.Label.In(h.Language)
	}
	j := d.Def.Form.Walk(with(d.Answers(), d.Agent), nil, workflow.Day(d.UpdatedAt))
	for _, s := range append(j.Steps(), j.Step(form.AgentStep)) {
		if s.Relevant || s.Step.ID == form.AgentStep {
			h.handFields(d, &out, s.Fields, "")
		}
	}
	papers, err := o.documents(ctx, q, d)
	if err != nil {
		return err
	}
	for _, x := range papers {
		field := d.Def.Form.Field(x.Path)
		switch {
		case field == nil:
		case isHealth(d.Def, x.Path):
			h.Health++
		case d.personSees(field, x.Path):
			out.Documents = append(out.Documents, HandedLine{field.Label.In(h.Language), x.Name})
		}
	}
	if err := o.handMessages(ctx, q, h, d, &out); err != nil {
		return err
	}
	part.Dossiers = append(part.Dossiers, out)
	return nil
}

func (o *Office) handMessages(ctx context.Context, q *sqlc.Queries, h *Handed, d *Dossier, out *HandedDossier) error {
	rows, err := q.Recorded(ctx, sqlc.RecordedParams{DossierID: d.ID, Threads: []string{personThread}})
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.What != "message" || r.Name == MailTemplate { // what nobody has proven to have written may be about somebody else
			continue
		}
		m := Message{ID: r.ID, Template: r.Name, AuthorID: r.ByID, At: r.At}
		if err := d.openMessage(&m, r.More, r.Sealed, r.Files); err != nil {
			return err
		}
		out.Messages = append(out.Messages, HandedLine{text.Printer{Lang: h.Language}.DateAt(m.At), m.Subject + "\n" + m.Body})
	}
	return nil
}

// partOf finds or begins the part of a procedure.
func (h *Handed) partOf(p *procedure.Procedure) *HandedPart {
	title := p.Title.In(h.Language)
	if i := slices.IndexFunc(h.Parts, func(x HandedPart) bool { return x.Procedure == title }); i >= 0 {
		return &h.Parts[i]
	}
	x := HandedPart{Procedure: title, Purpose: p.Flow.Processing.Purpose.In(h.Language), Automated: p.Flow.Processing.Automated.In(h.Language)}
	for _, c := range p.Form.Categories {
		if !slices.Contains(p.Flow.Owner().Hide, c.ID) {
			x.Categories = append(x.Categories, c.Label.In(h.Language))
		}
	}
	for _, r := range p.Flow.Processing.Recipients {
		x.Recipients = append(x.Recipients, r.In(h.Language))
	}
	h.Parts = append(h.Parts, x)
	return &h.Parts[len(h.Parts)-1]
}

// handFields adds answers in words; a group's after its row's title.
func (h *Handed) handFields(d *Dossier, out *HandedDossier, fields []*form.FieldState, before string) {
	for _, f := range fields {
		switch {
		case !f.Relevant || f.Field.Kind == form.File:
		case f.Field.Kind == form.Group:
			for _, r := range f.Rows {
				h.handFields(d, out, r.Fields, r.Title.In(h.Language)+", ")
			}
		case !f.Answered():
		case isHealth(d.Def, f.Path):
			h.Health++
		case d.personSees(f.Field, f.Path):
			out.Answers = append(out.Answers, HandedLine{before + f.Label.In(h.Language), f.Display(h.Language)})
		}
	}
}

// personSees tells whether what a field holds is its person's to read.
func (d *Dossier) personSees(f *form.Field, path string) bool {
	owner := d.Def.Flow.Owner()
	return !slices.Contains(owner.Hide, category(d.Def, path)) && access.Sees(f.See, []string{owner.ID})
}

// isHealth tells whether a field is of health, which goes to nobody but those whom the law on medical information names.
func isHealth(p *procedure.Procedure, path string) bool {
	id := category(p, path)
	return slices.ContainsFunc(p.Form.Categories, func(c form.Category) bool { return c.ID == id && c.Health })
}

// handOrders adds what holders of other processings have answered, and why one was not waited for, unless it was asked again.
func (o *Office) handOrders(ctx context.Context, q *sqlc.Queries, h *Handed, d *Dossier) error {
	h.Others = []HandedElsewhere{}
	orders, err := o.ordersOf(ctx, q, d)
	for i, x := range orders {
		if x.State == "withdrawn" && slices.ContainsFunc(orders[i+1:], func(later Order) bool { return later.Team == x.Team }) {
			continue
		}
		e := HandedElsewhere{Processing: x.Processing.In(h.Language), Answered: x.State == "answered", Found: x.Outcome == OrderFound, Words: x.Answer, Files: []string{}}
		for _, f := range x.Files {
			e.Files = append(e.Files, f.Name)
		}
		h.Others = append(h.Others, e)
	}
	return err
}
