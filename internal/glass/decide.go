package glass

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/journal"
	"guichet/internal/notify"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
)

// mailOpened tells the data-protection officer.
const mailOpened = "glass.opened"

// mailAsked tells those who may decide.
const mailAsked = "glass.asked"

// Unknown is the cause of an Invalid "glass.unknown": references that name no dossier of the procedure.
type Unknown struct{ References []string }

func (u *Unknown) Error() string { return "unknown references" }

// Approve opens the dossiers that a request names to who asked, for reading, from now for an hour at most. The data-protection
// officer is told by the same transaction, and each dossier's journal. Errors: NotFound; Forbidden "glass.own" (nobody approves
// their own request); Conflict "glass.decided"; Invalid "glass.officer", "glass.old", "glass.gone" (who asked has the role no more) and
// "glass.unknown" caused by *Unknown.
func (h *House) Approve(ctx context.Context, a access.Actor, id string) (err error) {
	defer fault.Wrap(&err, "glass.Approve %s by %d", id, a.AccountID)
	if _, _, err := h.Paper(ctx, a, id); err != nil { // nobody approves what nobody could read
		return err
	}
	return h.deciding(ctx, a, id, func(tx *store.Tx, r sqlc.GlassLockRow) error {
		if h.Officer == "" {
			return fault.New(fault.Invalid, "glass.officer")
		}
		if tx.Now.Sub(r.AskedAt) > Freshest {
			return fault.New(fault.Invalid, "glass.old")
		}
		if err := h.still(ctx, r, tx); err != nil {
			return err
		}
		until := tx.Now.Add(h.lasts(r.Procedure, r.Role))
		w, err := h.open(r.PublicID, r.AskerID, r.Sealed)
		if err != nil {
			return err
		}
		named, err := h.named(ctx, tx, r.Procedure, w.References)
		if err != nil {
			return err
		}
		for _, d := range named {
			if err := tx.Q.GlassDossierInsert(ctx, sqlc.GlassDossierInsertParams{GlassID: r.ID, DossierID: d.ID}); err != nil {
				return err
			}
			if err := h.Office.Chronicle(ctx, tx, a, d.PublicID, "glass", openedDetail(r, w, until)); err != nil {
				return err
			}
		}
		if err := tx.Q.GlassOpen(ctx, sqlc.GlassOpenParams{ID: r.ID, DecidedBy: &a.AccountID, At: &tx.Now, Until: &until}); err != nil {
			return err
		}
		_, err = notify.Queue(ctx, tx, notify.Mail{Template: mailOpened})
		return err
	})
}

// openedDetail is what a dossier's journal keeps of an opening, for as long as the dossier: by what, to whom, until when.
func openedDetail(r sqlc.GlassLockRow, w written, until time.Time) journal.Detail {
	return journal.Detail{
		"reference": w.Reference, "request": r.PublicID, "asker": strconv.FormatInt(r.AskerID, 10), "asker_role": r.Role, "open_until": until.UTC().Format(time.RFC3339),
	}
}

// still wants who asked to be an agent yet, with the role they asked in, and the role to be one that a request opens to.
func (h *House) still(ctx context.Context, r sqlc.GlassLockRow, tx *store.Tx) error {
	asker, err := h.Actor(ctx, tx.Q, r.AskerID, tx.Now)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(h.Roles(asker), func(g access.Grant) bool { return g.Procedure == r.Procedure && g.Role == r.Role }) {
		return fault.New(fault.Invalid, "glass.gone")
	}
	return nil
}

// named finds the dossiers of references: every one, or none is opened. They come in one order, so that two approvals never
// wait for each other's locks.
func (h *House) named(ctx context.Context, tx *store.Tx, procedureID string, refs []string) ([]sqlc.GlassSoughtRow, error) {
	rows, err := tx.Q.GlassSought(ctx, sqlc.GlassSoughtParams{Refs: refs, Procedure: procedureID})
	if err != nil {
		return nil, err
	}
	missing := slices.DeleteFunc(slices.Clone(refs), func(ref string) bool {
		return slices.ContainsFunc(rows, func(r sqlc.GlassSoughtRow) bool { return deref(r.Reference) == ref })
	})
	if len(missing) > 0 || len(rows) == 0 {
		return nil, fault.From(fault.Invalid, "glass.unknown", &Unknown{missing})
	}
	return rows, nil
}

// Refuse answers a request with a word that says why. Errors are those of Approve, and Invalid "glass.word".
func (h *House) Refuse(ctx context.Context, a access.Actor, id, word string) (err error) {
	defer fault.Wrap(&err, "glass.Refuse %s by %d", id, a.AccountID)
	word = strings.TrimSpace(word)
	if word == "" || utf8.RuneCountInString(word) > mostWords {
		return fault.New(fault.Invalid, "glass.word")
	}
	return h.deciding(ctx, a, id, func(tx *store.Tx, r sqlc.GlassLockRow) error {
		sealed, err := h.Keys.SealFor(a.AccountID, "glass word "+id, []byte(word))
		if err != nil {
			return err
		}
		return tx.Q.GlassRefuse(ctx, sqlc.GlassRefuseParams{ID: r.ID, DecidedBy: &a.AccountID, At: &tx.Now, Word: sealed})
	})
}

