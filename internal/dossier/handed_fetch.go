package dossier

import (
	"context"
	"crypto/hmac"
	"slices"
	"time"

	"guichet/internal/fault"
	"guichet/internal/journal"
	"guichet/internal/notify"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// AnswerWaits tells until when a link is good; NotFound when it is none, or is over. It uses nothing up and says nothing of the answer.
func (o *Office) AnswerWaits(ctx context.Context, token string) (until time.Time, err error) {
	defer fault.Wrap(&err, "dossier.AnswerWaits")
	row, err := o.queries().AnswerByLink(ctx, sqlc.AnswerByLinkParams{Link: hashOf(token), At: ref(o.Store.Now())})
	return deref(row.LinkUntil), err
}

// AskAnswerCode sends a code to the person's address; one sent before is dead. TooMany "answer.codes" after a few in a day.
func (o *Office) AskAnswerCode(ctx context.Context, token string) (err error) {
	defer fault.Wrap(&err, "dossier.AskAnswerCode")
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		row, err := tx.Q.AnswerByLink(ctx, sqlc.AnswerByLinkParams{Link: hashOf(token), At: &tx.Now})
		if err != nil {
			return err
		}
		d, err := o.lock(ctx, tx, row.PublicID)
		if err != nil {
			return err
		}
		since := tx.Now.Add(-24 * time.Hour)
		_, err = tx.Q.AnswerCodeAsk(ctx, sqlc.AnswerCodeAskParams{Link: hashOf(token), At: &tx.Now, Since: &since, Most: answerCodes})
		if fault.Of(err) == fault.NotFound {
			return fault.New(fault.TooMany, "answer.codes")
		}
		if err != nil {
			return err
		}
		_, err = notify.Queue(ctx, tx, notify.Mail{AccountID: d.OwnerID, DossierID: d.ID, Template: answerCode})
		return err
	})
}

// OpenAnswer uses a code up and gives a pass, good for a quarter of an hour: of any number of uses of one code, one gets it. A wrong
// code, one too old and one tried too often are Invalid "answer.code", and the link stays good.
func (o *Office) OpenAnswer(ctx context.Context, token, code string) (pass string, err error) {
	defer fault.Wrap(&err, "dossier.OpenAnswer")
	pass, hash := newToken()
	good := false
	err = o.Store.InTx(ctx, func(tx *store.Tx) error {
		row, err := tx.Q.AnswerByLink(ctx, sqlc.AnswerByLinkParams{Link: hashOf(token), At: &tx.Now})
		if err != nil {
			return err
		}
		d, err := o.lock(ctx, tx, row.PublicID)
		if err != nil {
			return err
		}
		until := tx.Now.Add(answerPassLife)
		try, err := tx.Q.AnswerTry(ctx, sqlc.AnswerTryParams{
			Link: hashOf(token), Code: o.answerIndex(row.DossierID, code), Pass: hash, PassUntil: &until, At: &tx.Now, Most: answerCodeTries,
		})
		if fault.Of(err) == fault.NotFound {
			return nil // the tries stay counted
		}
		if good = err == nil && try.Good; !good {
			return err
		}
		return o.inscribe(ctx, tx, d, journal.Line{Role: d.Def.Flow.Owner().ID, Act: answerOpened})
	})
	if err != nil {
		return "", err
	}
	if !good {
		return "", fault.New(fault.Invalid, "answer.code")
	}
	return pass, nil
}

// answerOpened is the act of fetching an answer with link and code.
const answerOpened = "answer_opened"

// FetchAnswer gives a form of the answer to who holds link and pass: Invalid "answer.code" when the pass is none, or over.
func (o *Office) FetchAnswer(ctx context.Context, token, pass, form string) (name string, raw []byte, err error) {
	defer fault.Wrap(&err, "dossier.FetchAnswer")
	now := o.Store.Now()
	row, err := o.queries().AnswerByLink(ctx, sqlc.AnswerByLinkParams{Link: hashOf(token), At: &now})
	if err != nil {
		return "", nil, err
	}
	if !passes(row, pass, now) {
		return "", nil, fault.New(fault.Invalid, "answer.code")
	}
	d, err := o.load(ctx, o.queries(), row.PublicID)
	if err != nil {
		return "", nil, err
	}
	if slices.Contains(row.Files, form) {
		return o.handedFile(ctx, d, form)
	}
	name, file, err := o.answerFile(ctx, o.queries(), d, row.Pdf, row.Json, form)
	if err != nil {
		return "", nil, err
	}
	raw, err = o.allOf(ctx, file)
	return name, raw, err
}

// handedFile gives a holder's file that goes with an answer.
func (o *Office) handedFile(ctx context.Context, d *Dossier, id string) (name string, raw []byte, err error) {
	row, err := o.queries().DocumentByPublicID(ctx, id)
	if err != nil || row.Dossier.ID != d.ID {
		return "", nil, orMissing(err)
	}
	if !o.legible(Scanned(row.Verdict)) {
		return "", nil, fault.New(fault.Conflict, "document.waiting")
	}
	l, err := d.openLabel(row.PublicID, row.Sealed)
	if err == nil {
		raw, err = o.allOf(ctx, row)
	}
	return l.Name, raw, err
}

// HandedFiles lists the files that go with an answer, to who holds link and pass.
func (o *Office) HandedFiles(ctx context.Context, token, pass string) (out []Document, err error) {
	defer fault.Wrap(&err, "dossier.HandedFiles")
	now := o.Store.Now()
	row, err := o.queries().AnswerByLink(ctx, sqlc.AnswerByLinkParams{Link: hashOf(token), At: &now})
	if err != nil {
		return nil, err
	}
	if !passes(row, pass, now) {
		return nil, fault.New(fault.Invalid, "answer.code")
	}
	d, err := o.load(ctx, o.queries(), row.PublicID)
	if err != nil {
		return nil, err
	}
	all, err := o.answeredFiles(ctx, o.queries(), d)
	return slices.DeleteFunc(all, func(f Document) bool { return !slices.Contains(row.Files, f.ID) }), err
}

// passes tells whether a pass is the one that a code has given, and not over.
func passes(row sqlc.AnswerByLinkRow, pass string, now time.Time) bool {
	return row.Pass != nil && row.PassUntil != nil && row.PassUntil.After(now) && hmac.Equal(row.Pass, hashOf(pass))
}

// answeredFiles are what the holders of other processings have sent.
func (o *Office) answeredFiles(ctx context.Context, q *sqlc.Queries, d *Dossier) (out []Document, err error) {
	orders, err := o.ordersOf(ctx, q, d)
	for _, x := range orders {
		out = append(out, x.Files...)
	}
	return out, err
}
