// Command upload measures what it costs to send a file of 10 MB, from the first byte of the request to the answer, beside the
// hashing, sealing and writing that nothing can do without, in turns: figure upload_ratio. And how much memory the server
// takes for each of many that come at once: figure upload_memory.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"guichet/bench/figure"
)

// plan says with which program, how often and how many at once.
type plan struct {
	program string
	rounds  int
	files   int // of one side of one round
	clients int
}

func main() {
	p := plan{}
	flag.StringVar(&p.program, "program", "bin/guichet", "the program to measure")
	flag.IntVar(&p.rounds, "rounds", 7, "alternating rounds")
	flag.IntVar(&p.files, "files", 8, "files of one side of one round")
	flag.IntVar(&p.clients, "clients", 32, "files that come at once")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := measure(ctx, p)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "upload:", err)
		os.Exit(1)
	}
}

func measure(ctx context.Context, p plan) error {
	h, err := open(ctx, p)
	if err != nil {
		return err
	}
	defer h.close()
	if _, err := h.post(ctx); err != nil { // unpacks the process that looks at files
		return err
	}
	each, err := h.memory(ctx)
	if err != nil {
		return err
	}
	var bare, whole, pieces []float64
	for range p.rounds {
		for _, side := range []struct {
			ms *[]float64
			do func(context.Context) (float64, error)
		}{{&bare, h.bare}, {&whole, h.post}, {&pieces, h.pieces}} {
			for range p.files {
				ms, err := side.do(ctx)
				if err != nil {
					return err
				}
				*side.ms = append(*side.ms, ms)
			}
		}
	}
	figure.AtLeast("upload_ratio", figure.Median(bare)/figure.Median(whole), "of bare", 0.40)
	figure.Beside("upload_10MB", figure.Median(whole), "ms")
	figure.Beside("upload_10MB_bare", figure.Median(bare), "ms")
	figure.Beside("upload_10MB_in_pieces", figure.Median(pieces), "ms")
	figure.AtMost("upload_memory", each, "MB", 1)
	return nil
}
