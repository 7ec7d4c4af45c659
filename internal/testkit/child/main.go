// Command child is the process that looks at hostile files with nothing of the program beside it: tests start it thousands of
// times, and the program fills tables for a tenth of a second each time it starts.
package main

import (
	"errors"
	"os"

	"guichet/internal/document"
)

func main() {
	if len(os.Args) < 2 {
		os.Exit(2)
	}
	err := document.Child(os.Args[2:], os.Stdin, os.Stdout)
	if exit, ok := errors.AsType[document.ErrExit](err); ok {
		os.Exit(int(exit))
	}
	if err != nil {
		os.Exit(1)
	}
}
