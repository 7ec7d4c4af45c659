package main

import (
	"context"
	"time"

	"guichet/bench/figure"
)

// settle is how long a program that does nothing is left alone before its memory is read.
const settle = 2 * time.Second

// startTimes measures from the program's exec to its first page, and its memory when nobody asks anything.
func (l *lab) startTimes(ctx context.Context) error {
	took := []float64{float64(l.program.took.Milliseconds())}
	for len(took) < l.starts {
		p, err := l.startProgram(ctx, l.build())
		if err != nil {
			return err
		}
		took = append(took, float64(p.took.Milliseconds()))
		if err := p.stop(); err != nil {
			return err
		}
	}
	figure.AtMost("start_to_first_page", figure.Median(took), "ms", 300)
	select {
	case <-time.After(settle):
	case <-ctx.Done():
		return ctx.Err()
	}
	figure.AtMost("rss_idle", l.program.memory("VmRSS"), "MiB", 60)
	return nil
}
