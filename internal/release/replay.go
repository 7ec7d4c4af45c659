package release

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"time"

	"guichet/internal/anonymise"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/procedure"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// Past is a closed dossier that was made up: nobody's.
type Past struct {
	Filer   string // equal for what one account or firm filed
	State   string // that it was closed in
	Closed  time.Time
	Answers form.Raw // with what agents added
}

// Values is what a made-up dossier brings to each column of the release schema, written or not, as hierarchies know it; ""
// where there is no answer.
func (x Past) Values(p *procedure.Procedure) []string {
	return x.values(p, p.Form.Walk(x.Answers, nil, x.Closed), p.Release.Columns)
}

func (x Past) values(p *procedure.Procedure, j *form.Journey, columns []procedure.Column) []string {
	b, out := brought{j, x.Answers, x.State, x.Closed}, make([]string, len(columns))
	for i, c := range columns {
		out[i] = b.raw(c)
	}
	return out
}

// Replay is what a service would have released of made-up dossiers, month by month.
type Replay struct {
	Months  []time.Time // first days, as midnight UTC
	Cohorts []anonymise.Cohort
	p       *procedure.Procedure
	schema  *anonymise.Schema
}

// MakeReplay judges made-up dossiers at the end of each month as the service does: each once, with the households that are
// known then, and those that are due for erasure never (anonymisation.md, section 2).
func MakeReplay(p *procedure.Procedure, past []Past, months []time.Time) (_ *Replay, err error) {
	defer fault.Wrap(&err, "release.MakeReplay %s", p.ID)
	r := &Replay{p: p, Months: months}
	if r.schema, err = schemaOf(p); err != nil {
		return nil, err
	}
	queue := make([]*queued, len(past))
	for i, x := range past {
		queue[i] = r.queue(i, x)
	}
	slices.SortStableFunc(queue, func(a, b *queued) int { return a.closed.Compare(b.closed) })
	keep := closedKeep(p)
	for _, month := range months {
		end := MonthEnd(month)
		queue = slices.DeleteFunc(queue, func(q *queued) bool { return !workflow.Add(q.closed, keep).After(end) })
		j, err := anonymise.Judge(r.schema, month.Format("2006-01"), waitingAt(queue, end))
		if err != nil {
			return nil, err
		}
		for _, q := range queue {
			if _, now := slices.BinarySearch(j.Judged, q.ID); now {
				q.judged = true
			}
		}
		r.Cohorts = append(r.Cohorts, j.Cohort)
	}
	return r, nil
}

// queued is a dossier on its way to be judged.
type queued struct {
	anonymise.Waiting
	closed  time.Time
	keys    []string // by which it meets others of its household
	unknown bool     // to a hierarchy
	judged  bool
}

func (r *Replay) queue(i int, x Past) *queued {
	j := r.p.Form.Walk(x.Answers, nil, x.Closed)
	id := strconv.Itoa(i)
	q := &queued{closed: x.Closed, Waiting: anonymise.Waiting{ID: id, Filer: x.Filer, Closed: x.Closed.UnixMicro()}}
	q.Person, q.keys = householdKeys(r.p, j)
	if q.Person == "" {
		q.Person = id
	}
	cells, missing := r.schema.Generalise(x.values(r.p, j, r.p.Release.Written()))
	q.Cells, q.unknown = cells, len(missing) > 0
	return q
}

// waitingAt lists what can be judged at an instant, with households as all that is kept then shows them.
func waitingAt(queue []*queued, end time.Time) []anonymise.Waiting {
	var ready []*queued
	for _, q := range queue {
		if q.closed.Before(end) {
			ready = append(ready, q)
		}
	}
	homes := newKinship(len(ready))
	for i, q := range ready {
		for _, key := range q.keys {
			homes.meet(i, key)
		}
	}
	var out []anonymise.Waiting
	for i, q := range ready {
		if !q.unknown && !q.judged {
			w := q.Waiting
			w.Household = strconv.Itoa(homes.find(i))
			out = append(out, w)
		}
	}
	return out
}

// closedKeep is how long a closed dossier stays: the shortest of the rules that count from its closing.
func closedKeep(p *procedure.Procedure) (keep workflow.Duration) {
	for _, k := range p.Flow.KeepRules {
		if k.From == "closed" && (keep.IsZero() || k.Period.Compare(keep) < 0) {
			keep = k.Period
		}
	}
	return keep
}

// Rows is how many rows the file of a month holds, the i-th, with all months before.
func (r *Replay) Rows(i int) (n int) {
	for _, c := range r.Cohorts[:i+1] {
		n += c.Len()
	}
	return n
}

// Write writes the workbook that an analyst would have had after the i-th month.
func (r *Replay) Write(w io.Writer, i int, texts *text.Catalogue, lang text.Lang) (err error) {
	defer fault.Wrap(&err, "release.Replay.Write %s", r.Months[i].Format("2006-01"))
	t, err := anonymise.Concat(r.schema, r.Cohorts[:i+1]...)
	if err != nil {
		return err
	}
	return WriteXLSX(w, t, bookLabels(texts, lang, r.p))
}

// Adopt keeps the first n months of a replay as the past of a demonstration's database, which has none of them yet.
func (r *Replay) Adopt(ctx context.Context, s *store.Store, n int) (err error) {
	defer fault.Wrap(&err, "release.Replay.Adopt %s", r.p.ID)
	return s.InTx(ctx, func(tx *store.Tx) error {
		for i, c := range r.Cohorts[:n] {
			rows, err := json.Marshal(c)
			if err != nil {
				return err
			}
			err = tx.Q.ReleaseCohortInsert(ctx, sqlc.ReleaseCohortInsertParams{
				Procedure: r.p.ID, Schema: fingerprint(r.schema), Month: r.Months[i], At: MonthEnd(r.Months[i]).Add(27 * time.Hour), Released: int32(c.Len()), Rows: rows,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}
