package procedure

import "fmt"

// Keeps lists what a definition that live dossiers were started with has, and the one in force has dropped: a state, a field
// or a category of data. Such a change is refused at start, since those dossiers could be neither shown nor erased by rule
// (design, decision 3).
func (c *Catalogue) Keeps(older *Procedure) []Refusal {
	now := c.Get(older.ID)
	if now == nil {
		return []Refusal{{File: "forms/" + older.ID + ".yaml", Message: "the procedure is gone, and dossiers of it are live", Remedy: "put the definition back until they are closed and erased"}}
	}
	var out []Refusal
	dropped := func(file, what, id string) {
		out = append(out, Refusal{
			File: file, Message: fmt.Sprintf("%s %q was dropped, and dossiers started before still have it", what, id),
			Remedy: "put it back; a field may be hidden with `when: \"false\"` instead",
		})
	}
	for _, s := range older.Flow.States {
		if now.Flow.State(s.ID) == nil {
			dropped("workflows/"+now.ID+".yaml", "state", s.ID)
		}
	}
	for _, s := range older.Form.Steps {
		for _, f := range s.Fields {
			if now.Form.Field(f.ID) == nil {
				dropped("forms/"+now.ID+".yaml", "field", f.ID)
			}
		}
	}
	for _, k := range older.Form.Categories {
		if now.Flow.Keep(k.ID) == nil {
			dropped("workflows/"+now.ID+".yaml", "category", k.ID)
		}
	}
	return out
}
