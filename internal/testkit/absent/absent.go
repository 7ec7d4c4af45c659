// Package absent is what a test says of a part that this machine lacks: a loud skip at home, a failure in CI.
package absent

import (
	"os"
	"testing"
)

// Skip skips t because what is not installed, and fails it where CI is set: there everything is.
func Skip(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is not installed", what)
	}
	t.Skipf("SKIPPED, THIS PROVES NOTHING: %s is not installed", what)
}
