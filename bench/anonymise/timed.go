package main

import (
	"syscall"
	"time"

	"guichet/bench/figure"
)

// timed runs something several times, after once to warm up, and gives the median of its milliseconds.
func timed(rounds int, work func() error) (float64, error) {
	if err := work(); err != nil {
		return 0, err
	}
	var list []float64
	for range rounds {
		begin := time.Now()
		if err := work(); err != nil {
			return 0, err
		}
		list = append(list, milliseconds(time.Since(begin)))
	}
	return figure.Median(list), nil
}

// processor is the time this process has kept processors busy, in milliseconds: on a busy machine it says more.
func processor() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e6
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
