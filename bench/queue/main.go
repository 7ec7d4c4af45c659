// Command queue measures the agents' queue and search over many dossiers, each beside the bare query that a page cannot do
// without, in turns: figure queue_page_p95 and search_p95.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"runtime/pprof"
	"syscall"
	"time"

	"guichet/bench/figure"
)

// plan says how many dossiers there are, and how long and often to measure.
type plan struct {
	dossiers int
	clients  int
	rounds   int
	span     time.Duration // of one side of one round
	profile  string        // file for a CPU profile of the queue's pages
}

func main() {
	p := plan{}
	flag.IntVar(&p.dossiers, "dossiers", 1_000_000, "filed dossiers, one in ten at work")
	flag.IntVar(&p.clients, "clients", 8, "clients at once")
	flag.IntVar(&p.rounds, "rounds", 5, "alternating rounds")
	flag.DurationVar(&p.span, "span", 3*time.Second, "length of one side of one round")
	flag.StringVar(&p.profile, "profile", "", "write a CPU profile of the pages into this `file`, and measure nothing else")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := measure(ctx, p)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "queue:", err)
		os.Exit(1)
	}
}

func measure(ctx context.Context, p plan) (err error) {
	debug.SetGCPercent(300) // as the program does
	h, err := open(ctx, p)
	if err != nil {
		return err
	}
	defer h.close()
	figure.Beside("queue_dossiers", float64(p.dossiers), "filed")
	figure.Beside("queue_seeded", h.seeded.Seconds(), "s")
	if p.profile != "" {
		return h.profiled(ctx)
	}
	bare, page, err := h.alternate(ctx, h.bareQueue, h.queuePage)
	if err != nil {
		return err
	}
	figure.AtMost("queue_page_p95", page.p95(), "ms", 3*bare.p95()+5)
	figure.Beside("queue_page_p50", page.p50(), "ms")
	figure.Beside("queue_page_processor", page.processor(), "ms")
	figure.Beside("queue_bare_p95", bare.p95(), "ms")
	figure.Beside("queue_bare_processor", bare.processor(), "ms")
	bare, search, err := h.alternate(ctx, h.bareSearch, h.search)
	if err != nil {
		return err
	}
	figure.AtMost("search_p95", search.p95(), "ms", 2*bare.p95())
	figure.Beside("search_processor", search.processor(), "ms")
	figure.Beside("search_bare_p95", bare.p95(), "ms")
	figure.Beside("search_bare_processor", bare.processor(), "ms")
	_, whole, err := h.alternate(ctx, h.bareSearch, h.searchPage)
	if err != nil {
		return err
	}
	figure.Beside("search_page_p95", whole.p95(), "ms")
	return nil
}

// profiled drives the pages alone, under the profiler.
func (h *house) profiled(ctx context.Context) (err error) {
	f, err := os.Create(h.profile)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := pprof.StartCPUProfile(f); err != nil {
		return err
	}
	defer pprof.StopCPUProfile()
	ours, theirs := own(), h.database()
	took, err := h.drive(ctx, h.queuePage, time.Duration(h.rounds)*h.span)
	if err == nil {
		figure.Beside("queue_page_processor_own", (own()-ours)/float64(len(took)), "ms, the clients' part with it")
		figure.Beside("queue_page_processor_db", (h.database()-theirs)/float64(len(took)), "ms")
	}
	return err
}