// deciding runs fn on a request that waits, under its lock, for somebody of the authority who is not who asked.
func (h *House) deciding(ctx context.Context, a access.Actor, id string, fn func(tx *store.Tx, r sqlc.GlassLockRow) error) error {
	return h.Store.InTx(ctx, func(tx *store.Tx) error {
		r, err := tx.Q.GlassLock(ctx, id)
		switch {
		case err != nil:
			return err
		case !h.concerned(a, r.AskerID, r.Procedure):
			return fault.New(fault.NotFound, "")
		case a.AccountID == r.AskerID || !Decides(a, r.Procedure):
			return fault.New(fault.Forbidden, "glass.own")
		case r.State != Asked:
			return fault.New(fault.Conflict, "glass.decided")
		}
		return fn(tx, r)
	})
}

// End shuts dossiers before their hour is over, or takes a request back that waits: who asked may, and the authority. One that
// is over is a Conflict "glass.decided".
func (h *House) End(ctx context.Context, a access.Actor, id string) (err error) {
	defer fault.Wrap(&err, "glass.End %s by %d", id, a.AccountID)
	return h.Store.InTx(ctx, func(tx *store.Tx) error {
		r, err := tx.Q.GlassLock(ctx, id)
		switch {
		case err != nil:
			return err
		case !h.concerned(a, r.AskerID, r.Procedure):
			return fault.New(fault.NotFound, "")
		case a.AccountID != r.AskerID && (r.State == Asked || !Decides(a, r.Procedure)):
			return fault.New(fault.Forbidden, "")
		case r.State != Asked && (r.State != Opened || !r.Until.After(tx.Now)):
			return fault.New(fault.Conflict, "glass.decided")
		}
		if r.State == Opened {
			if err := h.noteEnd(ctx, tx, a, r); err != nil {
				return err
			}
		}
		return tx.Q.GlassEnd(ctx, sqlc.GlassEndParams{ID: r.ID, EndedBy: &a.AccountID, At: &tx.Now})
	})
}

func (h *House) noteEnd(ctx context.Context, tx *store.Tx, a access.Actor, r sqlc.GlassLockRow) error {
	w, err := h.open(r.PublicID, r.AskerID, r.Sealed)
	if err != nil {
		return err
	}
	named, err := tx.Q.GlassDossiers(ctx, r.ID)
	if err != nil {
		return err
	}
	slices.SortFunc(named, func(x, y sqlc.GlassDossiersRow) int { return strings.Compare(x.PublicID, y.PublicID) })
	for _, d := range named {
		if err := h.Office.Chronicle(ctx, tx, a, d.PublicID, "glass_end", journal.Detail{"reference": w.Reference, "request": r.PublicID}); err != nil {
			return err
		}
	}
	return nil
}

// Compose finds the words of a mail: to the data-protection officer, that something was opened, and to who may decide, that a
// request waits. It names nobody and no dossier.
func (h *House) Compose(ctx context.Context, m notify.Mail) (_ notify.Letter, err error) {
	to, lang := h.Officer, text.FR
	if m.AccountID != 0 {
		if to, lang, err = h.Address(ctx, m.AccountID); err != nil {
			return notify.Letter{}, err
		}
	}
	if to == "" {
		return notify.Letter{}, fault.New(fault.NotFound, "")
	}
	w := notify.Wording{Subject: h.raw("mail." + m.Template + ".subject"), Body: h.raw("mail." + m.Template + ".body")}
	l := w.Render(lang, map[string]string{"service": h.Service.In(lang), "link": h.Agents + "/glass"})
	l.To = to
	l.Body += "\n"
	return l, nil
}

// Sweep forgets the requests of before the rolling year (RP-185).
type Sweep struct{}

// Kind names the job for the queue.
func (Sweep) Kind() string { return "glass.sweep" }

// Register makes w able to sweep.
func (h *House) Register(w *job.Workers) {
	job.Register(w, func(ctx context.Context, _ Sweep) error {
		return h.Store.InTx(ctx, func(tx *store.Tx) error { return tx.Q.GlassSweep(ctx, tx.Now.AddDate(-1, 0, 0)) })
	})
}

// raw is a text with its values between braces still.
func (h *House) raw(key string) text.Words {
	same := []any{"service", "{service}", "link", "{link}"}
	return text.Words{FR: h.Texts.Printer(text.FR).T(key, same...), EN: h.Texts.Printer(text.EN).T(key, same...)}
}
