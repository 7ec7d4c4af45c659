package dossier

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/journal"
	"guichet/internal/notify"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// Acts of the journal about search orders.
const (
	orderAsked     = "order_asked"
	orderAnswered  = "order_answered"
	orderWithdrawn = "order_withdrawn"
	orderRead      = "order" // what a holder has read of the dossier
)

// longestOrder bounds the words of an order and of its answer, in characters.
const longestOrder = 4000

// Outcomes of a search.
const (
	OrderFound   = "found"
	OrderNothing = "nothing"
)

// Order is what is asked of those who answer for another processing, and what came of it.
type Order struct {
	ID         string
	Processing text.Words
	Team       string // id of the processing
	State      string // asked, answered, withdrawn
	Due        time.Time
	AskedBy    int64
	AskedAt    time.Time
	Words      string
	Outcome    string
	AnsweredBy int64
	AnsweredAt *time.Time
	Answer     string // words of the holder; of one that was withdrawn why it was
	Files      []Document
}

// Overdue tells whether its day is over without an answer.
func (x Order) Overdue(now time.Time) bool {
	return x.State == "asked" && !workflow.EndOfCivil(x.Due).After(now)
}

// Ask is what an agent asks of holders.
type Ask struct {
	Processings []string
	Words       string    // what to look for: whom, and what is needed
	Due         time.Time // zero: what the definition says
}

// OrderSearch asks the holders of processings to search, each with a day; they hear by mail that something is asked, and read it signed in.
//
// Errors: NotFound, Conflict "inquiry.closed", Invalid "order.processing" (none, or one that is none), "order.words" (1 to 4,000
// characters), "order.due" (today at the earliest, a year at the latest), Conflict "order.open" (one of them is asked already).
func (o *Office) OrderSearch(ctx context.Context, a access.Actor, publicID string, ask Ask) (err error) {
	defer fault.Wrap(&err, "dossier.OrderSearch %s", publicID)
	ask.Words = strings.TrimSpace(ask.Words)
	err = o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		if err := o.inquiring(a, d); err != nil {
			return err
		}
		rules := newest(o.Catalogue, d.Def).Flow.Inquiry
		if ask.Due, err = dueOf(rules, ask, tx.Now); err != nil {
			return err
		}
		for _, id := range ask.Processings {
			if err := o.order(ctx, tx, a, d, rules, id, ask); err != nil {
				return err
			}
		}
		return nil
	})
	if fault.Of(err) == fault.Conflict && fault.Key(err) == "" {
		return fault.New(fault.Conflict, "order.open")
	}
	return err
}

// dueOf judges what is asked, and gives the day.
func dueOf(rules *workflow.Inquiry, ask Ask, now time.Time) (time.Time, error) {
	bad := func(key string) (time.Time, error) { return time.Time{}, fault.New(fault.Invalid, key) }
	if len(ask.Processings) == 0 || slices.ContainsFunc(ask.Processings, func(id string) bool { return rules.Processing(id) == nil }) {
		return bad("order.processing")
	}
	if n := utf8.RuneCountInString(ask.Words); n == 0 || n > longestOrder {
		return bad("order.words")
	}
	if ask.Due.IsZero() {
		period, err := workflow.ParseDuration(rules.Due)
		return workflow.Day(workflow.Add(now, period)), err
	}
	if today := workflow.Day(now); ask.Due.Before(today) || ask.Due.After(today.AddDate(1, 0, 0)) {
		return bad("order.due")
	}
	return ask.Due, nil
}

func (o *Office) order(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, rules *workflow.Inquiry, processing string, ask Ask) error {
	id := newPublicID()
	sealed, err := d.key.Seal([]byte(ask.Words), "order", id)
	if err != nil {
		return err
	}
	err = tx.Q.OrderInsert(ctx, sqlc.OrderInsertParams{
		PublicID: id, DossierID: d.ID, Procedure: d.Procedure, Processing: processing, DueOn: ask.Due, AskedBy: a.AccountID, At: tx.Now, Sealed: sealed, Seq: d.nextLine(),
	})
	if err != nil {
		return err
	}
	if err := o.tellHolders(ctx, tx, d, rules, processing, rules.Asks); err != nil {
		return err
	}
	return o.note(ctx, tx, a, d, orderAsked, journal.Detail{"processing": processing, "until": ask.Due.Format(time.DateOnly)})
}

