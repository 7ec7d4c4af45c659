package dossier

import (
	"context"
	"slices"
	"strconv"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/journal"
	"guichet/internal/store"
)

// LetterPrinted is the act of fetching a letter to print for the first time.
const LetterPrinted = "letter_printed"

// MayPrint tells whether an agent may print the letters of a dossier: its person is on paper, the agent works on it, and nothing
// that a letter may restate is hidden from them.
func (d *Dossier) MayPrint(a access.Actor) bool {
	if a.Kind != access.Agent || !d.AtCounter() || !access.Can(a, access.Process, d.Dossier, "messages") {
		return false
	}
	return !slices.ContainsFunc(d.Def.Form.Categories, func(c form.Category) bool {
		return c.ID != "internal" && !access.Can(a, access.Read, d.Dossier, c.ID)
	})
}

// Printed is when each letter was first fetched to be printed, by its id.
func Printed(history []journal.Entry) map[int64]journal.Entry {
	out := map[int64]journal.Entry{}
	for _, e := range history {
		if e.Act != LetterPrinted {
			continue
		}
		if id, err := strconv.ParseInt(e.Detail["letter"], 10, 64); err == nil {
			out[id] = e
		}
	}
	return out
}

// NotePrinted notes that an agent has fetched a letter; the first time is an act of the dossier, and there is no second. It is
// NotFound to who may not print it.
func (o *Office) NotePrinted(ctx context.Context, a access.Actor, f *File, m Message) (err error) {
	defer fault.Wrap(&err, "dossier.NotePrinted %d %d", f.ID, m.ID)
	if _, done := Printed(f.History)[m.ID]; done {
		return nil
	}
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, f.PublicID)
		if err != nil {
			return err
		}
		if !d.MayPrint(a) {
			return errNotFound
		}
		history, err := journal.Entries(ctx, tx.Q, d.key, d.ID, d.chain.Head) // a colleague may have been quicker
		if err != nil {
			return err
		}
		if _, done := Printed(history)[m.ID]; done {
			return nil
		}
		detail := journal.Detail{"letter": strconv.FormatInt(m.ID, 10)}
		if m.Template != "" {
			detail["told"] = m.Template
		}
		return o.note(ctx, tx, a, d, LetterPrinted, detail)
	})
}
