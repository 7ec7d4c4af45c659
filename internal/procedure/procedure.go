// Package procedure puts a form and a workflow under one content hash, and refuses, with line and remedy, what must not be served.
package procedure

import (
	"io/fs"
	"sync"
	"sync/atomic"

	"guichet/internal/form"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// Procedure is one online procedure, compiled. It is immutable and safe to share.
type Procedure struct {
	ID         string
	Title      text.Words
	Form       *form.Compiled
	Flow       *workflow.Compiled
	Release    *ReleaseSchema // nil: nothing of this procedure is ever released
	Questions  []Question     // tables that may be asked for
	Statistics *Statistics    // nil: no month of this procedure is counted
	Editable   Editable       // what may be set on the configuration screens, as the files have it
	Hash       [32]byte       // of what a dossier depends on, see [hashOf]

	source []byte
}

// Catalogue holds the procedures served, in alphabetical order of their ids.
type Catalogue struct {
	fsys    fs.FS
	written []*Procedure                 // as the files have them
	now     atomic.Pointer[[]*Procedure] // with what was set on them
	days    string                       // the closed days, as their file has them

	mu       sync.RWMutex
	calendar *workflow.Calendar
	older    map[string]*Procedure // definitions that live dossiers were started with, by hash
	tried    map[string]trial      // by procedure
}

// All lists the procedures in force.
func (c *Catalogue) All() []*Procedure { return *c.now.Load() }

// Get finds a procedure by id, or nil.
func (c *Catalogue) Get(id string) *Procedure {
	for _, p := range c.All() {
		if p.ID == id {
			return p
		}
	}
	return nil
}
