package breach

import (
	"context"
	"errors"
	"slices"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/notify"
	"guichet/internal/store"
	"guichet/internal/text"
)

// What the data-protection officer is told, besides by the page.
const (
	recorded = "recorded"
	soon     = "soon" // less than a day is left
	over     = "over"
)

// Tick looks at the clocks and at the chain; it is made every quarter of an hour, and after each line.
type Tick struct{}

// Kind names the job.
func (Tick) Kind() string { return "breach" }

// Register says how the clocks are looked at.
func (h *House) Register(w *job.Workers) {
	job.Register(w, func(ctx context.Context, _ Tick) error { return h.Look(ctx) })
}

// saidOf names what the officer is told of a clock. Who corrects the moment at which a breach was known sets another: what was
// said of the one before tells nobody that this one runs out.
func saidOf(what string, due time.Time) string {
	if due.IsZero() {
		return what
	}
	return what + " " + due.UTC().Format(time.RFC3339)
}

// Look tells the officer of each clock that runs out within a day, and of each that has: once. What is wrong with one breach keeps
// nobody from hearing of another.
func (h *House) Look(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "breach.Look")
	all, _, err := h.All(ctx, access.Actor{Kind: access.Agent, Grants: []access.Grant{{Procedure: "*"}}})
	if err != nil {
		return err
	}
	faults := []error{h.testify(ctx)}
	for _, b := range all {
		if what := map[Clock]string{Soon: soon, Over: over}[b.Stands(h.Store.Now())]; what != "" {
			faults = append(faults, h.remind(ctx, b, what))
		}
	}
	return errors.Join(faults...)
}

func (h *House) remind(ctx context.Context, b Breach, what string) error {
	return h.Store.InTx(ctx, func(tx *store.Tx) error {
		if _, err := tx.Q.BreachChainLock(ctx); err != nil { // two servers look at the same moment
			return err
		}
		told, err := tx.Q.BreachTold(ctx, b.Number)
		if err != nil || slices.Contains(told, saidOf(what, b.Due)) {
			return err
		}
		return h.tell(ctx, tx, b.Number, what, b.Due)
	})
}

// Compose finds the words of a mail to the data-protection officer: that there is something to read, and where.
func (h *House) Compose(_ context.Context, m notify.Mail) (_ notify.Letter, err error) {
	defer fault.Wrap(&err, "breach.Compose %s", m.Template)
	if h.Officer == "" {
		return notify.Letter{}, fault.New(fault.NotFound, "")
	}
	words := func(part string) text.Words {
		key, same := "mail."+m.Template+"."+part, []any{"service", "{service}", "link", "{link}"}
		return text.Words{FR: h.Texts.Printer(text.FR).T(key, same...), EN: h.Texts.Printer(text.EN).T(key, same...)}
	}
	l := notify.Wording{Subject: words("subject"), Body: words("body")}.Render(text.FR, map[string]string{"service": h.Service.In(text.FR), "link": h.Agents + "/breaches"})
	l.To, l.Body = h.Officer, l.Body+"\n"
	return l, nil
}
