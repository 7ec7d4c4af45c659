package dossier

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/journal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// mostReason is how long the reason of a refused mandate may be, in characters.
const mostReason = 1000

// Verify notes that an agent has read the proof of a mandate: it then stands by the administration's word too, and what ends soon or
// has run out lasts its whole time again. seen is the document the agent has read. Errors: NotFound, Conflict "mandate.over",
// Conflict "mandate.other_proof" when another one stands there by now, Invalid "mandate.proof" when none does that was scanned.
func (o *Office) Verify(ctx context.Context, a access.Actor, publicID, seen string) (err error) {
	defer fault.Wrap(&err, "dossier.Verify %s", publicID)
	return o.asDesk(ctx, a, publicID, func(tx *store.Tx, d *Dossier) error {
		row, err := tx.Q.MandateStanding(ctx, d.ID)
		if err != nil {
			return err
		}
		proof, sum, err := o.proofNow(ctx, tx.Q, d, row.Kind, true)
		if err != nil {
			return err
		}
		kind := o.MandateRules(d).Of(row.Kind)
		if proof == "" && (kind == nil || kind.Proof != "") {
			return fault.New(fault.Invalid, "mandate.proof")
		}
		if proof != seen {
			return fault.New(fault.Conflict, "mandate.other_proof")
		}
		ends, renews := row.EndsAt, kind != nil && d.StateKind != workflow.Closed && !row.EndsAt.After(tx.Now.Add(endingSoon))
		if renews {
			ends = workflow.Add(tx.Now, kind.Longer)
		}
		if _, err := tx.Q.MandateVerify(ctx, sqlc.MandateVerifyParams{
			ID: row.ID, At: &tx.Now, By: &a.AccountID, Proof: proof, ProofIndex: sum, EndsAt: ends, Renews: renews,
		}); err != nil {
			return over(err)
		}
		d.Mandate.State, d.Mandate.Ends = access.Verified, ends
		if err := o.inscribe(ctx, tx, d, journal.Line{Role: role(d.Def, a, d.Dossier), Act: actVerified, ActorID: a.AccountID}); err != nil {
			return err
		}
		return o.tellHolder(ctx, tx, d, mandateAgreed)
	})
}

// RefuseMandate ends a mandate whose proof does not hold, with the reason. Errors: NotFound, Conflict "mandate.over", Invalid
// "mandate.reason".
func (o *Office) RefuseMandate(ctx context.Context, a access.Actor, publicID, reason string) (err error) {
	defer fault.Wrap(&err, "dossier.RefuseMandate %s", publicID)
	return o.asDesk(ctx, a, publicID, func(tx *store.Tx, d *Dossier) error {
		reason = strings.TrimSpace(reason)
		if n := utf8.RuneCountInString(reason); n == 0 || n > mostReason {
			return fault.New(fault.Invalid, "mandate.reason")
		}
		return o.end(ctx, tx, d, ending{by: "agent", act: actRefused, actor: a.AccountID, role: role(d.Def, a, d.Dossier), reason: reason})
	})
}

// asDesk locks a dossier that was sent, under a mandate, for an agent who processes it.
func (o *Office) asDesk(ctx context.Context, a access.Actor, publicID string, do func(*store.Tx, *Dossier) error) error {
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		if a.Kind != access.Agent || !access.Can(a, access.Process, d.Dossier, "") || d.Mandate.ID == 0 || o.MandateRules(d) == nil {
			return errNotFound
		}
		return do(tx, d)
	})
}

// proofNow is the newest document without a virus that proves a mandate of the kind, with the keyed index of its SHA-256; "" when there is none.
// legible wants one that can be read.
func (o *Office) proofNow(ctx context.Context, q *sqlc.Queries, d *Dossier, kind string, legible bool) (id string, sum []byte, err error) {
	rules := o.MandateRules(d)
	if rules == nil || rules.Of(kind) == nil || rules.Of(kind).Proof == "" {
		return "", nil, nil
	}
	rows, err := q.DocumentsOf(ctx, d.ID)
	if err != nil {
		return "", nil, err
	}
	for _, r := range rows {
		if r.Path != rules.Of(kind).Proof || r.State != "received" || Scanned(r.Verdict) == Infected || legible && !Scanned(r.Verdict).Legible() {
			continue
		}
		l, err := d.openLabel(r.PublicID, r.Sealed)
		if err != nil {
			return "", nil, err
		}
		id, sum = r.PublicID, o.Keys.Index("mandate/proof", l.SHA256)
	}
	return id, sum, nil
}

func (o *Office) proofOf(ctx context.Context, q *sqlc.Queries, d *Dossier, row sqlc.Mandate) (id string, same bool, err error) {
	id, sum, err := o.proofNow(ctx, q, d, row.Kind, false)
	return id, id != "" && id == row.Proof && bytes.Equal(sum, row.ProofIndex), err
}

// keepProof notes which document proves the mandate under which a dossier is sent.
func (o *Office) keepProof(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier) error {
	if !a.UnderMandate(d.Dossier) {
		return nil
	}
	row, err := tx.Q.MandateStanding(ctx, d.ID)
	if err != nil {
		return err
	}
	id, sum, err := o.proofNow(ctx, tx.Q, d, row.Kind, false)
	if err != nil || id == "" {
		return err
	}
	return tx.Q.MandateProof(ctx, sqlc.MandateProofParams{ID: row.ID, Proof: id, ProofIndex: sum})
}

// MandatesEnd is the clock's job that ends mandates whose time is over, and tells both sides.
type MandatesEnd struct{}

// Kind names the job for the queue.
func (MandatesEnd) Kind() string { return "dossier.mandates" }

// RegisterMandates makes w able to do the job of the clock.
func (o *Office) RegisterMandates(w *job.Workers) {
	job.Register(w, func(ctx context.Context, _ MandatesEnd) error { return o.EndMandates(ctx) })
}

// EndMandates ends what is over. What the clock has not yet come by gives nothing all the same: access looks at the time itself.
func (o *Office) EndMandates(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "dossier.EndMandates")
	due, err := o.queries().MandatesOver(ctx, o.Store.Now())
	if err != nil {
		return err
	}
	var failed error // one that cannot be ended keeps nobody else's from it
	for _, publicID := range due {
		err := o.Store.InTx(ctx, func(tx *store.Tx) error {
			d, err := o.lock(ctx, tx, publicID)
			if err != nil || d.Mandate.Ends.After(tx.Now) {
				return err
			}
			return o.end(ctx, tx, d, ending{by: "clock", act: actExpired, role: d.Def.Flow.Clockwork(), expires: true})
		})
		if err != nil && fault.Of(err) != fault.Conflict && fault.Of(err) != fault.NotFound {
			failed = errors.Join(failed, err)
		}
	}
	failed = errors.Join(failed, o.warnOfEnds(ctx))
	return errors.Join(failed, o.Store.InTx(ctx, func(tx *store.Tx) error { return tx.Q.MandateLinkSweep(ctx, tx.Now) }))
}
