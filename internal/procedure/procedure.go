// Package procedure puts a form and a workflow under one content hash, and refuses, with line and remedy, what must not be served.
package procedure

import (
	"sync"

	"guichet/internal/form"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// Procedure is one online procedure, compiled. It is immutable and safe to share.
type Procedure struct {
	ID        string
	Title     text.Words
	Form      *form.Compiled
	Flow      *workflow.Compiled
	Release   *ReleaseSchema // nil: nothing of this procedure is ever released
	Questions []Question     // tables that may be asked for
	Hash      [32]byte       // of what a dossier depends on, see [hashOf]

	source []byte
}

// Catalogue holds the procedures served, in alphabetical order of their ids.
type Catalogue struct {
	all []*Procedure

	mu    sync.RWMutex
	older map[string]*Procedure // definitions that live dossiers were started with, by hash
}

// All lists the procedures.
func (c *Catalogue) All() []*Procedure { return c.all }

// Get finds a procedure by id, or nil.
func (c *Catalogue) Get(id string) *Procedure {
	for _, p := range c.all {
		if p.ID == id {
			return p
		}
	}
	return nil
}
