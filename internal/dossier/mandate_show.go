package dossier

import (
	"context"
	"strings"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/store/sqlc"
)

// Mandated is a mandate as its pages show it.
type Mandated struct {
	Kind                string // as its definition names it
	Holder              string // how who acts names themself; "" where that may not be shown yet
	FirmID, HolderID    int64
	State               access.MandateState
	Scope               []string
	Starts, Ends        time.Time
	Confirmed, Verified *time.Time
	Ended               *time.Time
	EndedBy             string // holder | principal | agent | clock
	SameAddress         bool
	Proof               string // public id of the document that proves it, as it stands
	ProofKept           string // the one an agent has read, or that stood when the dossier was sent
	ProofSame           bool   // the file is still that one
	ByLink              bool   // the yes came by a link to the address the answers give, from nobody who has proven who they are
	Known               bool   // the applicant has proven who they are, from an account
	Wrong               bool   // the address is somebody else's, who has said so
	Near                bool   // it ends soon, or has run out: it can be renewed
	Address             string // where the applicant is told; "" to who is not to know
	Others              int    // addresses that were told before and that count no more
	OthersUntil         time.Time
	Taken               bool // the dossier is in the applicant's own hands
}

// errNoMandate hides whether a link was used, replaced, is too old or never was.
var errNoMandate = fault.New(fault.NotFound, "")

// MandateOf shows by what right somebody acts, to whoever may read the dossier; NotFound where nobody does. How they name
// themself is read from the answers.
func (o *Office) MandateOf(ctx context.Context, a access.Actor, d *Dossier) (m Mandated, err error) {
	defer fault.Wrap(&err, "dossier.MandateOf %d", d.ID)
	if !access.Can(a, access.Read, d.Dossier, "") {
		return m, errNotFound
	}
	if m, err = o.mandated(ctx, o.queries(), d); err == nil && (a.Kind == access.Agent || a.UnderMandate(d.Dossier)) {
		m.Address, err = o.addressOf(ctx, d)
	}
	return m, err
}

func (o *Office) addressOf(ctx context.Context, d *Dossier) (string, error) {
	row, err := o.queries().MandateStanding(ctx, d.ID)
	if err != nil {
		return "", err
	}
	to, err := d.openReached(row)
	return to.Email, err
}

func (o *Office) mandated(ctx context.Context, q *sqlc.Queries, d *Dossier) (m Mandated, err error) {
	row, err := q.MandateStanding(ctx, d.ID)
	if err != nil {
		return m, err
	}
	m = Mandated{
		Kind: row.Kind, Holder: o.holderNames(d, d.Journey(nil, o.Store.Now())), FirmID: deref(row.FirmID), HolderID: deref(row.HolderID),
		State: access.MandateState(row.State), Scope: row.Scope, Starts: row.StartsAt, Ends: row.EndsAt, Confirmed: row.ConfirmedAt, Verified: row.VerifiedAt,
		Ended: row.EndedAt, EndedBy: row.EndedBy, SameAddress: row.SameAddress, ProofKept: row.Proof,
		Taken:  d.OwnerID != 0 && !d.Mandate.Concerns(d.OwnerID),
		ByLink: row.ConfirmedAt != nil && !d.Mandate.Known, Known: d.Mandate.Known, Wrong: row.WrongAt != nil,
	}
	now := o.Store.Now()
	if m.State != access.Denied && m.Ended == nil && !m.Ends.After(now) {
		m.State = access.Expired // the clock has not passed by yet
	}
	m.Near = m.State == access.Expired || d.Mandate.Live(now) && !m.Ends.After(now.Add(endingSoon))
	lapsed, err := q.MandatesLapsed(ctx, d.ID)
	if err != nil {
		return m, err
	}
	m.Others, m.OthersUntil = int(lapsed.N), lapsed.Last
	m.Proof, m.ProofSame, err = o.proofOf(ctx, q, d, row)
	return m, err
}

// holderNames is how who acts names themself in the answers.
func (o *Office) holderNames(d *Dossier, j *form.Journey) string {
	rules := o.MandateRules(d)
	if rules == nil {
		return ""
	}
	var names []string
	for _, id := range rules.Names {
		if f := j.Field(id); f != nil && f.Relevant && f.Answered() {
			names = append(names, f.Display(d.Lang))
		}
	}
	return strings.Join(names, " ")
}
