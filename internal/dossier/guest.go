package dossier

import (
	"context"
	"crypto/sha256"
	"strconv"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/journal"
	"guichet/internal/notify"
	"guichet/internal/procedure"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// FollowPath is where who has no account comes back to their dossier, with its reference and a code.
const FollowPath = "/follow"

const (
	wayBack     = "way_back"       // the mail that bears a code
	codeLife    = 10 * time.Minute // of a code that is sent to who has no account: of the way back, and of an answer
	wayMost     = 2                // codes for one dossier within the life of a code
	longestWait = 10 * time.Minute
)

// The channels that are no paper in somebody's hands.
const (
	online = "online"
	byMail = "email"
)

// StartAsGuest opens a draft for somebody who has no account, where the procedure takes such (DS-010); its door has seen the proof
// of work. It gives the dossier's number, which the visit bears. Errors: NotFound, Unauthenticated (an account is needed),
// Invalid "consent.missing".
func (o *Office) StartAsGuest(ctx context.Context, procedureID string, accepted []string, lang text.Lang) (id int64, publicID string, err error) {
	defer fault.Wrap(&err, "dossier.StartAsGuest %s", procedureID)
	p := o.Catalogue.Get(procedureID)
	switch {
	case p == nil:
		return 0, "", errNotFound
	case !p.Flow.TakesGuests():
		return 0, "", fault.New(fault.Unauthenticated, "")
	case !allAccepted(p, accepted):
		return 0, "", fault.New(fault.Invalid, "consent.missing")
	}
	publicID = newPublicID()
	err = o.Store.InTx(ctx, func(tx *store.Tx) error {
		id, err = o.startAsGuest(ctx, tx, p, publicID, lang)
		return err
	})
	return id, publicID, err
}

func (o *Office) startAsGuest(ctx context.Context, tx *store.Tx, p *procedure.Procedure, publicID string, lang text.Lang) (int64, error) {
	d, err := o.begin(ctx, tx, p, publicID, 0, "online", lang)
	if err != nil {
		return 0, err
	}
	a := access.Actor{Kind: access.Person, Guest: d.ID, At: tx.Now}
	for _, n := range EntryNotices(p) {
		if n.Ack == "none" {
			continue
		}
		if err := o.consent(ctx, tx, d, a, n, "", lang); err != nil {
			return 0, err
		}
	}
	return d.ID, o.touch(ctx, tx, d, journal.Line{Role: role(p, a, d.Dossier), Act: "start"})
}

// SendWay asks for the code by which somebody comes back to a dossier; number 0 for none, and then nothing is sent.
type SendWay struct {
	DossierID int64 `json:"dossier_id"`
}

// Kind names the job.
func (SendWay) Kind() string { return "way_back" }

// RegisterWays lets the queue send codes.
func (o *Office) RegisterWays(w *job.Workers) {
	job.Register(w, func(ctx context.Context, s SendWay) error { return o.sendWay(ctx, s.DossierID) })
}

// AskWay sends a code to the address that stands in a dossier of somebody without an account. Answer and work are the same
// whether there is such a dossier or not: what differs happens in a job. Anybody who has read a reference may ask, so that asking
// takes nothing away: no code kills another, and beyond two in ten minutes none goes out.
func (o *Office) AskWay(ctx context.Context, reference string) (err error) {
	defer fault.Wrap(&err, "dossier.AskWay")
	id, _, err := o.referred(ctx, reference)
	if err != nil {
		return err
	}
	return o.Store.InTx(ctx, func(tx *store.Tx) error { return job.Insert(ctx, tx, SendWay{id}) })
}

// referred is the dossier of somebody without an account that a reference names, 0 when there is none.
func (o *Office) referred(ctx context.Context, reference string) (id int64, publicID string, err error) {
	row, err := o.queries().DossierGuest(ctx, text.Reference(reference))
	if err != nil {
		return 0, "", err
	}
	p := o.Catalogue.Get(row.Procedure)
	if p == nil || !p.Flow.TakesGuests() || row.OwnerID != nil || row.Channel != online && row.Channel != byMail {
		return 0, "", nil
	}
	return row.ID, row.PublicID, nil
}

func (o *Office) sendWay(ctx context.Context, id int64) error {
	if id == 0 {
		return nil
	}
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		n, err := tx.Q.WaysAsked(ctx, sqlc.WaysAskedParams{DossierID: id, Since: tx.Now.Add(-codeLife)})
		if err != nil || n >= wayMost {
			return err
		}
		if err := tx.Q.WayInsert(ctx, sqlc.WayInsertParams{DossierID: id, At: tx.Now}); err != nil {
			return err
		}
		_, err = notify.Queue(ctx, tx, notify.Mail{DossierID: id, Template: MailPrefix + wayBack})
		return err
	})
}

