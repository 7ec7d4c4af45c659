package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// progress tells somebody who waits how far something is, every second: on one line of a terminal, elsewhere in lines of a log.
type progress struct {
	out      io.Writer
	terminal bool
	now      func() time.Time
	mu       sync.Mutex
	last     time.Time
}

func newProgress(out io.Writer) *progress {
	return &progress{out: out, terminal: onTerminal(out), now: time.Now, last: time.Now()}
}

// onTerminal reports that somebody watches.
func onTerminal(out io.Writer) bool {
	f, ok := out.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// of gives the function that is told how many of some things are made.
func (p *progress) of(what string) func(done, total int) {
	return func(done, total int) {
		p.mu.Lock()
		defer p.mu.Unlock()
		now := p.now()
		if done < total && now.Sub(p.last) < time.Second {
			return
		}
		p.last = now
		switch {
		case !p.terminal:
			_, _ = fmt.Fprintf(p.out, "  %d of %d %s\n", done, total, what)
		case done < total:
			_, _ = fmt.Fprintf(p.out, "\r  %d of %d %s", done, total, what)
		default:
			_, _ = fmt.Fprintf(p.out, "\r  %d of %d %s\n", done, total, what)
		}
	}
}
