package testkit

import (
	"os"
	"testing"

	"guichet/internal/document"
)

// childArgument makes a test binary play the process that looks at hostile files, as the program does with itself.
const childArgument = "child"

// Main is for the TestMain of tests that attach files: it plays the child when the workshop calls, and runs the tests
// otherwise.
func Main(m *testing.M) {
	if len(os.Args) < 2 || os.Args[1] != childArgument {
		os.Exit(m.Run())
	}
	if err := document.Child(os.Args[2:], os.Stdin, os.Stdout); err != nil {
		os.Exit(1)
	}
	os.Exit(0)
}

// ProgramEnv names a program that plays the child, which make test builds from cmd/inspector: it starts in a
// hundredth of a second, and a test binary in several tenths.
const ProgramEnv = "GUICHET_TEST_CHILD"

// Workshop looks at files by running the program, or where it is not named this test binary, whose TestMain must call [Main].
func Workshop() *document.Workshop {
	if program := os.Getenv(ProgramEnv); program != "" {
		return document.NewWorkshop(program, childArgument)
	}
	return document.NewWorkshop("/proc/self/exe", childArgument)
}
