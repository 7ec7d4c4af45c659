package main

import (
	"io"

	"guichet/internal/document"
)

// runChild is the hidden subcommand by which the program runs itself to parse
// hostile files (document.Workshop). It reads no configuration and has no
// environment. A document.ErrExit it returns is the exit code to end with.
func runChild(args []string, stdin io.Reader, stdout, _ io.Writer) error {
	return document.Child(args, stdin, stdout)
}
