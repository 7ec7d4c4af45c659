package workflow

import "slices"

// What of a document leaves.
const (
	ByReference = "reference"
	ByContent   = "content"
)

// Connector finds a connector by id, or nil.
func (c *Compiled) Connector(id string) *Connector {
	i := slices.IndexFunc(c.Connectors, func(k Connector) bool { return k.ID == id })
	if i < 0 {
		return nil
	}
	return &c.Connectors[i]
}

// Pushes lists the connectors that some move hands dossiers to, in file order (RP-168).
func (c *Compiled) Pushes() []*Connector {
	var out []*Connector
	for i := range c.Connectors {
		k := &c.Connectors[i]
		if slices.ContainsFunc(c.Workflow.Moves, func(m *Move) bool {
			return slices.ContainsFunc(m.Do, func(e Effect) bool { return e.Push == k.ID })
		}) {
			out = append(out, k)
		}
	}
	return out
}

// checkConnector checks what is said of a dossier's leaving; the fields are held to the form by the procedure.
func (c *Compiled) checkConnector(r *refusals, path string, k Connector) {
	if k.Of != "" {
		r.oneOf(path+".of", "whose accounts", k.Of, []string{"agents", "people"})
	}
	if k.Kind != "push" {
		if len(k.Fields)+len(k.States) > 0 || k.Documents != "" {
			r.add(path, "remove fields, documents and states, or write `kind: push`", "nothing is handed to the connector %q", k.ID)
		}
		return
	}
	if k.Documents != "" {
		r.oneOf(path+".documents", "way for documents to leave", k.Documents, []string{ByReference, ByContent})
	}
	r.allOf(path+".states", "state", k.States, names(c.states))
	for _, id := range k.States {
		if s := c.states[id]; s != nil && s.Kind == "draft" {
			r.add(path+".states", "name states after submission", "a draft never leaves")
		}
	}
}
