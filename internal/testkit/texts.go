package testkit

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"guichet/internal/text"
)

// written are the shipped texts, read once: nothing changes them.
var written = sync.OnceValues(func() (*text.Catalogue, error) {
	root, err := Root()
	if err != nil {
		return nil, err
	}
	return text.Load(os.DirFS(filepath.Join(root, "web", "text")))
})

// Texts are the shipped texts, with overrides of t's own.
func Texts(t testing.TB) *text.Catalogue {
	t.Helper()
	c, err := written()
	if err != nil {
		t.Fatal(err)
	}
	return c.Apart()
}
