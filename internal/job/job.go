// Package job is work that follows a transaction: enqueued inside it, done after it, tried again until it succeeds.
package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"guichet/internal/fault"
	"guichet/internal/store"
)

// Args names a kind of job and carries ids; answers and names never travel in it.
type Args = river.JobArgs

// Scans is the line of the jobs that put files to the virus scanner: slow ones, many at once after an upload, for which no mail
// shall wait.
const Scans = "scans"

// Exchange is the line of the jobs that send to other systems, which may take long to answer.
const Exchange = "exchange"

// Lined are jobs that stand in a line of their own, with workers of its own.
type Lined interface{ Line() string }

// lineOf is the line in which a job stands.
func lineOf(args Args) string {
	if l, ok := args.(Lined); ok {
		return l.Line()
	}
	return river.QueueDefault
}

// Single are jobs of which no second one with the same arguments is enqueued while the first is still to be done.
type Single interface{ Once() bool }

// Workers are the kinds of job that this program can do.
type Workers struct {
	river  *river.Workers
	direct map[string]func(context.Context, []byte) error
}

// NewWorkers knows no kind of job yet.
func NewWorkers() *Workers {
	return &Workers{river.NewWorkers(), map[string]func(context.Context, []byte) error{}}
}

// Register says how jobs of T's kind are done. fn may run more than once for one job, and must then do no harm.
func Register[T Args](w *Workers, fn func(context.Context, T) error) {
	river.AddWorker(w.river, &worker[T]{do: fn})
	var zero T
	w.direct[zero.Kind()] = func(ctx context.Context, raw []byte) error {
		var args T
		if err := json.Unmarshal(raw, &args); err != nil {
			return err
		}
		return fn(ctx, args)
	}
}

type worker[T Args] struct {
	river.WorkerDefaults[T]
	do func(context.Context, T) error
}

func (w *worker[T]) Work(ctx context.Context, j *river.Job[T]) error { return w.do(ctx, j.Args) }

var inserter, _ = river.NewClient(riverpgxv5.New(nil), &river.Config{Schema: store.JobSchema})

// Insert enqueues a job in the transaction: it exists if and only if the transaction commits, and is begun at once. No time is
// given with it: a job with one, be it past, waits for the next round of the scheduler, five seconds long.
func Insert(ctx context.Context, tx *store.Tx, args Args) (err error) {
	defer fault.Wrap(&err, "job.Insert %s", args.Kind())
	opts := &river.InsertOpts{Queue: lineOf(args)}
	if s, ok := args.(Single); ok && s.Once() {
		opts.UniqueOpts = river.UniqueOpts{ByArgs: true, ByState: unended}
	}
	_, err = inserter.InsertTx(ctx, tx.PGX(), args, opts)
	return err
}

// Later, returned by what does a job, has it done again after d, however often: what it needs is not there yet.
func Later(d time.Duration) error { return river.JobSnooze(d) }

// Every is a job made by the clock.
type Every struct {
	Period time.Duration
	Args   Args
}

// The longest that a job may run, and when one that runs still is given to another worker: its server is gone.
const (
	longest = 10 * time.Minute
	lost    = longest + time.Minute
)

// Queue works off the jobs.
type Queue struct{ client *river.Client[pgx.Tx] }

// unended are the states of a job that is still to be done. One that failed and is to be tried again keeps no other back: the
// clock may well be sooner.
var unended = []rivertype.JobState{rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning, rivertype.JobStateScheduled}

// once has a job of the clock made only when the one before has ended, whatever server made it. One that comes again soon is
// not tried often: it would be at it twice.
func (e Every) once() *river.InsertOpts {
	opts := &river.InsertOpts{Queue: lineOf(e.Args), UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: unended}}
	if e.Period <= time.Hour {
		opts.MaxAttempts = 3
	}
	return opts
}

// NewQueue makes a queue of at most four workers at once, two that scan and two that send to other systems; periodic jobs are made by one elected server, and
// no more than one of a kind at once.
func NewQueue(s *store.Store, w *Workers, log *slog.Logger, periodic []Every) (_ *Queue, err error) {
	defer fault.Wrap(&err, "job.NewQueue")
	var ps []*river.PeriodicJob
	for _, e := range periodic {
		ps = append(ps, river.NewPeriodicJob(river.PeriodicInterval(e.Period),
			func() (river.JobArgs, *river.InsertOpts) { return e.Args, e.once() }, &river.PeriodicJobOpts{RunOnStart: true}))
	}
	c, err := river.NewClient(riverpgxv5.New(s.Pool()), &river.Config{
		Schema:               store.JobSchema,
		Queues:               map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 4}, Scans: {MaxWorkers: 2}, Exchange: {MaxWorkers: 2}},
		Workers:              w.river,
		PeriodicJobs:         ps,
		Logger:               slog.New(chatter{log.Handler()}),
		ErrorHandler:         quiet{log},
		FetchCooldown:        20 * time.Millisecond,
		ReindexerIndexNames:  []string{}, // it takes the owner of the tables; finished jobs are few and go within a day
		JobTimeout:           longest,
		RescueStuckJobsAfter: lost,
	})
	return &Queue{c}, err
}

// Start begins working until ctx ends or Stop is called.
func (q *Queue) Start(ctx context.Context) error { return q.client.Start(ctx) }

// Stop lets running jobs finish.
func (q *Queue) Stop(ctx context.Context) error { return q.client.Stop(ctx) }

// quiet logs the kind and the fault of a failed job, and nothing it carried.
type quiet struct{ log *slog.Logger }

func (h quiet) HandleError(ctx context.Context, j *jobRow, err error) *river.ErrorHandlerResult {
	h.log.ErrorContext(ctx, "job failed", "job", j.Kind, "attempt", j.Attempt, "error", err.Error())
	return nil
}

func (h quiet) HandlePanic(ctx context.Context, j *jobRow, v any, _ string) *river.ErrorHandlerResult {
	h.log.ErrorContext(ctx, "job panicked", "job", j.Kind, "attempt", j.Attempt, "error", fmt.Sprintf("%T", v))
	return nil
}

// Drain does every job that is due, and those they enqueue, in order, at once: for tests and for one-shot commands.
func Drain(ctx context.Context, s *store.Store, w *Workers) (err error) {
	defer fault.Wrap(&err, "job.Drain")
	for {
		jobs, err := s.Q().JobsDue(ctx, s.Now())
		if err != nil || len(jobs) == 0 {
			return err
		}
		for _, j := range jobs {
			do, ok := w.direct[j.Kind]
			if !ok {
				return fmt.Errorf("no worker for %s", j.Kind)
			}
			if derr := do(ctx, j.Args); derr != nil {
				return errors.Join(fmt.Errorf("job %s", j.Kind), derr)
			}
			if err := s.InTx(ctx, func(tx *store.Tx) error { return tx.Q.JobDone(ctx, j.ID) }); err != nil {
				return err
			}
		}
	}
}

type jobRow = rivertype.JobRow
