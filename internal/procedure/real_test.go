package procedure_test

import (
	"testing"

	"guichet"
	"guichet/internal/procedure"
)

// The definitions that travel inside the binary are served as they are: none may be refused.
func TestShippedDefinitionsAreAccepted(t *testing.T) {
	c, refused := procedure.Load(guichet.Files)
	for _, r := range refused {
		t.Error(r)
	}
	if c == nil || len(c.All()) == 0 {
		t.Fatal("no procedure")
	}
}
