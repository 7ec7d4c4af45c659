package procedure

import (
	"fmt"
	"slices"
	"strings"

	"guichet/internal/form"
)

// checkWho resolves the fields by which persons and households are counted: k holds of persons, not of rows.
func (r *refusals) checkWho(src *source, s *ReleaseSchema, f *form.Form) {
	if len(s.Person) == 0 {
		r.add(src, "person", "name the fields that tell one person from another", "nothing says who is one person")
	}
	r.known(src, "person", s.Person, f)
	r.known(src, "household", s.Household, f)
	for i, fields := range s.Kin {
		path := at("kin[%d]", i)
		if len(fields) != len(s.Person) {
			r.add(src, path, "name as many fields as `person`, in its order", "relatives are named by %d fields, persons by %d", len(fields), len(s.Person))
		}
		r.cells(src, path, fields, f)
	}
}

// known wants fields outside groups.
func (r *refusals) known(src *source, path string, ids []string, f *form.Form) {
	for i, id := range ids {
		if topField(f, id) == nil {
			r.add(src, fmt.Sprintf("%s[%d]", path, i), "name a field of the form that is outside a group", "no field %q", id)
		}
	}
}

// cells wants fields of one group, written group.cell.
func (r *refusals) cells(src *source, path string, ids []string, f *form.Form) {
	for i, id := range ids {
		name, cell, _ := strings.Cut(id, ".")
		group := topField(f, name)
		known := group != nil && slices.ContainsFunc(group.Fields, func(c *form.Field) bool { return c.ID == cell })
		if !known || !strings.HasPrefix(ids[0], name+".") {
			r.add(src, fmt.Sprintf("%s[%d]", path, i), "name cells of one group, as group.cell", "%q is no cell of the group", id)
		}
	}
}

func optionsOf(f *form.Field) []string {
	if f.Kind == form.Bool {
		return []string{"yes", "no"}
	}
	var out []string
	for _, o := range f.Options {
		out = append(out, o.ID)
	}
	return out
}

// topField finds a field outside the groups, the agents' ones included.
func topField(f *form.Form, id string) *form.Field {
	for _, s := range f.Steps {
		for _, field := range s.Fields {
			if field.ID == id {
				return field
			}
		}
	}
	i := slices.IndexFunc(f.AgentFields, func(a *form.Field) bool { return a.ID == id })
	if i < 0 {
		return nil
	}
	return f.AgentFields[i]
}
