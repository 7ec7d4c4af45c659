// Command guichet serves a government's online procedures.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"guichet/internal/document"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	if exit, ok := errors.AsType[document.ErrExit](err); ok {
		os.Exit(int(exit))
	}
	if err != nil && !errors.Is(err, errUsage) {
		fmt.Fprintln(os.Stderr, "guichet:", err)
	}
	if err != nil {
		os.Exit(1)
	}
}
