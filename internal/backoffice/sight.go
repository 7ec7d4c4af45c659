package backoffice

import (
	"cmp"
	"slices"
	"strings"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/form"
	"guichet/internal/procedure"
	"guichet/internal/workflow"
)

// sight is what one agent may see of one dossier, field by field (RP-028).
type sight struct {
	actor access.Actor
	at    access.Dossier
	form  *form.Compiled
	roles []string // on this dossier
}

func sightOf(a access.Actor, d *dossier.Dossier) sight {
	s := sight{actor: a, at: d.Dossier, form: d.Def.Form}
	for _, g := range a.Grants {
		if g.Procedure == d.Procedure && g.Only == nil {
			s.roles = append(s.roles, g.Role)
		}
	}
	return s
}

// category tells whether a category of data, the form's or the system's, is shown.
func (s sight) category(id string) bool { return access.Can(s.actor, access.Read, s.at, id) }

// field tells whether the answers at a path are shown: a question without a category of its own has its group's or its
// step's, and a cell is hidden with its group.
func (s sight) field(path string) bool {
	f := s.form.Field(path)
	if f == nil || !access.Sees(f.See, s.roles) {
		return false
	}
	category := f.Category
	if group := s.group(path); group != nil {
		if !s.field(group.ID) {
			return false
		}
		category = cmp.Or(category, group.Category)
	}
	if step := s.form.StepOf(path); step != nil {
		category = cmp.Or(category, step.Category)
	}
	return s.category(category)
}

// group is the group whose cell stands at the path, or nil.
func (s sight) group(path string) *form.Field {
	parts := strings.Split(path, ".")
	if len(parts) < 3 {
		return nil
	}
	if g := s.form.Field(strings.Join(parts[:len(parts)-2], ".")); g != nil && g.Kind == form.Group {
		return g
	}
	return nil
}

// heading names whom a dossier is about, "" to whom the names are hidden.
func (s sight) heading(p *procedure.Procedure, words string) string {
	for _, path := range p.Flow.Heading {
		if !s.field(path) {
			return ""
		}
	}
	return words
}

// sightOfQueue is what an agent may see of the filed dossiers of a procedure.
func sightOfQueue(a access.Actor, p *procedure.Procedure) sight {
	return sightOf(a, &dossier.Dossier{Dossier: access.Dossier{Procedure: p.ID, StateKind: workflow.Open}, Def: p})
}

// moves lists what the agent could try here, each once.
func (s sight) moves(d *dossier.Dossier) []*workflow.Move {
	var out []*workflow.Move
	if access.Glass(s.actor, s.at) != "" { // a written request lets read, and nothing else
		return nil
	}
	for _, role := range s.roles {
		for _, m := range d.Def.Flow.Moves(d.State, role) {
			if !slices.Contains(out, m) && d.Offers(m, s.actor.At) {
				out = append(out, m)
			}
		}
	}
	return out
}

// filed are the answers as they were last sent, with the agents' own: what the person has typed or attached since is
// nobody else's business until it is sent (RP-014).
func filed(d *dossier.Dossier) form.Raw {
	raw := make(form.Raw, len(d.Filed)+len(d.Agent)+len(d.Documents))
	for path, v := range d.Filed {
		raw[path] = v
	}
	for path, v := range d.Agent {
		raw[path] = v
	}
	for _, x := range d.Documents {
		if x.Round <= d.Round {
			raw[x.Path] = append(raw[x.Path], x.ID)
		}
	}
	return raw
}

// before are the answers of the filing before the last.
func before(f *dossier.File) form.Raw {
	raw := filed(f.Dossier)
	for path, old := range f.Previous {
		if len(old) == 0 {
			delete(raw, path)
			continue
		}
		raw[path] = old
	}
	return raw
}
