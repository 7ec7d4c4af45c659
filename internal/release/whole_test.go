package release_test

import "testing"

// whole leaves a test of a whole town, or of a whole search, to the run without the race detector: hundreds of dossiers pass
// one after the other, through code that the raced run sees in smaller worlds.
func whole(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("runs in full without -short")
	}
}
