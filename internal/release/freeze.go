package release

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"guichet/internal/anonymise"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// freeze judges one month of one procedure. The cohort, the marks and the ledger are one transaction: a month is frozen once
// whatever happens, and a dossier is judged once (anonymisation.md, section 2). Conflict: it was frozen before, or a dossier
// was erased or judged meanwhile; the next run sees to that.
func (h *House) freeze(ctx context.Context, p *procedure.Procedure, month time.Time) (err error) {
	defer fault.Wrap(&err, "release.freeze %s %s", p.ID, month.Format("2006-01"))
	schema, err := schemaOf(p)
	if err != nil {
		return err
	}
	done, err := h.Store.Q().ReleaseFrozen(ctx, sqlc.ReleaseFrozenParams{Procedure: p.ID, Schema: fingerprint(schema), Month: month})
	if err != nil || done {
		return err
	}
	waiting, err := h.waiting(ctx, p, schema, monthEnd(month))
	if err != nil {
		return err
	}
	j, err := anonymise.Judge(schema, month.Format("2006-01"), waiting)
	if err != nil {
		return err
	}
	return h.keep(ctx, p, schema, month, j)
}

func (h *House) keep(ctx context.Context, p *procedure.Procedure, schema *anonymise.Schema, month time.Time, j anonymise.Judgement) error {
	rows, err := json.Marshal(j.Cohort)
	if err != nil {
		return err
	}
	ids := make([]int64, len(j.Judged))
	for i, id := range j.Judged {
		if ids[i], err = strconv.ParseInt(id, 10, 64); err != nil {
			return err
		}
	}
	return h.Store.InTx(ctx, func(tx *store.Tx) error {
		marked, err := tx.Q.DossiersJudge(ctx, sqlc.DossiersJudgeParams{Ids: ids, At: &tx.Now})
		if err != nil {
			return err
		}
		if len(marked) != len(ids) {
			return fault.New(fault.Conflict, "release.moved")
		}
		return tx.Q.ReleaseCohortInsert(ctx, sqlc.ReleaseCohortInsertParams{
			Procedure: p.ID, Schema: fingerprint(schema), Month: month, At: tx.Now, Released: int32(j.Cohort.Len()), Rows: rows,
		})
	})
}

// waiting opens the dossiers that were closed before end and never judged, and generalises them. One that a hierarchy does
// not know goes on waiting.
func (h *House) waiting(ctx context.Context, p *procedure.Procedure, schema *anonymise.Schema, end time.Time) ([]anonymise.Waiting, error) {
	ds, err := h.Office.ClosedUnjudged(ctx, p.ID, end)
	if err != nil {
		return nil, err
	}
	var out []anonymise.Waiting
	homes := newKinship(len(ds))
	for i, d := range ds {
		w, ok := h.open(p, schema, d, i, homes)
		if ok {
			out = append(out, w)
		}
	}
	for i := range out {
		n, _ := strconv.Atoi(out[i].Household)
		out[i].Household = strconv.Itoa(homes.find(n))
	}
	return out, nil
}

func (h *House) open(p *procedure.Procedure, schema *anonymise.Schema, d *dossier.Dossier, i int, homes *kinship) (anonymise.Waiting, bool) {
	j := d.Journey(nil, *d.ClosedAt)
	person := personKey(p, j)
	homes.meet(i, addressKey(p, j))
	homes.meet(i, person)
	for _, key := range kinKeys(p, j) {
		homes.meet(i, key)
	}
	columns := p.Release.Written()
	values := make([]string, len(columns))
	for c := range columns {
		values[c] = raw(d, j, columns[c])
	}
	cells, missing := schema.Generalise(values)
	if person == "" {
		person = strconv.FormatInt(d.ID, 10)
	}
	return anonymise.Waiting{
		ID: strconv.FormatInt(d.ID, 10), Person: person, Household: strconv.Itoa(i), Filer: strconv.FormatInt(d.OwnerID, 10),
		Closed: d.ClosedAt.UnixMicro(), Cells: cells,
	}, len(missing) == 0
}
