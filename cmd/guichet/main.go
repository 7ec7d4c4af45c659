// Command guichet serves a government's online procedures.
package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"

	"guichet/internal/document"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	args, way := os.Args[1:], false
	if len(args) > 0 && args[0] != "child" {
		args, way = verbose(args)
	}
	err := run(ctx, args, os.Stdin, os.Stdout, os.Stderr)
	stop()
	if exit, ok := errors.AsType[document.ErrExit](err); ok {
		os.Exit(int(exit))
	}
	if err != nil {
		say(os.Stderr, err, way)
		os.Exit(1)
	}
}