// composeWay makes the code as its mail leaves; only its hash is kept. None for who asked so long ago that nobody waits for it.
func (c *Composer) composeWay(ctx context.Context, m notify.Mail, d *Dossier) (notify.Letter, error) {
	to := c.Office.emailOf(d)
	if to == "" || !d.Guests() || c.Office.Store.Now().Sub(m.Queued) > longestWait {
		return notify.Letter{}, errNotFound
	}
	code := seal.NewCode()
	err := c.Office.Store.InTx(ctx, func(tx *store.Tx) error {
		return tx.Q.WayMint(ctx, sqlc.WayMintParams{DossierID: d.ID, Hash: wayHash(d.ID, code), At: tx.Now})
	})
	p := c.Texts.Printer(d.Lang)
	service := c.Service.In(d.Lang)
	return notify.Letter{
		To: to, Subject: p.T("mail.way_back.subject", "service", service),
		Body: p.T("mail.way_back.body", "code", seal.SpellCode(code)) + "\n\n" + p.T("mail.foot", "service", service) + "\n",
	}, err
}

// wayHash binds a code to its dossier: with another reference it is nothing.
func wayHash(id int64, code string) []byte {
	sum := sha256.Sum256([]byte("way back\x00" + strconv.FormatInt(id, 10) + "\x00" + code))
	return sum[:]
}

// Follow gives the dossier of who comes back with its reference and a code: once, within ten minutes. A wrong code, an old
// one and a reference that names nothing are NotFound in the same words.
func (o *Office) Follow(ctx context.Context, reference, code string) (id int64, publicID string, err error) {
	defer fault.Wrap(&err, "dossier.Follow")
	id, publicID, err = o.referred(ctx, reference)
	if err != nil {
		return 0, "", err
	}
	err = o.Store.InTx(ctx, func(tx *store.Tx) error {
		if _, err := tx.Q.WayUse(ctx, sqlc.WayUseParams{Hash: wayHash(id, seal.ReadCode(code)), At: &tx.Now, Since: tx.Now.Add(-codeLife)}); err != nil {
			return err
		}
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		a := access.Actor{Kind: access.Person, Guest: id, At: tx.Now}
		return o.inscribe(ctx, tx, d, journal.Line{Role: role(d.Def, a, d.Dossier), Act: "follow"})
	})
	if err != nil {
		return 0, "", err
	}
	return id, publicID, nil
}

// PublicIDOf is the address of the dossier that a visit without an account is let into; NotFound once it is gone, or somebody's.
func (o *Office) PublicIDOf(ctx context.Context, a access.Actor) (_ string, err error) {
	defer fault.Wrap(&err, "dossier.PublicIDOf %d", a.Guest)
	publicID, err := o.queries().DossierPublicIDByID(ctx, a.Guest)
	if err != nil {
		return "", err
	}
	d, err := o.load(ctx, o.queries(), publicID)
	if err != nil {
		return "", err
	}
	if !a.Stands(d.Dossier) {
		return "", errNotFound
	}
	return publicID, nil
}

// OfNobody is the procedure of a dossier that has no account behind it, and whether it is a draft still: who has left the visit that
// opened it is told how to go on. It says so to whoever knows its address, and nothing else. NotFound: it is somebody's, or gone.
func (o *Office) OfNobody(ctx context.Context, publicID string) (procedure string, draft bool, err error) {
	defer fault.Wrap(&err, "dossier.OfNobody %s", publicID)
	row, err := o.queries().DossierOfNobody(ctx, sqlc.DossierOfNobodyParams{PublicID: publicID, Channels: []string{online, byMail}})
	return row.Procedure, row.StateKind == workflow.Draft, err
}
