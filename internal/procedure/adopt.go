package procedure

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"

	"github.com/goccy/go-yaml"

	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/workflow"
)

// packed is a definition as it is stored beside the dossiers that were started with it.
type packed struct {
	Form     []byte `json:"form"`
	Workflow []byte `json:"workflow"`
}

// Source is the definition as stored on first use (design, decision 3); [Catalogue.Adopt] reads it back.
func (p *Procedure) Source() []byte { return p.source }

func pack(fsys fs.FS, stem string) []byte {
	var out packed
	var err error
	if out.Form, err = fs.ReadFile(fsys, "forms/"+stem+".yaml"); err != nil {
		return nil // already refused by who read it first
	}
	if out.Workflow, err = fs.ReadFile(fsys, "workflows/"+stem+".yaml"); err != nil {
		return nil
	}
	raw, _ := json.Marshal(out) // cannot fail: two byte slices
	return raw
}

// ByHash finds the procedure with this content, in force or adopted, or nil.
func (c *Catalogue) ByHash(hash []byte) *Procedure {
	for _, p := range c.All() {
		if bytes.Equal(p.Hash[:], hash) {
			return p
		}
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.older[string(hash)]
}

// Adopt compiles a stored definition, for dossiers that were started with it. It is not checked against today's opinions
// and rows: it was when it was in force.
func (c *Catalogue) Adopt(source []byte) (_ *Procedure, err error) {
	defer fault.Wrap(&err, "procedure.Adopt")
	var src packed
	if err := json.Unmarshal(source, &src); err != nil {
		return nil, err
	}
	f, w := &form.Form{}, &workflow.Workflow{}
	if err := errors.Join(yaml.Unmarshal(src.Form, f), yaml.Unmarshal(src.Workflow, w)); err != nil {
		return nil, err
	}
	p := &Procedure{ID: f.ID, Title: f.Title, Hash: hashOf(f, w), source: source}
	var refused []form.Refusal
	if p.Form, refused = form.Compile(f); p.Form == nil {
		return nil, errors.New(refused[0].String())
	}
	flow, faults := workflow.Compile(w, p.Form)
	if len(faults) > 0 {
		return nil, errors.New(faults[0].Message)
	}
	p.Flow = flow
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.older == nil {
		c.older = map[string]*Procedure{}
	}
	p.Flow.Calendar = c.calendar
	c.older[string(p.Hash[:])] = p
	return p, nil
}
