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

// side is one of two that are compared: the quantiles of its rounds, in ms.
type side struct{ middles, tails []float64 }

func (s side) p50() float64 { return figure.Median(s.middles) }
func (s side) p95() float64 { return figure.Median(s.tails) }

// alternate drives two acts in turn, after a short round that does not count.
func (p plan) alternate(ctx context.Context, bare, ours act) (a, b side, err error) {
	for i := range p.rounds + 1 {
		for _, x := range []struct {
			do   act
			into *side
		}{{bare, &a}, {ours, &b}} {
			span := p.span
			if i == 0 {
				span = min(span, time.Second)
			}
			took, err := p.drive(ctx, x.do, span)
			if err != nil {
				return a, b, err
			}
			if n := len(took); i > 0 {
				x.into.middles, x.into.tails = append(x.into.middles, took[n/2]), append(x.into.tails, took[n*95/100])
			}
		}
	}
	return a, b, nil
}

// drive lets every client act again and again for span; what each act took, in ms, sorted. The first error ends it.
func (p plan) drive(ctx context.Context, do act, span time.Duration) ([]float64, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	took := make([][]float64, p.clients)
	end := time.Now().Add(span)
	var all sync.WaitGroup
	for c := range p.clients {
		all.Go(func() {
			for n, at := 0, time.Now(); at.Before(end) && ctx.Err() == nil; n++ {
				if err := do(ctx, c, n); err != nil {
					cancel(err)
					return
				}
				now := time.Now()
				took[c] = append(took[c], now.Sub(at).Seconds()*1000)
				at = now
			}
		})
	}
	all.Wait()
	return slices.Sorted(slices.Values(slices.Concat(took...))), context.Cause(ctx)
}
