package procedure

import (
	"fmt"
	"slices"

	"guichet/internal/form"
	"guichet/internal/workflow"
)

// checkConnectors holds what is marked to leave to the form: each is a question or a document of the form that the core system
// collects too (RP-150), once, and none is kept for the administration alone.
func (r *refusals) checkConnectors(src *source, f *form.Form, w *workflow.Workflow) {
	may, groups := map[string]bool{}, map[string]bool{}
	visit(f, func(_ string, step *form.Step, field *form.Field) {
		if step.ID == "" {
			return // agents' fields never leave
		}
		if field.Kind == form.Group {
			groups[field.ID] = true
			for _, cell := range field.Fields {
				may[field.ID+"."+cell.ID] = mirrors(step, field) && mirrors(step, cell)
			}
			return
		}
		if _, cell := may[field.ID]; !cell && slices.ContainsFunc(step.Fields, func(x *form.Field) bool { return x == field }) {
			may[field.ID] = mirrors(step, field) && field.Category != "internal" && step.Category != "internal"
		}
	})
	for i, k := range w.Connectors {
		for n, id := range k.Fields {
			path := fmt.Sprintf("connectors[%d].fields[%d]", i, n)
			collected, known := may[id]
			switch {
			case groups[id]:
				r.add(src, path, "name its questions one by one, such as "+id+".name", "%q is a group", id)
			case !known:
				r.add(src, path, "name a question or a document of the form's steps", "no question %q", id)
			case !collected:
				r.add(src, path, "remove it: only what the core system collects too may leave (RP-150)", "the answer to %q is this service’s own", id)
			case slices.Contains(k.Fields[:n], id):
				r.add(src, path, "remove it", "%q is named twice", id)
			}
		}
	}
}
