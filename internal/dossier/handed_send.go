package dossier

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/journal"
	"guichet/internal/notify"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// AnswerPath is where an answer is fetched on the applicants' door, followed by the token of its link.
const AnswerPath = "/answer/"

// answerPlace stands where a document's field does, for the files of an answer.
const answerPlace = "@answer"

// Templates of the mails about an answer: they bear a link, or a code, and nothing of it (DS-108).
const (
	AnswerPrefix = "answer"
	answerLink   = AnswerPrefix + ".link"
	answerCode   = AnswerPrefix + ".code"
)

// Of a code to the person of an answer: how often it may be tried, how many are sent in a day; and how long
// what it opens stays open.
const (
	answerCodeTries = 5
	answerCodes     = 6
	answerPassLife  = 15 * time.Minute
)

// The forms of an answer.
const (
	AnswerPDF  = "pdf"
	AnswerJSON = "json"
)

// AnswerState is where the answer of a dossier stands, for who may inquire.
type AnswerState struct {
	MadeBy    int64
	MadeAt    time.Time
	Until     *time.Time // until when its link is good, nil before it was sent
	OpenedAt  *time.Time // when its person first fetched it
	Reachable bool       // there is an address for link and code
}

// AnswerOf tells where it stands; nil when none was put together.
func (o *Office) AnswerOf(ctx context.Context, a access.Actor, d *Dossier) (_ *AnswerState, err error) {
	defer fault.Wrap(&err, "dossier.AnswerOf %d", d.ID)
	if !o.MayInquire(a, d) {
		return nil, errNotFound
	}
	row, err := o.queries().AnswerOf(ctx, d.ID)
	if fault.Of(err) == fault.NotFound {
		return nil, nil
	}
	return &AnswerState{row.MadeBy, row.MadeAt, row.LinkUntil, row.OpenedAt, o.reachable(d)}, err
}

func (o *Office) reachable(d *Dossier) bool { return d.OwnerID != 0 || o.emailOf(d) != "" }

// KeepAnswer seals an answer in both forms, as [Office.Gather] put it together, in the place of one made before, with the
// files of holders that go with it. Errors: NotFound (also of a file that no holder has sent), Conflict "inquiry.closed",
// "document.waiting" before the scanner’s word on one, "inquiry.orders_open", "inquiry.unsearched" and "inquiry.again" when somebody was
// asked or looked for since.
func (o *Office) KeepAnswer(ctx context.Context, a access.Actor, publicID string, h *Handed, pdf, json []byte, files []string) (err error) {
	defer fault.Wrap(&err, "dossier.KeepAnswer %s", publicID)
	var gone, fresh []string
	err = o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		if err := o.inquiring(a, d); err != nil {
			return err
		}
		if gone, err = tx.Q.AnswerFilesDrop(ctx, d.ID); err != nil {
			return err
		}
		handed, err := o.answeredFiles(ctx, tx.Q, d)
		if err != nil {
			return err
		}
		for _, id := range files {
			i := slices.IndexFunc(handed, func(f Document) bool { return f.ID == id })
			if i < 0 {
				return errNotFound
			}
			if !handed[i].Scanned.Legible() { // nobody has said that it is harmless, or somebody that it is not
				return fault.New(fault.Conflict, "document.waiting")
			}
		}
		keep := func(name, kind string, raw []byte) (string, error) {
			id, blob, err := o.keepBytes(ctx, tx, d, answerPlace, name, kind, raw)
			fresh = append(fresh, blob)
			return id, err
		}
		first, err := keep(d.Reference+".pdf", AnswerPDF, pdf)
		if err != nil {
			return err
		}
		second, err := keep(d.Reference+".json", AnswerJSON, json)
		if err != nil {
			return err
		}
		if err := tx.Q.AnswerKeep(ctx, sqlc.AnswerKeepParams{DossierID: d.ID, Pdf: first, Json: second, Files: append([]string{}, files...), ByID: a.AccountID, At: h.Made, Rests: int32(h.Rests)}); err != nil {
			return err
		}
		if err := o.mayTell(ctx, tx, d, h.Processed, h.Rests); err != nil {
			return err
		}
		return o.note(ctx, tx, a, d, answerMade, nil)
	})
	if err != nil {
		o.dropBlobs(ctx, fresh)
		return err
	}
	o.dropBlobs(ctx, gone)
	return nil
}

// ReadAnswer opens the answer for who put it together, before and after it is sent; it is noted.
func (o *Office) ReadAnswer(ctx context.Context, a access.Actor, publicID, form string) (name string, raw []byte, err error) {
	defer fault.Wrap(&err, "dossier.ReadAnswer %s", publicID)
	var file sqlc.DocumentByPublicIDRow
	err = o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.load(ctx, tx.Q, publicID)
		if err != nil {
			return err
		}
		if !o.MayInquire(a, d) {
			return errNotFound
		}
		row, err := tx.Q.AnswerOf(ctx, d.ID)
		if err != nil {
			return err
		}
		if name, file, err = o.answerFile(ctx, tx.Q, d, row.Pdf, row.Json, form); err != nil {
			return err
		}
		return o.noteRead(ctx, tx, a, d, "answer")
	})
	if err == nil {
		raw, err = o.allOf(ctx, file)
	}
	return name, raw, err
}

