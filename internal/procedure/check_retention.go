package procedure

import (
	"fmt"
	"slices"
	"strings"

	"guichet/internal/form"
	"guichet/internal/workflow"
)

// checkRetention wants exactly one rule for each category, of the form and of the system (RP-184, RP-185).
func (r *refusals) checkRetention(formSrc, flowSrc *source, f *form.Form, w *workflow.Workflow) {
	rules := map[string]string{}
	known := slices.Clone(workflow.SystemCategories)
	for _, k := range f.Categories {
		known = append(known, k.ID)
	}
	for i, k := range w.Retention {
		for j, category := range k.What {
			path := fmt.Sprintf("retention[%d].what[%d]", i, j)
			switch {
			case !slices.Contains(known, category):
				r.add(flowSrc, path, "choose one of: "+strings.Join(known, ", "), "no category %q", category)
			case rules[category] != "":
				r.add(flowSrc, path, "leave it in one of them", "the category %q has two retention rules, %q and %q", category, rules[category], k.ID)
			}
			rules[category] = k.ID
		}
	}
	for i, k := range f.Categories {
		if rules[k.ID] == "" {
			r.add(formSrc, at("categories[%d].id", i), "name it in the `what` of one rule of "+flowSrc.file, "the category %q has no retention rule", k.ID)
		}
	}
	for _, category := range workflow.SystemCategories {
		if rules[category] == "" {
			r.add(flowSrc, "retention", "name it in the `what` of one rule", "the system's category %q has no retention rule", category)
		}
	}
}
