package dossier

import (
	"slices"

	"guichet/internal/access"
	"guichet/internal/form"
	"guichet/internal/workflow"
)

// Said is what agents have written for the person in a dossier that is closed (RP-146): their texts, and nothing that is reserved to
// them or to some of them.
func (d *Dossier) Said() []*form.FieldState {
	if !d.Closed() {
		return nil
	}
	raw := d.Answers()
	merge(raw, d.Agent)
	owner := d.Def.Flow.Owner()
	return slices.DeleteFunc(d.Def.Form.Walk(raw, nil, workflow.Day(d.UpdatedAt)).Step(form.AgentStep).Fields, func(f *form.FieldState) bool {
		return f.Field.Kind != form.LongText || !f.Answered() || slices.Contains(owner.Hide, f.Field.Category) || !access.Sees(f.Field.See, []string{owner.ID})
	})
}
