package stage_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guichet/internal/testkit/stage"
)

func TestStories(t *testing.T) {
	paths, err := filepath.Glob("../stories/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			script, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			stage.Tell(t, script)
		})
	}
}
