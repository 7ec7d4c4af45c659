package dossier

import (
	"cmp"
	"context"
	"slices"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/journal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// What an agent can think of a document.
const (
	Accepted = "accepted"
	Rejected = "rejected"
)

// again is what an agent thinks of an item that is asked for anew.
const again = "again"

// Judgement is what an agent thinks of one document, and what the agent has read on it.
type Judgement struct {
	As     string // Accepted or Rejected
	Reason string // of a rejection: a name of the definition's list
	Told   Told
}

// Judge keeps what an agent thinks of a document that stands. A rejected one becomes an item of the request in the making, in
// the words that the definition has for the reason, in the person's language, beside what stands there of other files and from
// colleagues; one that is accepted after all goes off it.
// Errors: NotFound, Conflict "dossier.not_open", "move.held" (a colleague is deciding) or "document.waiting" (the scanner has not
// seen it), Invalid "document.judgement" or "document.language".
func (o *Office) Judge(ctx context.Context, a access.Actor, publicID, documentID string, as Judgement) (err error) {
	defer fault.Wrap(&err, "dossier.Judge %s %s", publicID, documentID)
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.atHand(ctx, tx, a, publicID)
		if err != nil {
			return err
		}
		x, l, err := o.labelled(ctx, tx, d, documentID)
		if err != nil {
			return err
		}
		if x.Round > d.Round || !access.Can(a, access.Process, d.Dossier, category(d.Def, x.Path)) {
			return errNotFound // not sent yet, or not for these eyes
		}
		if !o.legible(x.Scanned) {
			return fault.New(fault.Conflict, "document.waiting") // nobody has read it
		}
		if l.Told, err = d.fits(x.Path, as.Told); err != nil {
			return err
		}
		sealed, err := d.sealLabel(documentID, l)
		if err != nil {
			return err
		}
		if err := o.follow(ctx, tx, a, d, documentID, l.Name, as); err != nil {
			return err
		}
		_, err = tx.Q.DocumentJudge(ctx, sqlc.DocumentJudgeParams{
			PublicID: documentID, DossierID: d.ID, Judgement: as.As, Reason: as.Reason, JudgedBy: ref(a.AccountID), At: &tx.Now, Sealed: sealed,
		})
		if err != nil {
			return err
		}
		return o.note(ctx, tx, a, d, "judge", journal.Detail{"path": x.Path, "document": documentID, "as": as.As, "rejection": as.Reason})
	})
}

// Verdict is what an agent thinks of an item that came back.
type Verdict struct {
	Path  string
	Again bool
	Why   string // of an item asked for again
	Word  string
	// Reason rejects a document that is asked for again; its words stand where Word is empty.
	Reason string
}

// JudgeItems keeps what an agent thinks of items that came back with the last answer. Those asked for again go into the
// request in the making. Errors: NotFound, Conflict as of Judge ("dossier.not_open" also while it waits for its person), Invalid
// "ask.unknown_item" (it was not asked for then) or "document.judgement".
func (o *Office) JudgeItems(ctx context.Context, a access.Actor, publicID string, verdicts []Verdict) (err error) {
	defer fault.Wrap(&err, "dossier.JudgeItems %s", publicID)
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.atHand(ctx, tx, a, publicID)
		if err != nil {
			return err
		}
		if d.StateKind != "open" {
			return fault.New(fault.Conflict, "dossier.not_open")
		}
		asked, err := o.asked(ctx, tx.Q, d)
		if err != nil {
			return err
		}
		back := CameBack(asked)
		for _, v := range verdicts {
			i := slices.IndexFunc(back, func(i AskedItem) bool { return i.Path == v.Path })
			if i < 0 || !access.Can(a, access.Process, d.Dossier, category(d.Def, v.Path)) {
				return fault.New(fault.Invalid, "ask.unknown_item")
			}
			if !v.Again && d.unread(o, back[i]) {
				return fault.New(fault.Conflict, "document.waiting")
			}
			if err := o.judgeItem(ctx, tx, a, d, back[i], v); err != nil {
				return err
			}
		}
		return nil
	})
}

// unread tells whether a file that came for an item waits for the scanner's verdict.
func (d *Dossier) unread(o *Office, i AskedItem) bool {
	return slices.ContainsFunc(d.Documents, func(x Attached) bool { return covers(i.Path, x.Path) && x.Round == i.Round+1 && !o.legible(x.Scanned) })
}

// CameBack are the items of the last request that was answered.
func CameBack(asked []AskedItem) (out []AskedItem) {
	last := 0
	for _, i := range asked {
		if i.AnsweredAt != nil {
			last = max(last, i.Round)
		}
	}
	for _, i := range asked {
		if i.AnsweredAt != nil && i.Round == last {
			out = append(out, i)
		}
	}
	return out
}

func (o *Office) judgeItem(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, item AskedItem, v Verdict) error {
	as := Judgement{As: Accepted}
	if v.Again {
		as = Judgement{As: Rejected, Reason: v.Reason}
	}
	var err error
	switch {
	case item.Kind == "document" && v.Again && v.Reason != "":
		err = o.rejectAll(ctx, tx, a, d, item, v)
	case v.Again:
		err = o.prepare(ctx, tx, a, d, Pick{v.Path, v.Why, v.Word})
	default:
		err = tx.Q.PreparedDelete(ctx, sqlc.PreparedDeleteParams{DossierID: d.ID, Paths: []string{v.Path}})
	}
	if err == nil && item.Kind == "document" && (!v.Again || v.Reason != "") {
		err = tx.Q.DocumentsJudge(ctx, sqlc.DocumentsJudgeParams{
			DossierID: d.ID, Path: item.Path, Round: int32(item.Round + 1), Judgement: as.As, Reason: as.Reason, JudgedBy: ref(a.AccountID), At: &tx.Now,
		})
	}
	if err != nil {
		return err
	}
	judgement := Accepted
	if v.Again {
		judgement = again
	}
	_, err = tx.Q.AskedItemJudge(ctx, sqlc.AskedItemJudgeParams{
		DossierID: d.ID, Round: int32(item.Round), Path: item.Path, Judgement: judgement, JudgedBy: ref(a.AccountID), At: &tx.Now,
	})
	if err != nil {
		return err
	}
	return o.note(ctx, tx, a, d, "judge", journal.Detail{"path": item.Path, "as": judgement, "rejection": as.Reason})
}

// rejectAll asks for a document again, in the words of the reason when the agent has found none of their own.
func (o *Office) rejectAll(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, item AskedItem, v Verdict) error {
	reason := newest(o.Catalogue, d.Def).Flow.Rejection(v.Reason)
	if reason == nil || reason.Retired {
		return fault.New(fault.Invalid, "document.judgement")
	}
	return o.prepare(ctx, tx, a, d, Pick{item.Path, reason.Why, cmp.Or(v.Word, reason.Label.In(d.Lang))})
}
