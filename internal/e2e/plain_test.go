package e2e

import (
	"testing"

	"guichet/internal/testkit"
)

// Everything works where the pages' scripts never run.
func TestPathWithoutScript(t *testing.T) {
	h := open(t)
	p := testkit.PersonaNamed(t, "tenant")
	tab := h.browse(mouse{script: false})
	id := tab.register(p)
	tab.fillAll(id, p)
	tab.sendAll(id)
}

// Everything can be done by Tab, Space, Enter, arrows and letters.
func TestPathByKeyboard(t *testing.T) {
	h := open(t)
	p := testkit.PersonaNamed(t, "tenant")
	tab := h.browse(keyboard{})
	id := tab.register(p)
	tab.fillAll(id, p)
	tab.sendAll(id)
}
