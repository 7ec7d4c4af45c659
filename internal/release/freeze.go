package release

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"guichet/internal/anonymise"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/procedure"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// freeze judges one month of one procedure by the version in force. The cohort and the marks are one transaction: a month is
// frozen once whatever happens, and a dossier is judged once (anonymisation.md, section 2). Conflict release.moved: the month
// was frozen before, or a dossier was erased or judged meanwhile; the next run sees to that.
func (h *House) freeze(ctx context.Context, p *procedure.Procedure, month time.Time) (err error) {
	defer fault.Wrap(&err, "release.freeze %s %s", p.ID, month.Format("2006-01"))
	all, err := h.versions(ctx, p)
	if err != nil {
		return err
	}
	done, err := h.Store.Q().ReleaseFrozen(ctx, sqlc.ReleaseFrozenParams{Procedure: p.ID, Month: month})
	if err != nil || done {
		return err
	}
	v, err := inForce(p.ID, all)
	if err != nil {
		return err
	}
	waiting, misses, err := h.waiting(ctx, p, v, MonthEnd(month))
	if err != nil {
		return err
	}
	j, err := anonymise.Judge(v.schema, month.Format("2006-01"), waiting)
	if err != nil {
		return err
	}
	if err := h.at("judged"); err != nil {
		return err
	}
	err = h.keep(ctx, v, month, j, misses)
	if fault.Of(err) == fault.Conflict {
		return fault.From(fault.Conflict, "release.moved", err)
	}
	return err
}

func (h *House) keep(ctx context.Context, v version, month time.Time, j anonymise.Judgement, misses map[string]int) error {
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
	id, print := v.row.Procedure, v.row.Fingerprint
	return h.Store.InTx(ctx, func(tx *store.Tx) error {
		marked, err := tx.Q.DossiersJudge(ctx, sqlc.DossiersJudgeParams{Ids: ids, At: &tx.Now})
		if err != nil {
			return err
		}
		if len(marked) != len(ids) {
			return fault.New(fault.Conflict, "release.moved")
		}
		for column, n := range misses {
			miss := sqlc.ReleaseMissInsertParams{Procedure: id, Schema: print, Month: month, Col: column, Count: int32(n)}
			if err := tx.Q.ReleaseMissInsert(ctx, miss); err != nil {
				return err
			}
		}
		if err := act(ctx, tx, sqlc.ReleaseActInsertParams{Procedure: id, SchemaID: &v.row.ID, Act: "frozen"}); err != nil {
			return err
		}
		if err := tx.Q.ReleaseCohortInsert(ctx, sqlc.ReleaseCohortInsertParams{
			Procedure: id, Schema: print, Month: month, At: tx.Now, Released: int32(j.Cohort.Len()), Rows: rows,
		}); err != nil {
			return err
		}
		return h.at("marked")
	})
}

// waiting opens the dossiers that were closed before end, and generalises those never judged; the others only tell who lives
// with whom. One that a hierarchy does not know is held back: it goes on waiting, and misses counts it by column for who
// designs the schema (P13: never its value).
func (h *House) waiting(ctx context.Context, p *procedure.Procedure, v version, end time.Time) (out []anonymise.Waiting, misses map[string]int, err error) {
	ds, err := h.Office.ToFreeze(ctx, p.ID, end)
	if err != nil {
		return nil, nil, err
	}
	g := newGathering(v, len(ds))
	for _, d := range ds {
		if d.Judged {
			g.meet(dossierOf(d.Dossier).journey)
			continue
		}
		g.add(dossierOf(d.Dossier), strconv.FormatInt(d.ID, 10), strconv.FormatInt(d.OwnerID, 10))
	}
	return g.waiting(), g.misses, nil
}

func dossierOf(d *dossier.Dossier) brought {
	return brought{d.Journey(nil, *d.ClosedAt), d.Agent, d.State, *d.ClosedAt}
}

// gathering makes waiting records of dossiers, and finds who lives with whom among all of them.
type gathering struct {
	v      version
	homes  *kinship
	seen   int
	known  []anonymise.Waiting
	misses map[string]int
}

func newGathering(v version, n int) *gathering {
	return &gathering{v: v, homes: newKinship(n), misses: map[string]int{}}
}

// add takes one dossier: id names it, filer is the account that filed it.
func (g *gathering) add(b brought, id, filer string) {
	i, person := g.meet(b.journey)
	cells, missing := g.v.cells(b)
	for _, column := range missing {
		g.misses[column]++
	}
	if len(missing) > 0 {
		return
	}
	g.known = append(g.known, anonymise.Waiting{
		ID: id, Person: cmp.Or(person, id), Household: strconv.Itoa(i), Filer: filer, Closed: b.closed.UnixMicro(), Cells: cells,
	})
}

// meet joins a dossier's household: it gives the dossier's number, and the key of its person.
func (g *gathering) meet(j *form.Journey) (i int, person string) {
	i = g.seen
	g.seen++
	person, keys := householdKeys(g.v.p, j)
	for _, key := range keys {
		g.homes.meet(i, key)
	}
	return i, person
}

// waiting gives the records, now that every household is known.
func (g *gathering) waiting() []anonymise.Waiting {
	out := slices.Clone(g.known)
	for i := range out {
		n, _ := strconv.Atoi(out[i].Household) // written above
		out[i].Household = strconv.Itoa(g.homes.find(n))
	}
	return out
}
