package backoffice

import (
	"slices"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/form"
	"guichet/internal/workflow"
)

// sight is what one agent may see of one dossier, field by field (RP-028).
type sight struct {
	actor access.Actor
	at    access.Dossier
	roles []string // on this dossier
}

func sightOf(a access.Actor, d *dossier.Dossier) sight {
	s := sight{actor: a, at: d.Dossier}
	for _, g := range a.Grants {
		if g.Procedure == d.Procedure {
			s.roles = append(s.roles, g.Role)
		}
	}
	return s
}

// category tells whether a category of data, the form's or the system's, is shown.
func (s sight) category(id string) bool { return access.Can(s.actor, access.Read, s.at, id) }

// field tells whether the answers to a question are shown.
func (s sight) field(f *form.Field) bool {
	return f != nil && s.category(f.Category) && s.among(f.See)
}

// among tells whether a list of roles, empty for all, has one of the agent's.
func (s sight) among(see []string) bool {
	return len(see) == 0 || slices.ContainsFunc(s.roles, func(r string) bool { return slices.Contains(see, r) })
}

// moves lists what the agent could try here, each once.
func (s sight) moves(d *dossier.Dossier) []*workflow.Move {
	var out []*workflow.Move
	for _, role := range s.roles {
		for _, m := range d.Def.Flow.Moves(d.State, role) {
			if !slices.Contains(out, m) {
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