func (o *Office) answerFile(ctx context.Context, q *sqlc.Queries, d *Dossier, pdf, json, form string) (string, sqlc.DocumentByPublicIDRow, error) {
	id := map[string]string{AnswerPDF: pdf, AnswerJSON: json}[form]
	if id == "" {
		return "", sqlc.DocumentByPublicIDRow{}, errNotFound
	}
	row, err := q.DocumentByPublicID(ctx, id)
	return d.Reference + "." + form, row, err
}

// deliver sends the link to an answer that was put together, when the dossier is closed by a move that gives it.
func (o *Office) deliver(ctx context.Context, tx *store.Tx, d *Dossier) error {
	if _, err := tx.Q.AnswerOf(ctx, d.ID); err != nil || !o.reachable(d) {
		return gone(err)
	}
	_, err := notify.Queue(ctx, tx, notify.Mail{AccountID: d.OwnerID, DossierID: d.ID, Template: answerLink})
	return err
}

// SendAnswer sends the link again, of a dossier that is closed; those sent before are dead. Errors: NotFound, Conflict
// "answer.unsent" (the dossier is not closed yet), Invalid "answer.unreachable" (there is no address).
func (o *Office) SendAnswer(ctx context.Context, a access.Actor, publicID string) (err error) {
	defer fault.Wrap(&err, "dossier.SendAnswer %s", publicID)
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		if !o.MayInquire(a, d) {
			return errNotFound
		}
		if !d.Closed() {
			return fault.New(fault.Conflict, "answer.unsent")
		}
		if _, err := tx.Q.AnswerOf(ctx, d.ID); err != nil {
			return err
		}
		if !o.reachable(d) {
			return fault.New(fault.Invalid, "answer.unreachable")
		}
		if err := o.deliver(ctx, tx, d); err != nil {
			return err
		}
		return o.note(ctx, tx, a, d, answerSent, journal.Detail{})
	})
}

// ComposeAnswer finds the words of a mail about an answer; link and code are made as it leaves, so that they lie nowhere in between.
func (c *Composer) ComposeAnswer(ctx context.Context, m notify.Mail) (_ notify.Letter, err error) {
	defer fault.Wrap(&err, "dossier.ComposeAnswer %s", m.Template)
	o := c.Office
	publicID, err := o.queries().DossierPublicIDByID(ctx, m.DossierID)
	if err != nil {
		return notify.Letter{}, err
	}
	d, err := o.load(ctx, o.queries(), publicID)
	if err != nil {
		return notify.Letter{}, err
	}
	to, lang := o.emailOf(d), d.Lang
	if m.AccountID != 0 {
		if to, _, err = c.Addresses.Address(ctx, m.AccountID); err != nil {
			return notify.Letter{}, err
		}
	}
	if to == "" || m.AccountID != d.OwnerID {
		return notify.Letter{}, errNotFound
	}
	values := map[string]string{"service": c.Service.In(lang), "controller": c.Controller.In(lang), "reference": d.Reference}
	if m.Template == answerCode {
		values["code"], err = o.mintAnswerCode(ctx, d)
	} else {
		var until time.Time
		if values["link"], until, err = o.mintAnswerLink(ctx, d); err == nil {
			values["link"], values["until"] = c.Applicants+AnswerPath+values["link"], text.Printer{Lang: lang}.DateAt(until)
		}
	}
	if err != nil {
		return notify.Letter{}, err
	}
	known := []string{"service", "controller", "reference", "code", "link", "until"}
	w := notify.Wording{Subject: c.raw("mail."+m.Template+".subject", known...), Body: c.raw("mail."+m.Template+".body", known...)}
	l := w.Render(lang, values)
	l.To = to
	return l, nil
}

func (o *Office) mintAnswerLink(ctx context.Context, d *Dossier) (token string, until time.Time, err error) {
	rules := newest(o.Catalogue, d.Def).Flow.Inquiry
	if rules == nil {
		return "", until, errNotFound
	}
	period, err := workflow.ParseDuration(rules.Answer)
	if err != nil {
		return "", until, errNotFound
	}
	token, hash := newToken()
	return token, until, o.Store.InTx(ctx, func(tx *store.Tx) error {
		until = workflow.Add(tx.Now, period)
		return tx.Q.AnswerLink(ctx, sqlc.AnswerLinkParams{DossierID: d.ID, Link: hash, Until: &until})
	})
}

func (o *Office) mintAnswerCode(ctx context.Context, d *Dossier) (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(100_000_000))
	if err != nil {
		return "", err
	}
	code := fmt.Sprintf("%08d", n)
	return code[:4] + " " + code[4:], o.Store.InTx(ctx, func(tx *store.Tx) error {
		until := tx.Now.Add(codeLife)
		return tx.Q.AnswerCode(ctx, sqlc.AnswerCodeParams{DossierID: d.ID, Code: o.answerIndex(d.ID, code), Until: &until})
	})
}

func (o *Office) answerIndex(id int64, code string) []byte {
	return o.Keys.Index("answer/code", strconv.FormatInt(id, 10)+" "+strings.Join(strings.Fields(code), ""))
}