// tellHolders tells each of those who answer for a processing that there is something to do: a count, and nothing of anybody.
func (o *Office) tellHolders(ctx context.Context, tx *store.Tx, d *Dossier, rules *workflow.Inquiry, processing, notification string) error {
	n := newest(o.Catalogue, d.Def).Flow.Notification(notification)
	holders, err := tx.Q.RoleHolders(ctx, sqlc.RoleHoldersParams{Procedure: d.Procedure, Role: rules.Holder, Team: processing, At: &tx.Now})
	if err != nil || n == nil || n.News == nil {
		return err
	}
	for _, who := range holders {
		if err := notify.Tell(ctx, tx, notify.News{Procedure: d.Procedure, AccountID: who, What: n.ID, Wait: n.News.Waits()}); err != nil {
			return err
		}
	}
	return nil
}

// Orders lists what was asked for a dossier, with what was answered, for who may inquire.
func (o *Office) Orders(ctx context.Context, a access.Actor, d *Dossier) (out []Order, err error) {
	defer fault.Wrap(&err, "dossier.Orders %d", d.ID)
	if !o.MayInquire(a, d) {
		return nil, errNotFound
	}
	return o.ordersOf(ctx, o.queries(), d)
}

// ordersOf reads the orders of a dossier, the oldest first, each with its files once they were sent: before, they are the holder's.
func (o *Office) ordersOf(ctx context.Context, q *sqlc.Queries, d *Dossier) (out []Order, err error) {
	rows, err := q.OrdersOf(ctx, d.ID)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		x, err := o.orderOf(d, r)
		if err != nil {
			return nil, err
		}
		if x.State == "answered" {
			if x.Files, err = o.orderFiles(ctx, q, d, x.ID); err != nil {
				return nil, err
			}
		}
		out = append(out, x)
	}
	return out, nil
}

func (o *Office) orderOf(d *Dossier, r sqlc.SearchOrder) (Order, error) {
	x := Order{
		ID: r.PublicID, Team: r.Processing, State: r.State, Due: r.DueOn, AskedBy: r.AskedBy, AskedAt: r.AskedAt, Outcome: r.Outcome,
		AnsweredBy: deref(r.AnsweredBy), AnsweredAt: r.AnsweredAt, Processing: text.Words{FR: r.Processing, EN: r.Processing},
	}
	if rules := newest(o.Catalogue, d.Def).Flow.Inquiry; rules != nil && rules.Processing(r.Processing) != nil {
		x.Processing = rules.Processing(r.Processing).Label
	}
	words, err := d.key.Open(r.Sealed, "order", r.PublicID)
	if err != nil {
		return x, err
	}
	x.Words = string(words)
	if r.Answer != nil {
		plain, err := d.key.Open(r.Answer, "order answer", r.PublicID)
		if err != nil {
			return x, err
		}
		return x, json.Unmarshal(plain, &x.Answer)
	}
	return x, nil
}

// WithdrawOrder takes back what was asked, as long as it was not answered, for a reason that the answer to the person tells. Errors:
// NotFound, Conflict "order.done" when it was answered, Invalid "order.words" (1 to 4,000 characters).
func (o *Office) WithdrawOrder(ctx context.Context, a access.Actor, publicID, order, reason string) (err error) {
	defer fault.Wrap(&err, "dossier.WithdrawOrder %s %s", publicID, order)
	reason = strings.TrimSpace(reason)
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		if !o.MayInquire(a, d) {
			return errNotFound
		}
		row, err := tx.Q.OrderByPublicID(ctx, order)
		if err != nil || row.DossierID != d.ID {
			return orMissing(err)
		}
		if n := utf8.RuneCountInString(reason); n == 0 || n > longestOrder {
			return fault.New(fault.Invalid, "order.words")
		}
		sealed, err := d.sealAnswer(order, reason)
		if err != nil {
			return err
		}
		if _, err := tx.Q.OrderEnd(ctx, sqlc.OrderEndParams{ID: row.ID, State: "withdrawn", Answer: sealed, ByID: &a.AccountID, At: &tx.Now}); err != nil {
			return doneAlready(err)
		}
		return o.note(ctx, tx, a, d, orderWithdrawn, journal.Detail{"processing": row.Processing})
	})
}

func (d *Dossier) sealAnswer(order, words string) ([]byte, error) {
	plain, err := json.Marshal(words)
	if err != nil {
		return nil, err
	}
	return d.key.Seal(plain, "order answer", order)
}

func orMissing(err error) error {
	if err != nil {
		return err
	}
	return errNotFound
}

func doneAlready(err error) error {
	if fault.Of(err) == fault.NotFound {
		return fault.New(fault.Conflict, "order.done")
	}
	return err
}
