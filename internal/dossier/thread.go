package dossier

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/journal"
	"guichet/internal/notify"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// The threads of a dossier: the person never sees the internal one (RP-027).
const (
	personThread   = "person"
	internalThread = "internal"
)

// Message is a word on a dossier: of the service, of the person, of an agent.
type Message struct {
	Letter
	ID       int64
	Template string // of a letter of the service; "" when somebody wrote
	AuthorID int64  // 0 = the service, or the person who has no account
	At       time.Time
	Files    []Document
}

// OfService tells whether the service wrote it, and not somebody.
func (m Message) OfService() bool {
	return m.AuthorID == 0 && m.Template != "" && m.Template != MailTemplate
}

// ByPerson tells whether somebody on the person's side wrote it.
func (d *Dossier) ByPerson(m Message) bool {
	return m.Template == "" && (m.AuthorID == 0 || d.PersonSide(m.AuthorID))
}

// messageAD binds sealed words to their place.
func messageAD(dossierID int64, thread string, at time.Time) []string {
	return []string{"message", strconv.FormatInt(dossierID, 10), thread, strconv.FormatInt(at.UnixMicro(), 10)}
}

// openMessage opens the words of a message and the names of its files.
func (d *Dossier) openMessage(m *Message, thread string, sealed []byte, files [][]byte) error {
	plain, err := d.key.Open(sealed, messageAD(d.ID, thread, m.At)...)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(plain, &m.Letter); err != nil {
		return err
	}
	for _, f := range files {
		x, err := d.openAttachment(f)
		if err != nil {
			return err
		}
		x.At = m.At
		m.Files = append(m.Files, x)
	}
	return nil
}

// threadsOf are those the actor may read.
func threadsOf(a access.Actor, d *Dossier) []string {
	out := []string{}
	if access.Can(a, access.Read, d.Dossier, "messages") {
		out = append(out, personThread)
	}
	if a.Kind == access.Agent && access.Can(a, access.Read, d.Dossier, "internal") {
		out = append(out, internalThread)
	}
	return out
}

// Writing is how people write on the dossier now: wording and limits come from the newest definition.
func (o *Office) Writing(d *Dossier) workflow.Writing { return newest(o.Catalogue, d.Def).Flow.Writing }

// MayWrite tells whether the dossier's own person may write to the desk now.
func (o *Office) MayWrite(a access.Actor, d *Dossier) bool {
	return a.Stands(d.Dossier) && access.Can(a, access.Own, d.Dossier, "messages") && slices.Contains(o.Writing(d).States, d.State)
}

// MayReply tells whether an agent may write to the person now: words reach an account, or a letter can be printed for who has none.
func (o *Office) MayReply(a access.Actor, d *Dossier) bool {
	if a.Kind != access.Agent || !access.Can(a, access.Message, d.Dossier, "messages") {
		return false
	}
	if d.AtCounter() {
		return newest(o.Catalogue, d.Def).Flow.Paper.Letter != ""
	}
	return (d.OwnerID != 0 || d.Guests()) && o.Writing(d).Tells.Person != ""
}

// Write sends a message of the person to the desk, with the files that wait for it; an answer is owed from then on.
//
// Errors: NotFound (somebody else's), Conflict "message.closed" (nobody writes in this state), Invalid "message.length" (1 to
// the definition's longest, in characters), TooMany "message.daily".
func (o *Office) Write(ctx context.Context, a access.Actor, publicID, words string) (err error) {
	defer fault.Wrap(&err, "dossier.Write %s", publicID)
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		if err := o.mayWrite(a, d); err != nil {
			return err
		}
		rules := o.Writing(d)
		if n := utf8.RuneCountInString(words); n == 0 || n > rules.Longest {
			return fault.New(fault.Invalid, "message.length")
		}
		sent, err := tx.Q.MessagesOfAuthor(ctx, sqlc.MessagesOfAuthorParams{DossierID: d.ID, AuthorID: &a.AccountID, Since: tx.Now.Add(-24 * time.Hour)})
		if err != nil {
			return err
		}
		if int(sent) >= rules.Daily {
			return fault.New(fault.TooMany, "message.daily")
		}
		return o.written(ctx, tx, a, d, words)
	})
}

