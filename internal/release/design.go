package release

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"guichet/internal/access"
	"guichet/internal/design"
	"guichet/internal/fault"
	"guichet/internal/procedure"
)

// Bench is where an analyst tries the levels of a schema before proposing them: on the made-up stream of the house, never on
// a dossier. What was tried is kept in memory by the content of the schema; one stream is tried at a time.
type Bench struct {
	House *House

	mu   sync.Mutex
	runs []*bout // the last few, newest last
	turn sync.Mutex
}

const (
	mostRuns    = 3
	mostVectors = 20_000 // tried at most
	longestRun  = 10 * time.Minute
)

// bout is one schema on its stream: the trade-off, once it is there.
type bout struct {
	key         [32]byte
	p           *procedure.Procedure
	done, total atomic.Int64
	ended       chan struct{} // closed at the end; then the rest is set
	stream      *design.Stream
	months      []time.Time
	points      []design.Figures
	err         error
}

// Design is what is known of the trade-off of a schema.
type Design struct {
	Procedure   *procedure.Procedure // with the version in force as its schema
	Next        int                  // number of the next version
	names       map[string]int       // of each schema, the number of its next version
	Ready       bool                 // otherwise it is being computed
	Done, Total int                  // vectors tried, of how many; 0 while the stream is made up
	Points      []design.Figures     // no other vector beats them; by rising loss
	Current     design.Figures       // the version in force
	Months      []time.Time          // of the stream, first days
	Misses      []Miss               // columns whose hierarchy did not know what dossiers brought at the last freeze
	Slip        Slip                 // with a key where months are judged by another version than one must think
	run         *bout
}

// Design gives the trade-off of the version in force to who may export, once it is there, or after some time how far it is.
// Errors: NotFound to anybody else; Unavailable release.no_stream, where there is nothing made up to try it on.
func (b *Bench) Design(ctx context.Context, a access.Actor, id string, wait time.Duration) (_ *Design, err error) {
	defer fault.Wrap(&err, "release.Bench.Design %s", id)
	h := b.House
	p, err := h.allowed(a, id)
	if err != nil {
		return nil, err
	}
	if h.Stream == nil {
		return nil, fault.New(fault.Unavailable, "release.no_stream")
	}
	all, slip, err := h.delivered(ctx, p)
	if err != nil {
		return nil, err
	}
	v, err := inForce(p.ID, all)
	if err != nil {
		return nil, err
	}
	names := next(all)
	d := &Design{Procedure: v.p, Slip: slip, Next: names[p.ID], names: names, run: b.run(v.p)}
	if d.Misses, err = h.misses(ctx, p); err != nil {
		return nil, err
	}
	patience := time.NewTimer(wait)
	defer patience.Stop()
	select {
	case <-d.run.ended:
		return d, d.read()
	case <-patience.C:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	d.Done, d.Total = int(d.run.done.Load()), int(d.run.total.Load())
	return d, nil
}

// next numbers the next version of each schema.
func next(all []version) map[string]int {
	out := map[string]int{}
	for _, v := range all {
		out[v.row.Name] = max(out[v.row.Name], int(v.row.Version)+1)
	}
	return out
}

func (d *Design) read() (err error) {
	if d.run.err != nil {
		return d.run.err
	}
	d.Ready, d.Points, d.Months = true, d.run.points, d.run.months
	d.Current, _, err = d.run.stream.Try(levelsOf(d.Procedure.Release))
	return err
}

func levelsOf(s *procedure.ReleaseSchema) []int {
	out := make([]int, len(s.Columns))
	for i, c := range s.Columns {
		out[i] = c.Level
	}
	return out
}

// run finds what is tried already, or begins. A trial outlives the page that asked for it, for the next one to show.
func (b *Bench) run(p *procedure.Procedure) *bout {
	key := contentOf(p)
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, r := range b.runs {
		if r.key == key {
			return r
		}
	}
	r := &bout{key: key, p: p, ended: make(chan struct{})}
	b.runs = append(b.runs, r)
	if len(b.runs) > mostRuns {
		b.runs = b.runs[1:]
	}
	go b.try(r)
	return r
}

// contentOf is the SHA-256 of all that the trade-off follows from: the form, and the schema but for its levels.
func contentOf(p *procedure.Procedure) [32]byte {
	s := at(p.Release, make([]int, len(p.Release.Columns)), 0, "")
	s.Release = "" // a second schema is tried with the first
	s.Hash, s.Source = [32]byte{}, nil
	text, err := json.Marshal(s)
	if err != nil {
		panic(err) //nolint:forbidigo // texts, numbers and lists of them
	}
	return sha256.Sum256(append(text, p.Hash[:]...))
}

// try makes up the stream and goes through the vectors. What failed is forgotten, so that it can be tried again.
func (b *Bench) try(r *bout) {
	b.turn.Lock()
	defer b.turn.Unlock()
	ctx, stop := context.WithTimeout(context.Background(), longestRun)
	defer stop()
	r.err = r.compute(ctx, b.House)
	close(r.ended)
	if r.err != nil {
		b.mu.Lock()
		b.runs = slices.DeleteFunc(b.runs, func(x *bout) bool { return x == r })
		b.mu.Unlock()
	}
}

func (r *bout) compute(ctx context.Context, h *House) (err error) {
	past, err := h.Stream(ctx, r.p)
	if err != nil {
		return err
	}
	r.stream, r.months, r.points, err = tradeOff(ctx, r.p, past, func(done, total int) {
		r.total.Store(int64(total))
		r.done.Store(max(r.done.Load(), int64(done)))
	})
	return err
}

// TradeOff tries the levels of a procedure's release schema on a made-up stream, and gives those that no other vector beats,
// with the schema's own. The same stream gives the same.
func TradeOff(ctx context.Context, p *procedure.Procedure, past []Past, tell func(done, total int)) (points []design.Figures, own design.Figures, err error) {
	defer fault.Wrap(&err, "release.TradeOff %s", p.ID)
	s, _, points, err := tradeOff(ctx, p, past, tell)
	if err != nil {
		return nil, design.Figures{}, err
	}
	own, _, err = s.Try(levelsOf(p.Release))
	return points, own, err
}

func tradeOff(ctx context.Context, p *procedure.Procedure, past []Past, tell func(done, total int)) (*design.Stream, []time.Time, []design.Figures, error) {
	s, months, err := designStream(p, past)
	if err != nil {
		return nil, nil, nil, err
	}
	points, err := s.Frontier(ctx, design.Search{Starts: [][]int{levelsOf(p.Release)}, Most: mostVectors, Tell: tell})
	return s, months, points, err
}
