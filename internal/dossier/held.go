package dossier

import (
	"context"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// HeldMandate is one time somebody acted, or was to act, for the applicant of a dossier, also once it is over.
type HeldMandate struct {
	ID, Kind, State, EndedBy   string
	Reference                  string // of the dossier
	Holds                      bool   // the reader acts; else somebody acts for them
	Scope                      []string
	Starts, Ends, Proposed     time.Time
	Confirmed, Verified, Ended *time.Time
}

// Mandates lists the mandates that a person holds or that somebody holds for them, newest first; most 0: all (RP-154).
func (o *Office) Mandates(ctx context.Context, a access.Actor, most int32) (_ []HeldMandate, err error) {
	defer fault.Wrap(&err, "dossier.Mandates %d", a.AccountID)
	if a.Kind != access.Person || a.AccountID == 0 {
		return nil, errNotFound
	}
	rows, err := o.queries().HeldMandates(ctx, sqlc.HeldMandatesParams{Person: a.AccountID, Most: most})
	out := make([]HeldMandate, len(rows))
	for i, r := range rows {
		out[i] = HeldMandate{
			ID: r.PublicID, Kind: r.Kind, State: r.State, EndedBy: r.EndedBy, Reference: deref(r.Reference), Holds: r.Holds, Scope: r.Scope,
			Starts: r.StartsAt, Ends: r.EndsAt, Proposed: r.ProposedAt, Confirmed: r.ConfirmedAt, Verified: r.VerifiedAt, Ended: r.EndedAt,
		}
	}
	return out, err
}

// ReadAt is one reading of a dossier by the administration: by role, names are nobody's business.
type ReadAt struct {
	At        time.Time
	Role      string
	OnRequest bool // by a written request
}

// ReadingsOf lists when the administration read a dossier, the newest first, for who may read it; most 0: all (RP-154).
func (o *Office) ReadingsOf(ctx context.Context, a access.Actor, d *Dossier, most int32) (_ []ReadAt, err error) {
	defer fault.Wrap(&err, "dossier.ReadingsOf %d", d.ID)
	if a.Kind != access.Person || !access.Can(a, access.Read, d.Dossier, "") {
		return nil, errNotFound
	}
	rows, err := o.queries().HeldReadings(ctx, sqlc.HeldReadingsParams{DossierID: d.ID, Most: most})
	out := make([]ReadAt, len(rows))
	for i, r := range rows {
		out[i] = ReadAt{r.At, r.Role, r.OnRequest}
	}
	return out, err
}

// Goes is the first day on which nothing of the dossier is left, as far as it is known: of what is closed, and of what was never
// sent and stays as it is. Nil while it is at work.
func (o *Office) Goes(d *Dossier) *time.Time {
	if d.PurgeOn != nil || d.StateKind != workflow.Draft {
		return d.PurgeOn
	}
	keep := newest(o.Catalogue, d.Def).Flow.Keep("drafts")
	if keep == nil {
		return nil
	}
	day := workflow.Day(workflow.EndOfDay(workflow.Add(d.UpdatedAt, keep.Period)))
	return &day
}
