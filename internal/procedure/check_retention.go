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
	r.checkLogs(flowSrc, w)
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

// logs are the system's categories whose lines are erased one by one: nothing else may count from its own entry, or it would
// outlive the dossier it belongs to.
var logs = []string{"timestamps", "connection_log", "message_log", "agent_log"}

func (r *refusals) checkLogs(src *source, w *workflow.Workflow) {
	for i, k := range w.Retention {
		for j, category := range k.What {
			switch log := slices.Contains(logs, category); {
			case log && k.From != "entry":
				r.add(src, fmt.Sprintf("retention[%d].what[%d]", i, j), "put it in a rule whose `from` is entry", "the lines of %q count each from itself, not from %q", category, k.From)
			case !log && k.From == "entry":
				r.add(src, fmt.Sprintf("retention[%d].what[%d]", i, j), "put it in a rule that counts from a clock of the dossier, such as closed", "%q is no log: it has no entries to count from", category)
			}
		}
		if k.Then == "anonymise" && slices.ContainsFunc(k.What, func(c string) bool { return slices.Contains(workflow.SystemCategories, c) }) {
			r.add(src, fmt.Sprintf("retention[%d].then", i), "write delete, or name categories of the form", "only answers can be made anonymous")
		}
	}
}
