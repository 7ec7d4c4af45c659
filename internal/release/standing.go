package release

import (
	"context"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/procedure"
)

// Standing tells an analyst what may be had, without a figure that is not in a file, or that is finer than k.
type Standing struct {
	Procedure *procedure.Procedure
	Through   time.Time // last month frozen; zero = none yet
	Rows      int
	Cohorts   int
	Offers    []Offer // what can be asked for
	Year      Year
	Misses    []Miss // of the last freeze: for who designs the schema
	Slip      Slip   // with a key where months are judged by another version than one must think
	Late      bool   // the last month that is over was not frozen, though it is over for days
}

// Offer is a version of which rows are frozen.
type Offer struct {
	ID      string
	Name    string
	Number  int
	Rows    int
	Through time.Time
	Rules   *procedure.Procedure // with the version as its schema: what is promised of its file
}

// Year is how much of what was judged in the last twelve months was released (P11). What is not known finer than k is not
// told: Share is rounded to whole hundredths, and reckoned from the rounded number.
type Year struct {
	Judged bool // anything was
	Share  float64
	Fewer  bool // fewer than k were held back
}

// Miss is a column whose hierarchy did not know what some dossiers brought; About is rounded to k, 0 for fewer than k.
type Miss struct {
	Column string
	About  int
}

// Standing looks at the frozen cohorts of a procedure.
func (h *House) Standing(ctx context.Context, a access.Actor, id string) (s Standing, err error) {
	defer fault.Wrap(&err, "release.Standing %s", id)
	p, err := h.allowed(a, id)
	if err != nil {
		return s, err
	}
	all, slip, err := h.delivered(ctx, p)
	if err != nil {
		return s, err
	}
	s.Procedure, s.Slip = p, slip
	if v, err := inForce(p.ID, all); err == nil {
		s.Procedure = v.p
	}
	year := yearCount{k: s.Procedure.Release.K, since: LastMonth(h.Store.Now()).AddDate(0, -11, 0)}
	for _, v := range current(all) {
		f, err := h.frozen(ctx, p, all, v, h.Store.Now())
		if err != nil {
			return s, err
		}
		if n := f.table.Len(); n > 0 {
			s.Offers = append(s.Offers, Offer{v.row.PublicID, v.row.Name, int(v.row.Version), n, f.through(), v.p})
		}
		if v.row.Name == p.ID {
			s.add(f)
			year.add(f)
		}
	}
	s.Year = year.rounded()
	if s.Late, err = h.late(ctx, p); err != nil {
		return s, err
	}
	s.Misses, err = h.misses(ctx, p)
	return s, err
}

// patience is how long after its end a month may be unfrozen before somebody should look: the freeze is tried every day.
const patience = 48 * time.Hour

// late reports that no freeze came of the last month that is over: every run of the night failed, or none was made. A house
// that has frozen nothing yet is late when a dossier waits.
func (h *House) late(ctx context.Context, p *procedure.Procedure) (bool, error) {
	now := h.Store.Now()
	over := LastMonth(now)
	if now.Before(MonthEnd(over).Add(patience)) {
		return false, nil
	}
	frozen, err := h.Store.Q().ReleaseLastMonth(ctx, p.ID)
	if fault.Of(err) != fault.NotFound {
		return frozen.Before(over), err
	}
	first, err := h.Store.Q().DossierFirstClosed(ctx, p.ID)
	if fault.Of(err) == fault.NotFound {
		return false, nil
	}
	return err == nil && first.Before(MonthEnd(over)), err
}

func (s *Standing) add(f frozen) {
	s.Rows += f.table.Len()
	s.Cohorts += len(f.cohorts)
	if t := f.through(); t.After(s.Through) {
		s.Through = t
	}
}

type yearCount struct {
	k, written, held int
	since            time.Time
}

func (y *yearCount) add(f frozen) {
	for i, c := range f.cohorts {
		if !f.months[i].Before(y.since) {
			y.written += c.Len()
			y.held += c.HeldBack()
		}
	}
}

func (y *yearCount) rounded() Year {
	about := roundTo(y.held, y.k)
	out := Year{Judged: y.written+y.held > 0, Fewer: y.held > 0 && about == 0}
	if y.written > 0 {
		out.Share = float64(int(float64(y.written)/float64(y.written+about)*100+0.5)) / 100
	}
	return out
}

// roundTo is n to the nearest multiple of k; 0 where it is under k.
func roundTo(n, k int) int {
	if n < k {
		return 0
	}
	return (n + k/2) / k * k
}

func (h *House) misses(ctx context.Context, p *procedure.Procedure) ([]Miss, error) {
	rows, err := h.Store.Q().ReleaseMisses(ctx, p.ID)
	var out []Miss
	for _, r := range rows {
		out = append(out, Miss{r.Col, roundTo(int(r.Count), p.Release.K)})
	}
	return out, err
}
