package dossier

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"guichet/internal/access"
	"guichet/internal/document"
	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/journal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// mostOrderFiles may hang on one answer.
const mostOrderFiles = 20

// mostHeld orders are listed to a holder.
const mostHeld = 100

// orderPath stands where a document's field does, for the files of an answer to an order.
func orderPath(id string) string { return "@order." + id }

// HeldOrder is an order as those read it who answer: what is asked, and nothing else of the dossier.
type HeldOrder struct {
	Order
	Reference string
	Procedure text.Words
}

// HoldsAny tells whether the actor answers for some processing.
func HoldsAny(a access.Actor) bool {
	for _, g := range a.Grants {
		if a.Kind == access.Agent && g.Only == nil && access.May(a, access.Hold, g.Procedure) {
			return true
		}
	}
	return false
}

// holds tells whether the actor answers for a processing of a procedure: by a right for it, or for all.
func (o *Office) holds(a access.Actor, procedureID, processing string) bool {
	p := o.Catalogue.Get(procedureID)
	if p == nil || p.Flow.Inquiry == nil || a.Kind != access.Agent {
		return false
	}
	for _, g := range a.Grants {
		if g.Only == nil && g.Procedure == procedureID && g.Role == p.Flow.Inquiry.Holder && (g.Team == "" || g.Team == processing) && access.May(a, access.Hold, procedureID) {
			return true
		}
	}
	return false
}

// HeldOrders lists what is asked of the actor, what is open first.
func (o *Office) HeldOrders(ctx context.Context, a access.Actor) (out []HeldOrder, err error) {
	defer fault.Wrap(&err, "dossier.HeldOrders")
	mine := []string{}
	for _, p := range o.Catalogue.All() {
		if p.Flow.Inquiry == nil {
			continue
		}
		for _, x := range p.Flow.Inquiry.Processings {
			if o.holds(a, p.ID, x.ID) {
				mine = append(mine, p.ID+"/"+x.ID)
			}
		}
	}
	rows, err := o.queries().OrdersFor(ctx, sqlc.OrdersForParams{Mine: mine, Lim: mostHeld})
	for _, r := range rows {
		p := o.Catalogue.Get(r.Procedure)
		h := HeldOrder{Order: Order{ID: r.PublicID, Team: r.Processing, State: r.State, Due: r.DueOn, AskedAt: r.AskedAt, AnsweredAt: r.AnsweredAt}, Reference: deref(r.Reference), Procedure: p.Title}
		if x := p.Flow.Inquiry.Processing(r.Processing); x != nil {
			h.Processing = x.Label
		}
		out = append(out, h)
	}
	return out, err
}

// HeldOrder opens one order for who answers it, and notes in the dossier that it was read. NotFound to everybody else, and once the
// dossier is closed or the order was taken back.
func (o *Office) HeldOrder(ctx context.Context, a access.Actor, id string) (h *HeldOrder, err error) {
	defer fault.Wrap(&err, "dossier.HeldOrder %s", id)
	err = o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, row, err := o.held(ctx, tx.Q, a, id)
		if err != nil {
			return err
		}
		x, err := o.orderOf(d, row)
		if err != nil {
			return err
		}
		if x.Files, err = o.orderFiles(ctx, tx.Q, d, id); err != nil {
			return err
		}
		h = &HeldOrder{x, d.Reference, newest(o.Catalogue, d.Def).Title}
		return journal.Read(ctx, tx, d.ID, journal.Reading{ActorID: a.AccountID, Role: role(d.Def, a, d.Dossier), What: orderRead})
	})
	return h, err
}

// held finds an order that the actor answers, with its dossier.
func (o *Office) held(ctx context.Context, q *sqlc.Queries, a access.Actor, id string) (*Dossier, sqlc.SearchOrder, error) {
	row, err := q.OrderByPublicID(ctx, id)
	if err != nil {
		return nil, sqlc.SearchOrder{}, err
	}
	d, err := o.load(ctx, q, row.Dossier)
	if err != nil {
		return nil, sqlc.SearchOrder{}, err
	}
	if !o.holds(a, row.Procedure, row.Processing) || d.Closed() || row.State == "withdrawn" {
		return nil, sqlc.SearchOrder{}, errNotFound
	}
	return d, bareOrder(row), nil
}

func bareOrder(r sqlc.OrderByPublicIDRow) sqlc.SearchOrder {
	return sqlc.SearchOrder{
		ID: r.ID, PublicID: r.PublicID, DossierID: r.DossierID, Procedure: r.Procedure, Processing: r.Processing, State: r.State, DueOn: r.DueOn,
		AskedBy: r.AskedBy, AskedAt: r.AskedAt, Sealed: r.Sealed, Outcome: r.Outcome, AnsweredBy: r.AnsweredBy, AnsweredAt: r.AnsweredAt, Answer: r.Answer, Reminded: r.Reminded,
	}
}

