package main

import (
	"errors"
	"os"
	"runtime/pprof"
)

// profile writes into a file what the processor does until stop is called: names of functions, nobody's answers. Without a
// file nothing is written.
func profile(file string) (stop func() error, err error) {
	if file == "" {
		return func() error { return nil }, nil
	}
	f, err := os.Create(file)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() error {
		pprof.StopCPUProfile()
		return f.Close()
	}, nil
}
