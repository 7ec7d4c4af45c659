package dossier

import (
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/job"
	"guichet/internal/journal"
	"guichet/internal/notify"
	"guichet/internal/procedure"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// MailTemplate marks the words of a message that came in by e-mail: nobody has proven to have written it.
const MailTemplate = "@mail"

// CopyPath stands where a document's field does, for the copy of such a message.
const CopyPath = "@mail"

// MailAnswer begins the template of the mail that tells a sender that their message came; its number stands behind.
const MailAnswer = "mailbox."

// Acts of the journal: a message came in, and what became of its files.
const (
	mailCame  = "mail"
	mailFiled = "mail_file"
)

// answersADay is how often one address is told in a day that a message came.
const answersADay = 1

// Incoming is a message that came in by e-mail, read. Nothing in it is proven.
type Incoming struct {
	Digest        []byte // names the message: taken in once
	From, Name    string
	Subject       string
	Words         string
	Raw           []byte    // as it came
	Arrived       time.Time // in our mailbox, as that or our server says; zero: unknown
	Answered, Cut bool      // its sender may be answered; there were more words
}

// longestLying is how long a message may have lain before it was taken in: a clock that says more is wrong.
const longestLying = 366 * 24 * time.Hour

// arrived is when a message came, from which the time to answer it runs (DS-074): when the mailbox had it, not when we looked. It
// is never later than now.
func (m Incoming) arrived(now time.Time) time.Time {
	if m.Arrived.After(now) || now.Sub(m.Arrived) > longestLying {
		return now
	}
	return m.Arrived
}

// TakenIn is what became of a message.
type TakenIn struct {
	Mail      int64
	PublicID  string
	Continues bool // it continued a dossier
	Again     bool // it was taken in before
}

// MailFiles asks for the files of a message to be looked at.
type MailFiles struct {
	Mail int64 `json:"mail"`
}

// Kind names the job.
func (MailFiles) Kind() string { return "mail_files" }

// TakeMail keeps a message: on the dossier whose reference its subject bears, when that is at work in a procedure that takes
// messages, as words of nobody who is known (RP-180); else as a dossier of its own in the procedure given. A reference opens
// nothing, and what the sender is told is the same either way. A message is taken in once however often it is delivered, two at a time included.
func (o *Office) TakeMail(ctx context.Context, procedureID string, m Incoming) (out TakenIn, err error) {
	defer fault.Wrap(&err, "dossier.TakeMail %s", procedureID)
	p := o.Catalogue.Get(procedureID)
	if p == nil || p.Flow.MailIn() == nil {
		return out, errNotFound
	}
	m.Digest = o.Keys.Index("mail_in", string(m.Digest))
	if out, err = o.takenIn(ctx, m.Digest); err != nil || out.Again {
		return out, err
	}
	var d *Dossier
	var blobs []string
	err = o.Store.InTx(ctx, func(tx *store.Tx) (err error) {
		d, out, blobs, err = o.takeMail(ctx, tx, p, m)
		return err
	})
	if err != nil {
		o.dropBlobs(ctx, blobs)
		if fault.Of(err) == fault.Conflict { // the same message, at the same moment, was quicker
			if again, ferr := o.takenIn(ctx, m.Digest); ferr == nil && again.Again {
				return again, nil
			}
		}
		return TakenIn{}, err
	}
	o.counted.forget(d.Procedure)
	return out, nil
}

func (o *Office) takenIn(ctx context.Context, digest []byte) (TakenIn, error) {
	row, err := o.queries().MailInKnown(ctx, digest)
	if fault.Of(err) == fault.NotFound {
		return TakenIn{}, nil
	}
	return TakenIn{Mail: row.ID, PublicID: row.Dossier, Again: true}, err
}

// takeMail gives the blobs that are nobody's if the transaction fails.
func (o *Office) takeMail(ctx context.Context, tx *store.Tx, p *procedure.Procedure, m Incoming) (d *Dossier, out TakenIn, blobs []string, err error) {
	if d, err = o.continued(ctx, tx, m.Subject); err != nil {
		return nil, out, nil, err
	}
	if out.Continues = d != nil; d == nil {
		if d, err = o.beginByMail(ctx, tx, p, m); err != nil {
			return nil, out, nil, err
		}
	}
	message, err := o.sayByMail(ctx, tx, d, m)
	if err != nil {
		return nil, out, nil, err
	}
	copied, blob, err := o.keepCopy(ctx, tx, d, m.Raw)
	blobs = append(blobs, blob)
	if err != nil {
		return nil, out, blobs, err
	}
	row := sqlc.MailInInsertParams{
		PublicID: newPublicID(), Digest: m.Digest, DossierID: d.ID, MessageID: message, Copy: copied, Sender: o.Keys.Index("mail_in/sender", m.From),
		Continues: out.Continues, At: tx.Now,
	}
	if row.Answered, err = o.mayAnswer(ctx, tx, d, row.Sender, m); err != nil {
		return nil, out, blobs, err
	}
	if row.Sealed, err = d.sealSender(row.PublicID, MailSender{m.From, m.Name, m.Subject}); err != nil {
		return nil, out, blobs, err
	}
	if out.Mail, err = tx.Q.MailInInsert(ctx, row); err != nil {
		return nil, out, blobs, err
	}
	out.PublicID = d.PublicID
	return d, out, blobs, o.settleMail(ctx, tx, d, out, row.Answered)
}

// settleMail queues what follows: the files, the answer, and word to the desk.
func (o *Office) settleMail(ctx context.Context, tx *store.Tx, d *Dossier, out TakenIn, answered bool) error {
	if err := job.Insert(ctx, tx, MailFiles{out.Mail}); err != nil {
		return err
	}
	if answered {
		if _, err := notify.Queue(ctx, tx, notify.Mail{Template: MailAnswer + strconv.FormatInt(out.Mail, 10)}); err != nil {
			return err
		}
	}
	if !out.Continues {
		return o.note(ctx, tx, access.Actor{Kind: access.System}, d, mailCame, journal.Detail{"as": "new"})
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
	return o.note(ctx, tx, access.Actor{Kind: access.System}, d, mailCame, journal.Detail{"as": "continues"})
}

// reference finds what may be one in a subject, however it is spaced or hyphened.
var reference = regexp.MustCompile(`(?i)\b([a-z]{2,4})[-‑–\s]?(\d{4})[-‑–\s]?([a-z0-9]{4})[-‑–\s]?([a-z0-9]{4})\b`)

// continued locks the dossier that a subject names, when it is at work in a procedure that takes messages; else nil. What is closed
// is not continued: its message begins anew, as that of a reference of nothing does.
func (o *Office) continued(ctx context.Context, tx *store.Tx, subject string) (*Dossier, error) {
	for _, found := range reference.FindAllStringSubmatch(subject, 3) {
		ref := strings.ToUpper(strings.Join(found[1:], "-"))
		publicID, err := tx.Q.DossierPublicIDByReference(ctx, &ref)
		if fault.Of(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return nil, err
		}
		if newest(o.Catalogue, d.Def).Flow.MailIn() != nil && (d.StateKind == workflow.Open || d.StateKind == workflow.Waiting) {
			return d, nil
		}
	}
	return nil, nil
}

// beginByMail makes a dossier of a message and files it.
func (o *Office) beginByMail(ctx context.Context, tx *store.Tx, p *procedure.Procedure, m Incoming) (*Dossier, error) {
	d, err := o.begin(ctx, tx, p, newPublicID(), 0, "email", text.FR)
	if err != nil {
		return nil, err
	}
	system := access.Actor{Kind: access.System}
	if err := o.touch(ctx, tx, d, journal.Line{Role: role(p, system, d.Dossier), Act: "start", Detail: journal.Detail{"channel": "email"}}); err != nil {
		return nil, err
	}
	rules := p.Flow.MailIn()
	asked, agents := answersOf(p, rules, m, m.arrived(tx.Now))
	d.Filed, d.arrived = asked, m.arrived(tx.Now)
	if err := o.keepAgent(ctx, tx, d, agents); err != nil {
		return nil, err
	}
	for _, s := range p.Form.Steps {
		own := p.Form.Own(s.ID, d.Filed)
		if len(own) == 0 {
			continue
		}
		if err := d.write(ctx, tx, stageDraft, s.ID, 0, 1, own); err != nil {
			return nil, err
		}
	}
	_, err = o.move(ctx, tx, system, d, Act{Move: rules.Move})
	return d, err
}

// isAgents tells whether a field is one that agents fill in.
func isAgents(p *procedure.Procedure, id string) bool {
	return slices.ContainsFunc(p.Form.AgentFields, func(f *form.Field) bool { return f.ID == id })
}

// sayByMail puts the words on the thread, as nobody's.
func (o *Office) sayByMail(ctx context.Context, tx *store.Tx, d *Dossier, m Incoming) (int64, error) {
	sealed, err := d.sealMessage(tx.Now, personThread, Letter{Subject: m.Subject, Body: m.Words, From: m.From})
	if err != nil {
		return 0, err
	}
	return tx.Q.MessageOne(ctx, sqlc.MessageOneParams{DossierID: d.ID, Thread: personThread, Template: MailTemplate, At: tx.Now, Sealed: sealed})
}

// keepCopy seals the message as it came, among the dossier's files.
func (o *Office) keepCopy(ctx context.Context, tx *store.Tx, d *Dossier, raw []byte) (id, blob string, err error) {
	return o.keepBytes(ctx, tx, d, CopyPath, "message.eml", "eml", raw)
}

// mayAnswer tells whether the sender is told that the message came. Machines are not, nor is anybody more than once a day: an
// address is easily written into a message by somebody else.
func (o *Office) mayAnswer(ctx context.Context, tx *store.Tx, d *Dossier, sender []byte, m Incoming) (bool, error) {
	rules := newest(o.Catalogue, d.Def).Flow.MailIn()
	if rules == nil || rules.Answer == "" || !m.Answered || m.From == "" {
		return false, nil
	}
	n, err := tx.Q.MailInAnswered(ctx, sqlc.MailInAnsweredParams{Sender: sender, Since: tx.Now.Add(-24 * time.Hour)})
	return err == nil && n < answersADay, err
}

// MailSender is who a message says it is from.
type MailSender struct {
	From    string `json:"from"`
	Name    string `json:"name"`
	Subject string `json:"subject"`
}

func (d *Dossier) sealSender(id string, s MailSender) ([]byte, error) {
	plain, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	return d.key.Seal(plain, "mail_in", id)
}

func (d *Dossier) openSender(id string, sealed []byte) (s MailSender, err error) {
	plain, err := d.key.Open(sealed, "mail_in", id)
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(plain, &s)
}

// ComposeMailAnswer finds the words that tell a sender that their message came: the same whatever became of it.
func (c *Composer) ComposeMailAnswer(ctx context.Context, m notify.Mail) (_ notify.Letter, err error) {
	defer fault.Wrap(&err, "dossier.ComposeMailAnswer")
	id, err := strconv.ParseInt(strings.TrimPrefix(m.Template, MailAnswer), 10, 64)
	if err != nil {
		return notify.Letter{}, errors.New("no number of a message")
	}
	row, err := c.Office.queries().MailInByID(ctx, id)
	if err != nil {
		return notify.Letter{}, err
	}
	d, err := c.Office.load(ctx, c.Office.queries(), row.Dossier)
	if err != nil {
		return notify.Letter{}, err
	}
	p := newest(c.Office.Catalogue, d.Def)
	rules := p.Flow.MailIn()
	if rules == nil || p.Flow.Notification(rules.Answer) == nil {
		return notify.Letter{}, errNotFound
	}
	s, err := d.openSender(row.PublicID, row.Sealed)
	if err != nil {
		return notify.Letter{}, err
	}
	n := p.Flow.Notification(rules.Answer)
	l := notify.Wording{Subject: n.Subject, Body: n.Body}.Render(d.Lang, map[string]string{
		"service": c.Service.In(d.Lang), "procedure": p.Title.In(d.Lang), "controller": c.Controller.In(d.Lang), "date": c.Texts.Printer(d.Lang).DateAt(m.Queued),
	})
	l.To, l.Body = s.From, l.Body+"\n"
	return l, nil
}
