package form

import (
	"cmp"
	"errors"
	"fmt"

	"guichet/internal/rule"
)

func (k *compiler) field(path string, step *stepNode, f *Field) {
	n := newNode(f)
	if k.c.fields[f.ID] != nil {
		k.refuse(path+".id", f.ID, "this id is used twice", "give one of the two another id")
		return
	}
	k.lint(path, step.step, f)
	k.rules(path, n, k.env, k.env.With("value", n.typ))
	k.perRow(path, n)
	k.cells(path, step, n)
	n.slot = k.c.slots
	k.c.slots++
	step.nodes = append(step.nodes, n)
	k.c.fields[f.ID], k.c.inStep[f.ID] = n, step
	k.env.Add(f.ID, n.typ)
}

// cells compiles the questions of a group; their rules see the row as far as it goes. Checks come after
// the walk, so they may compare the row with all rows of the group.
func (k *compiler) cells(path string, step *stepNode, group *node) {
	if len(group.cells) == 0 {
		return
	}
	seen, all := map[string]bool{}, k.env.With(group.path, group.typ)
	home := &Step{Category: cmp.Or(group.field.Category, step.step.Category)}
	for i, cell := range group.cells {
		p := fmt.Sprintf("%s.fields[%d]", path, i)
		if !identifier(cell.path) || seen[cell.path] {
			k.refuse(p+".id", cell.path, fmt.Sprintf("“%s” cannot be the id of this cell", cell.path), "use one word of small letters, digits and _, each id once")
		}
		seen[cell.path] = true
		k.lint(p, home, cell.field)
		k.lintCell(p, group.field, cell.field)
		before := k.env.With("row", rule.RowType(columnsOf(group.cells[:i])...))
		with := all.With("row", rule.RowType(columnsOf(group.cells[:i+1])...)).With("value", cell.typ)
		k.rules(p, cell, before, with)
		k.c.fields[cellKey(group.path, cell.path)] = cell
	}
}

func (k *compiler) rules(path string, n *node, before, with *rule.Env) {
	f := n.field
	n.when = k.rule(path+".when", f.ID, f.When, before, rule.TypeBool)
	n.compute = k.rule(path+".compute", f.ID, f.Compute, before, n.typ)
	n.prefill = k.rule(path+".prefill", f.ID, f.Prefill, before, n.typ)
	n.required = k.rule(path+".required", f.ID, f.Required, before, rule.TypeBool)
	if n.required != nil {
		if v, constant := n.required.Always(); constant {
			n.always, n.required = v == true, nil
		}
	}
	for i := range f.Checks {
		p := fmt.Sprintf("%s.checks[%d]", path, i)
		k.words(p+".message", f.ID, f.Checks[i].Message)
		if f.Checks[i].Rule == "" {
			k.refuse(p+".rule", f.ID, "the check has no rule", "write what the answer must meet")
		}
		if r := k.rule(p+".rule", f.ID, f.Checks[i].Rule, with, rule.TypeBool); r != nil {
			n.checks = append(n.checks, check{&f.Checks[i], r})
		}
	}
	k.validity(path, n, before)
	k.proves(path, f)
	n.tag = k.tag(path+".validate", f)
}

// perRow ties a file field to the group it repeats with (RP-129).
func (k *compiler) perRow(path string, n *node) {
	f := n.field
	if f.PerRow == "" {
		if f.RowWhen != "" {
			k.refuse(path+".row_when", f.ID, "row_when has no per_row beside it", "name the group in per_row")
		}
		return
	}
	group := k.c.fields[f.PerRow]
	if f.Kind != File || group == nil || group.field.Kind != Group {
		k.refuse(path+".per_row", f.ID, fmt.Sprintf("“%s” is not an earlier group, or this is no file", f.PerRow), "name a group of an earlier step, on a field of kind file")
		return
	}
	n.perRow = group
	n.rowWhen = k.rule(path+".row_when", f.ID, f.RowWhen, k.env.With("row", group.typ.Row()), rule.TypeBool)
}

// proves checks that a document bears out answers that there are.
func (k *compiler) proves(path string, f *Field) {
	for i, id := range f.Proves {
		at := fmt.Sprintf("%s.proves[%d]", path, i)
		if proven := k.c.fields[id]; f.Kind != File || proven == nil || proven.field.Kind == File {
			k.refuse(at, f.ID, fmt.Sprintf("“%s” is no earlier answer, or this is no file", id), "name a question of an earlier step, on a field of kind file")
		}
	}
}

// rule compiles one rule; an absent one is nil.
func (k *compiler) rule(path, field, src string, env *rule.Env, want rule.Type) *rule.Rule {
	if src == "" {
		return nil
	}
	r, err := rule.Compile(src, env, want)
	if err == nil {
		for _, name := range r.Reads() {
			k.reads[name] = true
		}
		k.sources.WriteString(src + "\n")
		return r
	}
	refusal := Refusal{Path: path, Field: field, Message: err.Error()}
	if e, ok := errors.AsType[*rule.Error](err); ok {
		refusal.Line, refusal.Column, refusal.Message, refusal.Remedy = e.Line, e.Column, e.Message, e.Remedy
	}
	k.refusals = append(k.refusals, refusal)
	return nil
}
