package dossier

import (
	"context"
	"slices"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/journal"
	"guichet/internal/notify"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// Entrusted is what the applicant does about who acts for them.
type Entrusted string

// What the applicant can do: by a link to their own address, or from an account of that address; taking over needs an account that
// has proven to be theirs, and so does letting somebody act again whose right has ended.
const (
	Confirm  Entrusted = "confirm"
	End      Entrusted = "end" // deny what is only proposed, revoke what was confirmed
	TakeOver Entrusted = "take"
	NotMine  Entrusted = "stranger" // the address is not the applicant's
	Renew    Entrusted = "renew"    // let the same person act for another while
)

// ByPrincipal does it for the account of the applicant's address, or for the owner of a dossier taken over. From the next request
// on who acted has what the mandate then gives. Errors: NotFound; Conflict "mandate.over" when it cannot be done any more.
func (o *Office) ByPrincipal(ctx context.Context, a access.Actor, publicID string, do Entrusted) (err error) {
	defer fault.Wrap(&err, "dossier.ByPrincipal %s %s", publicID, do)
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		if !access.Can(a, access.Entrust, d.Dossier, "") {
			return errNotFound
		}
		switch do {
		case Confirm:
			return o.confirm(ctx, tx, d, a.AccountID)
		case End:
			return o.end(ctx, tx, d, ending{by: byPrincipal, act: actRevoked, actor: a.AccountID, role: principalRole, denies: true})
		case TakeOver:
			return o.takeOver(ctx, tx, a, d)
		case NotMine:
			return o.notMine(ctx, tx, d, a.AccountID)
		case Renew:
			return o.renew(ctx, tx, d, a.AccountID)
		}
		return fault.New(fault.Invalid, "error.form")
	})
}

// errOver says that a mandate has ended meanwhile, or was answered.
var errOver = fault.New(fault.Conflict, "mandate.over")

func over(err error) error {
	if fault.Of(err) == fault.NotFound {
		return errOver
	}
	return err
}

// confirm notes the applicant's yes; account 0 is whoever reads the mail of their address.
func (o *Office) confirm(ctx context.Context, tx *store.Tx, d *Dossier, account int64) error {
	ends, err := o.goesOn(ctx, tx, d)
	if err != nil {
		return err
	}
	if _, err := tx.Q.MandateConfirm(ctx, sqlc.MandateConfirmParams{ID: d.Mandate.ID, At: &tx.Now, EndsAt: ends}); err != nil {
		return over(err)
	}
	d.Mandate.State, d.Mandate.Ends = access.Confirmed, ends
	if err := tx.Q.MandateLinksEnd(ctx, d.Mandate.ID); err != nil {
		return err
	}
	if err := o.inscribe(ctx, tx, d, journal.Line{Role: principalRole, Act: actConfirmed, ActorID: account}); err != nil {
		return err
	}
	if err := o.tellPrincipal(ctx, tx, d, mandateConfirmed); err != nil {
		return err
	}
	return o.tellHolder(ctx, tx, d, mandateAgreed)
}

// ending is how a mandate ends.
type ending struct {
	by, act, role string
	actor         int64
	denies        bool // what is only proposed was never wanted
	expires       bool
	reason        string
	taken         bool // by who takes over: nothing is news to them
}

// end takes away what a mandate gives, from the next request on, and tells both sides and the desk.
func (o *Office) end(ctx context.Context, tx *store.Tx, d *Dossier, e ending) error {
	state, err := tx.Q.MandateEnd(ctx, sqlc.MandateEndParams{ID: d.Mandate.ID, At: &tx.Now, By: e.by, Denies: e.denies, Expires: e.expires})
	if err != nil {
		return over(err)
	}
	d.Mandate.State = access.MandateState(state)
	if d.Mandate.State == access.Denied {
		e.act = actDenied
	}
	if err := tx.Q.MandateLinksEnd(ctx, d.Mandate.ID); err != nil {
		return err
	}
	line := journal.Line{Role: e.role, Act: e.act, ActorID: e.actor, Detail: journal.Detail{}}
	if e.reason != "" {
		line.Detail["words"] = e.reason
	}
	if err := o.inscribe(ctx, tx, d, line); err != nil {
		return err
	}
	told := mandateEnded
	if e.by == byPrincipal && !d.Mandate.Known && d.StateKind == workflow.Draft {
		told = mandateSaidNo // from an address that may be mistyped: it can be corrected
	}
	if err := o.tellHolder(ctx, tx, d, told); err != nil {
		return err
	}
	if d.Mandate.State != access.Denied && !e.taken {
		if err := o.tellPrincipal(ctx, tx, d, mandateOver); err != nil {
			return err
		}
	}
	return o.tellDeskOfEnd(ctx, tx, d, e)
}

