package form

import (
	"fmt"
	"slices"
	"strings"

	"guichet/internal/text"
)

// lint refuses a field that does not say what it is (design, decision 5). Whether its datum is allowed at
// all is a question for the closed list, which package procedure holds.
func (k *compiler) lint(path string, step *Step, f *Field) {
	if _, ok := ruleTypes[f.Kind]; !ok {
		k.refuse(path+".kind", f.ID, fmt.Sprintf("unknown kind “%s”", f.Kind), "use text, longtext, number, decimal, money, date, time, bool, choice, choices, email, phone, country, file or group")
	}
	for _, part := range strings.Split(f.ID, ".") {
		if !identifier(part) || strings.Contains(part, "-") || strings.Count(f.ID, ".") > 1 {
			k.refuse(path+".id", f.ID, fmt.Sprintf("“%s” cannot be the id of a field", f.ID), "write group.name, in small letters, digits and _")
			break
		}
	}
	k.words(path+".label", f.ID, f.Label)
	k.lintOptions(path, f)
	k.lintPrivacy(path, f)
	k.lintShape(path, f)
	k.lintCategory(path, step, f)
}

func (k *compiler) lintOptions(path string, f *Field) {
	choice := f.Kind == Choice || f.Kind == Choices
	if choice != (len(f.Options) > 0) {
		k.refuse(path+".options", f.ID, "options belong to a choice, and a choice needs them", "add or remove the options, or change the kind")
	}
	seen := map[string]bool{}
	for i, o := range f.Options {
		p := fmt.Sprintf("%s.options[%d]", path, i)
		if o.ID == "" || seen[o.ID] {
			k.refuse(p+".id", f.ID, fmt.Sprintf("the option “%s” has no id of its own", o.ID), "give each option another id")
		}
		seen[o.ID] = true
		k.words(p+".label", f.ID, o.Label)
	}
}

func (k *compiler) lintPrivacy(path string, f *Field) {
	if f.Kind == Group && f.Privacy == "" {
		return // its cells say it
	}
	if !slices.Contains([]Privacy{Direct, Quasi, Sensitive, FreeText, NoPrivacy}, f.Privacy) {
		k.refuse(path+".privacy", f.ID, fmt.Sprintf("“%s” is not a privacy role", f.Privacy), "say what the answer can do to its person in a release: direct, quasi, sensitive, text or none")
	}
	known := slices.Contains([]string{"age", "country", "number", "option"}, f.Hierarchy)
	if (f.Privacy == Quasi && !known) || (f.Hierarchy != "" && !known) {
		k.refuse(path+".hierarchy", f.ID, fmt.Sprintf("“%s” is not a way to generalise", f.Hierarchy), "write age, country, number or option")
	}
}

func (k *compiler) lintShape(path string, f *Field) {
	if (f.Kind == Group) != (len(f.Fields) > 0) {
		k.refuse(path+".fields", f.ID, "a group has fields, and only a group", "add or remove the fields, or change the kind")
	}
	if f.Kind == Group && f.RowTitle.IsZero() {
		k.refuse(path+".row_title", f.ID, "the rows of a group need a title", "add row_title, for example “Enfant”")
	}
	if f.Min != nil && f.Max != nil && *f.Min > *f.Max {
		k.refuse(path+".min", f.ID, "min is above max", "swap them")
	}
	if f.Kind == Group && f.Max != nil && *f.Max > maxRows {
		k.refuse(path+".max", f.ID, "a group has at most 30 rows", "lower max")
	}
	if f.MaxMB != nil && (f.Kind != File || *f.MaxMB <= 0 || *f.MaxMB > heaviest) {
		k.refuse(path+".max_mb", f.ID, "max_mb is for files, above 0 and at most 10", "give a number of megabytes up to 10, or leave it out")
	}
	if f.Protect != "" && (f.Kind != File || f.Protect != "id_copy" && f.Protect != "viewed") {
		k.refuse(path+".protect", f.ID, "“"+f.Protect+"” protects nothing", "write id_copy or viewed, on a file")
	}
	if f.OnRequest && (f.Kind != File || f.PerRow != "") {
		k.refuse(path+".on_request", f.ID, "on_request is for files, outside groups", "remove it")
	}
	if f.Greyscale && (f.Kind != File || len(f.Accept) == 0 || slices.Contains(f.Accept, "pdf")) {
		k.refuse(path+".greyscale", f.ID, "greyscale is for files that are pictures alone: no page of a PDF can be trusted to have lost its colours", "accept jpeg, png and heic")
	}
	if f.Compute != "" && (f.Kind == File || f.Kind == Group) {
		k.refuse(path+".compute", f.ID, "files and groups cannot be computed", "remove compute")
	}
}

func (k *compiler) lintCategory(path string, step *Step, f *Field) {
	category := f.Category
	if category == "" {
		category = step.Category
	}
	if !slices.ContainsFunc(k.c.Categories, func(c Category) bool { return c.ID == category }) {
		k.refuse(path+".category", f.ID, fmt.Sprintf("“%s” is not a category of this form", category), "name one on the field or on its step, so that its retention is known")
	}
}

func (k *compiler) lintCell(path string, group, cell *Field) {
	if cell.Kind == Group || cell.Kind == File {
		k.refuse(path+".kind", group.ID+"."+cell.ID, "a group holds neither groups nor files", "write a group of its own; for files use per_row")
	}
}

func (k *compiler) words(path, field string, w text.Words) {
	if w.FR == "" || w.EN == "" {
		k.refuse(path, field, "this text is not there in both languages", "write fr and en")
	}
}
