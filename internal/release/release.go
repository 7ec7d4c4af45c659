// Package release freezes closed months of dossiers into anonymous cohorts, and writes them for analysts.
package release

import (
	"context"
	"crypto/sha256"
	"time"

	"guichet/internal/access"
	"guichet/internal/anonymise"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/procedure"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
)

// House is where releases are made.
type House struct {
	Store     *store.Store
	Office    *dossier.Office
	Catalogue *procedure.Catalogue
	Texts     *text.Catalogue
}

// Freeze asks for the judgement of the months that are over; it is made every day and does nothing on most.
type Freeze struct{}

// Kind names the job.
func (Freeze) Kind() string { return "freeze" }

// Register lets the queue freeze.
func (h *House) Register(w *job.Workers) {
	job.Register(w, func(ctx context.Context, _ Freeze) error { return h.FreezeAll(ctx) })
}

// FreezeAll judges, for every procedure that is released, what waits at the end of the last month that is over.
func (h *House) FreezeAll(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "release.FreezeAll")
	month := LastMonth(h.Store.Now())
	for _, p := range h.Catalogue.All() {
		if p.Release == nil {
			continue
		}
		if err := h.freeze(ctx, p, month); err != nil && fault.Of(err) != fault.Conflict {
			return err
		}
	}
	return nil
}

// LastMonth is the first day of the last month that is over in Europe/Monaco, as midnight UTC.
func LastMonth(now time.Time) time.Time {
	y, m, _ := now.In(text.Zone).Date()
	return time.Date(y, m-1, 1, 0, 0, 0, 0, time.UTC)
}

// monthEnd is the instant at which a month is over in Europe/Monaco.
func monthEnd(month time.Time) time.Time {
	return time.Date(month.Year(), month.Month()+1, 1, 0, 0, 0, 0, text.Zone)
}

// Standing tells an analyst what may be had, without a figure that is not in the file.
type Standing struct {
	Procedure *procedure.Procedure
	Through   time.Time // last month frozen; zero = none yet
	Rows      int
	Cohorts   int
}

// Standing looks at the frozen cohorts of a procedure.
func (h *House) Standing(ctx context.Context, a access.Actor, id string) (_ Standing, err error) {
	defer fault.Wrap(&err, "release.Standing %s", id)
	p, schema, err := h.allowed(a, id)
	if err != nil {
		return Standing{}, err
	}
	rows, err := h.Store.Q().ReleaseCohorts(ctx, sqlc.ReleaseCohortsParams{Procedure: id, Schema: fingerprint(schema)})
	s := Standing{Procedure: p, Cohorts: len(rows)}
	for _, r := range rows {
		s.Rows += int(r.Released)
		s.Through = r.Month
	}
	return s, err
}

// allowed holds that only who has the right exports (RP-022).
func (h *House) allowed(a access.Actor, id string) (*procedure.Procedure, *anonymise.Schema, error) {
	p := h.Catalogue.Get(id)
	if p == nil || p.Release == nil || !access.May(a, access.Export, id) && a.Kind != access.System {
		return nil, nil, fault.New(fault.NotFound, "")
	}
	s, err := schemaOf(p)
	return p, s, err
}

// Table joins the frozen cohorts: the only data an export is made of.
func (h *House) Table(ctx context.Context, a access.Actor, id string) (t anonymise.Table, _ *procedure.Procedure, err error) {
	defer fault.Wrap(&err, "release.Table %s", id)
	p, schema, err := h.allowed(a, id)
	if err != nil {
		return t, nil, err
	}
	rows, err := h.Store.Q().ReleaseCohorts(ctx, sqlc.ReleaseCohortsParams{Procedure: id, Schema: fingerprint(schema)})
	if err != nil {
		return t, nil, err
	}
	if len(rows) == 0 {
		return t, nil, fault.New(fault.Conflict, "release.nothing_frozen")
	}
	var cohorts []anonymise.Cohort
	for _, r := range rows {
		c, err := anonymise.DecodeCohort(schema, r.Rows)
		if err != nil {
			return t, nil, err
		}
		cohorts = append(cohorts, c)
	}
	t, err = anonymise.Concat(schema, cohorts...)
	return t, p, err
}

// record notes that a file was made: its digest, never its content.
func (h *House) record(ctx context.Context, a access.Actor, p *procedure.Procedure, schema *anonymise.Schema, lang text.Lang, file []byte, rows int) error {
	sum := sha256.Sum256(file)
	return h.Store.InTx(ctx, func(tx *store.Tx) error {
		through, err := tx.Q.ReleaseThrough(ctx, sqlc.ReleaseThroughParams{Procedure: p.ID, Schema: fingerprint(schema)})
		if err != nil {
			return err
		}
		by := &a.AccountID
		if a.AccountID == 0 {
			by = nil
		}
		return tx.Q.ReleaseFileInsert(ctx, sqlc.ReleaseFileInsertParams{
			Procedure: p.ID, Schema: fingerprint(schema), Through: through, Lang: string(lang), MadeBy: by, At: tx.Now, Sha256: sum[:], Rows: int32(rows),
		})
	})
}