func (o *Office) mayWrite(a access.Actor, d *Dossier) error {
	if !a.Stands(d.Dossier) || !access.Can(a, access.Own, d.Dossier, "messages") {
		return errNotFound
	}
	if !o.MayWrite(a, d) {
		return fault.New(fault.Conflict, "message.closed")
	}
	return nil
}

func (o *Office) written(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, words string) error {
	sealed, err := d.sealMessage(tx.Now, personThread, Letter{Body: words})
	if err != nil {
		return err
	}
	if err := tx.Q.MessageWithFiles(ctx, sqlc.MessageWithFilesParams{DossierID: d.ID, AuthorID: &a.AccountID, At: tx.Now, Sealed: sealed}); err != nil {
		return err
	}
	if d.OwedSince == nil {
		if err := tx.Q.DossierOwe(ctx, sqlc.DossierOweParams{ID: d.ID, Since: &tx.Now}); err != nil {
			return err
		}
	}
	if tells := o.Writing(d).Tells.Agent; tells != "" {
		if err := o.notify(ctx, tx, d, tells, d.AssigneeID, false); err != nil {
			return err
		}
	}
	return o.note(ctx, tx, a, d, "write", nil)
}

// Reply sends a message of an agent to the person: nothing is owed any more, and a mail asks to sign in. For somebody on paper it
// is a letter to print, and no mail says any of it. template names the answer it began with, or is "". Errors: NotFound, Conflict "message.closed" (nobody is reached), Invalid "message.length".
func (o *Office) Reply(ctx context.Context, a access.Actor, publicID, template, words string) (err error) {
	defer fault.Wrap(&err, "dossier.Reply %s", publicID)
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		if a.Kind != access.Agent || !access.Can(a, access.Message, d.Dossier, "messages") {
			return errNotFound
		}
		if !o.MayReply(a, d) {
			return fault.New(fault.Conflict, "message.closed")
		}
		if n := utf8.RuneCountInString(words); n == 0 || n > o.Writing(d).Longest {
			return fault.New(fault.Invalid, "message.length")
		}
		if err := o.say(ctx, tx, d, personThread, "", a.AccountID, Letter{Body: words}); err != nil {
			return err
		}
		if err := o.tellOfReply(ctx, tx, a, d); err != nil {
			return err
		}
		if err := tx.Q.DossierOwe(ctx, sqlc.DossierOweParams{ID: d.ID}); err != nil {
			return err
		}
		detail := journal.Detail{}
		if template != "" && newest(o.Catalogue, d.Def).Flow.Answer(template) != nil {
			detail["answer"] = template
		}
		return o.note(ctx, tx, a, d, "reply", detail)
	})
}

// tellOfReply asks the person to sign in; of a letter the desk hears, when who wrote it is not who may print it.
func (o *Office) tellOfReply(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier) error {
	switch {
	case d.Guests():
		_, err := notify.Queue(ctx, tx, notify.Mail{DossierID: d.ID, Template: MailPrefix + o.Writing(d).Tells.Person})
		return err
	case !d.AtCounter():
		return o.notify(ctx, tx, d, o.Writing(d).Tells.Person, d.OwnerID, false)
	case d.MayPrint(a):
		return nil
	}
	return o.notify(ctx, tx, d, newest(o.Catalogue, d.Def).Flow.Paper.Letter, d.AssigneeID, false)
}

// Settle notes that what the person wrote needs no answer. Where none is owed it is Conflict "message.settled".
func (o *Office) Settle(ctx context.Context, a access.Actor, publicID string) (err error) {
	defer fault.Wrap(&err, "dossier.Settle %s", publicID)
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		if a.Kind != access.Agent || !access.Can(a, access.Message, d.Dossier, "messages") {
			return errNotFound
		}
		if _, err := o.basis(ctx, tx.Q, a, d); err != nil { // who has not said why they read it has read no message either
			return err
		}
		if d.OwedSince == nil {
			return fault.New(fault.Conflict, "message.settled")
		}
		if err := tx.Q.DossierOwe(ctx, sqlc.DossierOweParams{ID: d.ID}); err != nil {
			return err
		}
		return o.note(ctx, tx, a, d, "settle", nil)
	})
}

func (d *Dossier) sealMessage(at time.Time, thread string, l Letter) ([]byte, error) {
	plain, err := json.Marshal(l)
	if err != nil {
		return nil, err
	}
	return d.key.Seal(plain, messageAD(d.ID, thread, at)...)
}
