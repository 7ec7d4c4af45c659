package testkit

import "testing"

// Whole leaves a test of a whole town, or minutes of attacks, to the run without the race detector, which is the one without -short:
// hundreds of dossiers pass one after the other, through code that the raced run sees in smaller worlds.
func Whole(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("runs in full without -short")
	}
}
