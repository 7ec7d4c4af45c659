// Command product measures the real program against its floors, each pair alternating in one run.
//
// It starts a private PostgreSQL that keeps every commit, fills it with people whose drafts are half done, starts the
// program and the floors beside it as processes of their own, drives them, and prints one line a figure:
//
//	figure NAME VALUE UNIT target TARGET ok|short
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"time"

	"guichet/bench/figure"
)

// plan says how long and how often to measure.
type plan struct {
	tools   string // folder of guichet, floorserver and weblimit
	sql     string // folder of the pgbench scripts
	profile string // file for a CPU profile of the program
	drafts  int
	clients int
	rounds  int
	span    time.Duration // of one side of one round
	starts  int
	pool    int  // connections of the program; 0 leaves its default
	pgbench bool // measure PostgreSQL alone as well
	only    string
	rival   string // another build of the program, whose pages are measured in turns with this one's
}

// The main goroutine stays on the main thread: the kernel ends our children when the thread that started them goes.
func init() { runtime.LockOSThread() }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	p := plan{}
	f := flag.NewFlagSet("product", flag.ContinueOnError)
	f.StringVar(&p.tools, "tools", "", "folder of guichet, floorserver and weblimit")
	f.StringVar(&p.sql, "sql", "bench/pgbench", "folder of the pgbench scripts")
	f.StringVar(&p.profile, "profile", "", "write a CPU profile of the program into this file")
	f.IntVar(&p.drafts, "drafts", 2000, "people, each with a draft")
	f.IntVar(&p.clients, "clients", 32, "clients at once")
	f.IntVar(&p.rounds, "rounds", 7, "alternating rounds")
	f.DurationVar(&p.span, "span", 4*time.Second, "length of one side of one round")
	f.IntVar(&p.starts, "starts", 9, "starts of the program to take the median of")
	f.IntVar(&p.pool, "pool", 32, "connections of the program to PostgreSQL, as many as the floor has; 0 leaves its default")
	f.BoolVar(&p.pgbench, "pgbench", true, "measure PostgreSQL alone as well")
	f.StringVar(&p.only, "only", "starts views saves pages", "what to measure")
	f.StringVar(&p.rival, "rival", "", "another build of guichet: its pages are measured in turns with those of this one")
	if err := f.Parse(args); err != nil {
		return err
	}
	l, err := openLab(ctx, p)
	if err != nil {
		return err
	}
	defer l.close()
	return l.measure(ctx)
}

// measure prints every figure asked for, and at the end how much memory that took.
func (l *lab) measure(ctx context.Context) error {
	for _, x := range []struct {
		name   string
		figure func(context.Context) error
	}{{"starts", l.startTimes}, {"views", l.firstViews}, {"saves", l.saves}, {"pages", l.pages}} {
		if !strings.Contains(l.only, x.name) {
			continue
		}
		if err := x.figure(ctx); err != nil {
			return err
		}
	}
	figure.AtMost("rss_bench", l.program.memory("VmHWM"), "MiB", 200)
	return nil
}
