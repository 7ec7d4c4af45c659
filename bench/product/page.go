package main

import (
	"context"
	"net/http"
	"path/filepath"
	"time"

	"guichet/bench/figure"
)

// pages measures a step page of a half-done draft beside a page that html/template makes of ready values.
func (l *lab) pages(ctx context.Context) error {
	limit, err := l.startWeblimit(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = limit.stop() }()
	ours, theirs := &side{server: l.program, clients: l.readers(l.program)}, &side{server: limit, clients: plain(limit, l.clients)}
	if l.rival != "" {
		return l.rivals(ctx, ours)
	}
	if err := l.alternate(ctx, theirs, ours); err != nil {
		return err
	}
	figure.AtLeast("step_page_ratio", figure.Median(ratios(ours.rate, theirs.rate)), "limit", 0.7)
	figure.Beside("step_page_cpu", figure.Median(ours.cpu), "µs")
	figure.Beside("step_page_limit_cpu", figure.Median(theirs.cpu), "µs")
	figure.Beside("step_page_db_cpu", figure.Median(ours.db), "µs")
	figure.Beside("step_page_rate", figure.Median(ours.rate), "/s")
	figure.Beside("step_page_limit_rate", figure.Median(theirs.rate), "/s")
	html, _, err := ask(ctx, line(), l.program, http.MethodGet, l.savedStep(l.drafts[0]), "", l.head(l.drafts[0]), http.StatusOK)
	figure.Beside("step_page_size", float64(len(html)), "bytes")
	return err
}

// rivals measures the pages of two builds in turns, to know what a change is worth on a machine whose speed changes by the minute.
func (l *lab) rivals(ctx context.Context, ours *side) error {
	other, err := l.startProgram(ctx, l.rival)
	if err != nil {
		return err
	}
	defer func() { _ = other.stop() }()
	theirs := &side{server: other, clients: l.readers(other)}
	if err := l.alternate(ctx, theirs, ours); err != nil {
		return err
	}
	figure.Beside("step_page_of_rival", figure.Median(ratios(ours.rate, theirs.rate)), "rate")
	figure.Beside("step_page_cpu_of_rival", figure.Median(ratios(ours.cpu, theirs.cpu)), "")
	figure.Beside("step_page_db_cpu_of_rival", figure.Median(ratios(ours.db, theirs.db)), "")
	return nil
}

// readers are clients that each read the step page of drafts of their own.
func (l *lab) readers(of *peer) []act {
	out := make([]act, l.clients)
	c := line()
	for i := range out {
		mine := every(l.drafts, i, l.clients)
		n := 0
		out[i] = func(ctx context.Context) error {
			d := mine[n%len(mine)]
			n++
			_, _, err := ask(ctx, c, of, http.MethodGet, l.savedStep(d), "", l.head(d), http.StatusOK)
			return err
		}
	}
	return out
}

func plain(limit *peer, clients int) []act {
	out := make([]act, clients)
	c := line()
	for i := range out {
		out[i] = func(ctx context.Context) error {
			_, _, err := ask(ctx, c, limit, http.MethodGet, "/page", "", nil, http.StatusOK)
			return err
		}
	}
	return out
}

func (l *lab) startWeblimit(ctx context.Context) (*peer, error) {
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	p, err := launch(addr, nil, filepath.Join(l.tools, "weblimit"), "-addr", addr)
	if err != nil {
		return nil, err
	}
	_, err = p.ready(ctx, "/page", time.Now())
	return p, err
}