// AnswerOrder says what a search has found, once: it cannot be taken back, and of two who answer at once one does.
//
// Errors: NotFound, Invalid "order.outcome", "order.words" (with something found: 1 to 4,000 characters, or a file), Conflict "order.done".
func (o *Office) AnswerOrder(ctx context.Context, a access.Actor, id, outcome, words string) (err error) {
	defer fault.Wrap(&err, "dossier.AnswerOrder %s", id)
	words = strings.TrimSpace(words)
	if outcome != OrderFound && outcome != OrderNothing {
		return fault.New(fault.Invalid, "order.outcome")
	}
	if utf8.RuneCountInString(words) > longestOrder {
		return fault.New(fault.Invalid, "order.words")
	}
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, row, err := o.heldLocked(ctx, tx, a, id)
		if err != nil {
			return err
		}
		files, err := o.orderFiles(ctx, tx.Q, d, id)
		if err != nil {
			return err
		}
		if outcome == OrderFound && words == "" && len(files) == 0 {
			return fault.New(fault.Invalid, "order.words")
		}
		sealed, err := d.sealAnswer(id, words)
		if err != nil {
			return err
		}
		if _, err := tx.Q.OrderEnd(ctx, sqlc.OrderEndParams{ID: row.ID, State: "answered", Outcome: outcome, Answer: sealed, ByID: &a.AccountID, At: &tx.Now}); err != nil {
			return doneAlready(err)
		}
		if err := o.tellAsker(ctx, tx, d); err != nil {
			return err
		}
		return o.note(ctx, tx, a, d, orderAnswered, journal.Detail{"processing": row.Processing, "outcome": outcome})
	})
}

func (o *Office) heldLocked(ctx context.Context, tx *store.Tx, a access.Actor, id string) (*Dossier, sqlc.SearchOrder, error) {
	d, row, err := o.held(ctx, tx.Q, a, id)
	if err != nil {
		return nil, row, err
	}
	if d, err = o.lock(ctx, tx, d.PublicID); err != nil {
		return nil, row, err
	}
	return d, row, nil
}

// tellAsker tells who has the dossier, or its team, that there is news of an order.
func (o *Office) tellAsker(ctx context.Context, tx *store.Tx, d *Dossier) error {
	return o.notify(ctx, tx, d, newest(o.Catalogue, d.Def).Flow.Inquiry.Answered, d.AssigneeID, false)
}

// AttachToOrder checks and keeps a file of an answer that is not sent yet, as documents are checked and kept.
//
// Errors: NotFound, Conflict "order.done", "order.files" (as many as may), TooLarge "document.quota", and those of the document's inspection.
func (o *Office) AttachToOrder(ctx context.Context, a access.Actor, id, name string, src io.Reader) (err error) {
	defer fault.Wrap(&err, "dossier.AttachToOrder %s", id)
	d, _, err := o.held(ctx, o.queries(), a, id)
	if err != nil {
		return err
	}
	if err := o.mayAttachToOrder(ctx, o.queries(), a, d, id, 1); err != nil {
		return err
	}
	sent, err := o.Workshop.Spool(src, MostOf(nil))
	if err != nil {
		return err
	}
	defer func() { _ = sent.Close() }()
	x := newPublicID()
	checked, k, err := o.judge(ctx, d.key, x, sent)
	if err != nil {
		return err
	}
	defer func() { _ = checked.Close() }()
	err = o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, _, err := o.heldLocked(ctx, tx, a, id)
		if err != nil {
			return err
		}
		if err := o.mayAttachToOrder(ctx, tx.Q, a, d, id, checked.Size); err != nil {
			return err
		}
		return o.keepOrderFile(ctx, tx, a, d, id, x, label{Name: nameAs(checked.Kind, clip(name)), SHA256: k.sum}, k.blob, checked)
	})
	if err != nil {
		o.dropBlobs(ctx, []string{k.blob})
	}
	return err
}

func (o *Office) keepOrderFile(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, order, id string, l label, blob string, c *document.Checked) error {
	sealed, err := d.sealLabel(id, l)
	if err != nil {
		return err
	}
	err = tx.Q.DocumentInsert(ctx, sqlc.DocumentInsertParams{
		PublicID: id, DossierID: d.ID, Path: orderPath(order), Rule: mainRule, Round: int32(d.Round), Kind: string(c.Kind), Size: c.Size, Pages: int32(c.Pages),
		Blob: blob, Sealed: sealed, UploadedBy: ref(a.AccountID), At: tx.Now, Verdict: string(o.unseen()),
	})
	if err != nil {
		return err
	}
	return o.queueScan(ctx, tx, id)
}