// tellDeskOfEnd tells who has the dossier, or its team, that nobody acts any more for the applicant of a dossier that was sent;
// not the agent who has just ended it.
func (o *Office) tellDeskOfEnd(ctx context.Context, tx *store.Tx, d *Dossier, e ending) error {
	rules := newest(o.Catalogue, d.Def).Flow.Mandate
	if rules == nil || rules.Tells == "" || d.StateKind == workflow.Draft || d.StateKind == workflow.Closed {
		return nil
	}
	if e.actor != 0 && e.actor == d.AssigneeID {
		return nil
	}
	return o.notify(ctx, tx, d, rules.Tells, d.AssigneeID, false)
}

// takeOver puts the dossier into the applicant's own hands, also after they have said no. What was confirmed goes on giving what it gave; what was only
// proposed ends.
func (o *Office) takeOver(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier) error {
	if d.OwnerID == a.AccountID {
		return errOver
	}
	if !d.Mandate.Known {
		return errNotFound
	}
	if d.Mandate.State == access.Proposed && d.Mandate.Live(tx.Now) {
		if err := o.end(ctx, tx, d, ending{by: byPrincipal, act: actRevoked, actor: a.AccountID, role: principalRole, taken: true}); err != nil {
			return err
		}
	}
	if err := tx.Q.DossierOwner(ctx, sqlc.DossierOwnerParams{ID: d.ID, OwnerID: &a.AccountID}); err != nil {
		return err
	}
	d.OwnerID = a.AccountID
	return o.inscribe(ctx, tx, d, journal.Line{Role: principalRole, Act: actTaken, ActorID: a.AccountID})
}

// Renounce ends the actor's own mandate. NotFound to who holds none that is in force.
func (o *Office) Renounce(ctx context.Context, a access.Actor, publicID string) (err error) {
	defer fault.Wrap(&err, "dossier.Renounce %s", publicID)
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		if !a.UnderMandate(d.Dossier) || !a.Stands(d.Dossier) {
			return errNotFound
		}
		return o.end(ctx, tx, d, ending{by: "holder", act: actRenounced, actor: a.AccountID, role: underMandate})
	})
}

// tellPrincipal tells the applicant, on their own channel; where the address is the declarant's own, or a stranger's, there is
// nobody to tell.
func (o *Office) tellPrincipal(ctx context.Context, tx *store.Tx, d *Dossier, template string) error {
	row, err := tx.Q.MandateStanding(ctx, d.ID)
	if err != nil || row.SameAddress || row.WrongAt != nil {
		return err
	}
	to, err := d.openReached(row)
	if err != nil {
		return err
	}
	return tellReached(ctx, tx, d, to, template)
}

// tellHolder tells whoever acts, by mail.
func (o *Office) tellHolder(ctx context.Context, tx *store.Tx, d *Dossier, template string) error {
	to := d.Mandate.HolderID
	if d.Mandate.FirmID != 0 && len(d.Mandate.Members) > 0 && !slices.Contains(d.Mandate.Members, to) {
		to = d.Mandate.Members[0] // who began is no member any more
	}
	if to == 0 {
		return nil
	}
	_, err := notify.Queue(ctx, tx, notify.Mail{AccountID: to, DossierID: d.ID, Template: template})
	return err
}
