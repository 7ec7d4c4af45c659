package backoffice

import "guichet/internal/web"

// Register lays out the agents' door.
func Register(d *web.Door, x Deps) {
	b := &desk{x}
	_ = b
}
