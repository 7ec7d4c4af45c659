package main

import (
	"context"
	"slices"
	"sync"
	"time"

	"guichet/bench/figure"
)

// act is the n-th thing that client c asks for.
type act func(ctx context.Context, c, n int) error

// side is one of two that are compared: of each of its rounds the quantiles, and the processor time of an act, in ms.
type side struct{ middles, tails, work []float64 }

func (s side) p50() float64       { return figure.Median(s.middles) }
func (s side) p95() float64       { return figure.Median(s.tails) }
func (s side) processor() float64 { return figure.Median(s.work) }

// alternate drives two acts in turn, after a short round that does not count.
func (h *house) alternate(ctx context.Context, bare, ours act) (a, b side, err error) {
	for i := range h.rounds + 1 {
		for _, x := range []struct {
			do   act
			into *side
		}{{bare, &a}, {ours, &b}} {
			span := h.span
			if i == 0 {
				span = min(span, time.Second)
			}
			busy := h.busy()
			took, err := h.drive(ctx, x.do, span)
			if err != nil {
				return a, b, err
			}
			if n := len(took); i > 0 {
				x.into.middles, x.into.tails = append(x.into.middles, took[n/2]), append(x.into.tails, took[n*95/100])
				x.into.work = append(x.into.work, (h.busy()-busy)/float64(n))
			}
		}
	}
	return a, b, nil
}

// drive lets every client act again and again for span; what each act took, in ms, sorted. The first error ends it.
func (h *house) drive(ctx context.Context, do act, span time.Duration) ([]float64, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	took := make([][]float64, h.clients)
	end := time.Now().Add(span) //nolint:forbidigo // it measures
	var all sync.WaitGroup
	for c := range h.clients {
		all.Go(func() {
			for n, at := 0, time.Now(); at.Before(end) && ctx.Err() == nil; n++ { //nolint:forbidigo // it measures
				if err := do(ctx, c, n); err != nil {
					cancel(err)
					return
				}
				now := time.Now() //nolint:forbidigo // it measures
				took[c] = append(took[c], now.Sub(at).Seconds()*1000)
				at = now
			}
		})
	}
	all.Wait()
	return slices.Sorted(slices.Values(slices.Concat(took...))), context.Cause(ctx)
}
