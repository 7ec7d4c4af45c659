package main

import (
	"context"
	"time"
)

// settle is how long a program that does nothing is left alone before its memory is read.
const settle = 2 * time.Second

// startTimes measures from the program's exec to its first page, and its memory when nobody asks anything.
func (l *lab) startTimes(ctx context.Context) error {
	took := []float64{float64(l.program.took.Milliseconds())}
	for len(took) < l.starts {
		p, err := l.startProgram(ctx)
		if err != nil {
			return err
		}
		took = append(took, float64(p.took.Milliseconds()))
		if err := p.stop(); err != nil {
			return err
		}
	}
	atMost("start_to_first_page", median(took), "ms", 300)
	select {
	case <-time.After(settle):
	case <-ctx.Done():
		return ctx.Err()
	}
	atMost("rss_idle", l.program.memory("VmRSS"), "MiB", 60)
	return nil
}
