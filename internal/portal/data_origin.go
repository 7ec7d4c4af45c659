package portal

import (
	"slices"

	"guichet/internal/form"
)

// comes says where the data come from, as the form and the connectors have it: the categories that a person fills, those that the
// staff fills, what the service makes, and what the accounts of the staff rest on (DS-064, DS-065, DS-066, RP-148, RP-149).
func (d *dataView) comes() (out []string) {
	from := map[string][]string{}
	note := func(s *form.Step, f *form.Field) {
		source, label := first(f.Source, s.Source), d.category(first(f.Category, s.Category))
		if !slices.Contains(from[source], label) {
			from[source] = append(from[source], label)
		}
	}
	for _, s := range d.proc.Form.Steps {
		for _, f := range s.Fields {
			note(s, f)
		}
	}
	for _, f := range d.proc.Form.AgentFields {
		note(&form.Step{Source: "agent"}, f)
	}
	for _, k := range d.proc.Flow.KeepRules {
		for _, id := range k.What {
			if systemCategories[id] == "" || id == "drafts" || id == "messages" || id == "consents" {
				continue // what people write
			}
			from["system"] = append(from["system"], d.category(id))
		}
	}
	for _, source := range []string{"user", "agent", "system"} {
		if len(from[source]) > 0 {
			out = append(out, d.pr.T(comesFrom[source], "what", capital(d.pr.List(lowerAll(from[source])))))
		}
	}
	for _, c := range d.proc.Flow.Connectors {
		switch {
		case c.Kind == "directory":
			out = append(out, d.pr.T("portal.data.comes_from.rights", "processing", c.Name))
		case c.Kind == "oidc" && c.Of == "agents":
			out = append(out, d.pr.T("portal.data.comes_from.agents", "processing", c.Name))
		case c.Kind == "oidc":
			out = append(out, d.pr.T("portal.data.comes_from.people", "processing", c.Name))
		}
	}
	return out
}

var comesFrom = map[string]string{"user": "portal.data.comes_from.user", "agent": "portal.data.comes_from.agent", "system": "portal.data.comes_from.system"}

func lowerAll(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = lowered(s)
	}
	return out
}
