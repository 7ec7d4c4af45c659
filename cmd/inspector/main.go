// Command inspector is the process that looks at hostile files, with nothing of the program beside it: it starts in a tenth of the
// time in which the program fills its tables. The program carries it inside (docs/decisions/inspector-of-its-own.md).
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