func (o *Office) mayAttachToOrder(ctx context.Context, q *sqlc.Queries, a access.Actor, d *Dossier, id string, size int64) error {
	_, row, err := o.held(ctx, q, a, id)
	if err != nil {
		return err
	}
	if row.State != "asked" {
		return fault.New(fault.Conflict, "order.done")
	}
	files, err := o.orderFiles(ctx, q, d, id)
	if err != nil {
		return err
	}
	all := size
	for _, f := range files {
		all += f.Size
	}
	switch {
	case len(files) >= mostOrderFiles:
		return fault.New(fault.Conflict, "order.files")
	case all > mostMessageBytes:
		return fault.New(fault.TooLarge, "document.quota")
	}
	return nil
}

// DropOrderFile takes a file off an answer that is not sent yet.
func (o *Office) DropOrderFile(ctx context.Context, a access.Actor, id, documentID string) (err error) {
	defer fault.Wrap(&err, "dossier.DropOrderFile %s %s", id, documentID)
	var blob string
	err = o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, row, err := o.heldLocked(ctx, tx, a, id)
		if err != nil {
			return err
		}
		if row.State != "asked" {
			return fault.New(fault.Conflict, "order.done")
		}
		blob, err = tx.Q.OrderFileDrop(ctx, sqlc.OrderFileDropParams{DossierID: d.ID, PublicID: documentID, Path: orderPath(id)})
		return err
	})
	if err == nil && blob != "" {
		o.dropBlobs(ctx, []string{blob})
	}
	return err
}

func (o *Office) orderFiles(ctx context.Context, q *sqlc.Queries, d *Dossier, id string) (out []Document, err error) {
	rows, err := q.OrderFiles(ctx, sqlc.OrderFilesParams{DossierID: d.ID, Path: orderPath(id)})
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		l, err := d.openLabel(r.PublicID, r.Sealed)
		if err != nil {
			return nil, err
		}
		x := attachment(r.PublicID, l.Name, document.Kind(r.Kind), r.Size, int(r.Pages), o.verdict(r.Verdict))
		x.Path, x.At = orderPath(id), r.UploadedAt
		out = append(out, x)
	}
	return out, nil
}

// OrdersDue is the clock's job that reminds holders, and tells who asked that a day is over.
type OrdersDue struct{}

// Kind names the job.
func (OrdersDue) Kind() string { return "orders_due" }

// RegisterOrders says how orders are followed.
func (o *Office) RegisterOrders(w *job.Workers) {
	job.Register(w, func(ctx context.Context, _ OrdersDue) error { return o.RemindOrders(ctx) })
}

// farthest is how long before its day an order may be reminded of.
const farthest = 60

// RemindOrders reminds the holders of each order as often as the definition says, each time once, and tells who asked once its day
// is over.
func (o *Office) RemindOrders(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "dossier.RemindOrders")
	today, after := workflow.Day(o.Store.Now()), int64(0)
	var failed error // one that cannot be opened keeps no other waiting
	for {
		rows, err := o.queries().OrdersDue(ctx, sqlc.OrdersDueParams{Until: today.AddDate(0, 0, farthest), After: after, Lim: atOnce})
		if err != nil || len(rows) == 0 {
			return errors.Join(failed, err)
		}
		for _, r := range rows {
			after = r.ID
			err := o.Store.InTx(ctx, func(tx *store.Tx) error { return o.remindOrder(ctx, tx, r.Dossier, r.PublicID) })
			failed = errors.Join(failed, gone(err))
		}
	}
}

func (o *Office) remindOrder(ctx context.Context, tx *store.Tx, dossierID, id string) error {
	d, err := o.lock(ctx, tx, dossierID)
	if err != nil {
		return err
	}
	row, err := tx.Q.OrderByPublicID(ctx, id)
	rules := newest(o.Catalogue, d.Def).Flow.Inquiry
	if err != nil || rules == nil || row.State != "asked" {
		return err
	}
	done := map[string]bool{}
	for _, r := range row.Reminded {
		done[r] = true
	}
	due, told := workflow.EndOfCivil(row.DueOn), row.Reminded
	if !due.After(tx.Now) {
		if done["over"] {
			return nil
		}
		if err := o.tellAsker(ctx, tx, d); err != nil {
			return err
		}
		told = append(told, "over")
		return tx.Q.OrderReminded(ctx, sqlc.OrderRemindedParams{ID: row.ID, Reminded: told})
	}
	rings := false
	for _, r := range rules.Remind {
		if period, err := workflow.ParseDuration(r); err == nil && !done[r] && !before(due, period).After(tx.Now) {
			rings, told = true, append(told, r)
		}
	}
	if !rings {
		return nil
	}
	if err := o.tellHolders(ctx, tx, d, rules, row.Processing, rules.Reminds); err != nil {
		return err
	}
	return tx.Q.OrderReminded(ctx, sqlc.OrderRemindedParams{ID: row.ID, Reminded: told})
}

// before is an instant less a duration of days.
func before(at time.Time, d workflow.Duration) time.Time {
	return at.AddDate(-d.Years, -d.Months, -7*d.Weeks-d.Days)
}
