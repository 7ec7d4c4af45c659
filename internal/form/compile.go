package form

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"guichet/internal/rule"
)

// AgentStep is the id under which Bind, Check and Step know the fields that agents fill in at moves.
const AgentStep = "agent"

// Compiled is a form that can be walked. It is immutable and safe for concurrent use.
type Compiled struct {
	*Form
	steps  []*stepNode
	agent  *stepNode
	byID   map[string]*stepNode
	fields map[string]*node // by path; cells by cellKey
	inStep map[string]*stepNode
	slots  int
	env    *rule.Env
	zero   map[string]any // every name, unanswered
	lean   map[string]any // those that a rule of the form looks at
}

// Refusal is a fault of a definition and how to mend it.
type Refusal struct {
	Path    string // YAML path of the faulty value, e.g. "$.steps[2].fields[3].when"
	Field   string // id of the field, step or category it concerns
	Line    int    // line and column inside the value, from 1, for a rule; else 0
	Column  int
	Message string
	Remedy  string
}

func (r Refusal) String() string {
	return fmt.Sprintf("%s (%s): %s; %s", r.Path, r.Field, r.Message, r.Remedy)
}

// compiler carries what grows while a form is compiled, in file order.
type compiler struct {
	c        *Compiled
	env      *rule.Env
	refusals []Refusal
	reads    map[string]bool
	sources  strings.Builder // every rule, to know which columns of rows are looked at
}

// Compile checks a form and makes it walkable. With any refusal the form is not usable, and nil.
func Compile(f *Form) (*Compiled, []Refusal) {
	k := &compiler{
		c: &Compiled{
			Form: f, byID: map[string]*stepNode{}, fields: map[string]*node{}, inStep: map[string]*stepNode{},
		},
		env: rule.NewEnv(), reads: map[string]bool{"today": true},
	}
	for name, t := range FactTypes {
		k.env.Add(name, t)
	}
	k.form()
	if len(k.refusals) > 0 {
		return nil, k.refusals
	}
	k.c.env, k.c.zero = k.env, k.env.Zero()
	k.lean()
	return k.c, nil
}

// lean notes what the rules look at, so that a walk carries nothing else.
func (k *compiler) lean() {
	k.c.lean = map[string]any{}
	for name := range k.reads {
		if zero, ok := k.c.zero[name]; ok {
			k.c.lean[name] = zero
		}
		if given, ok := k.c.zero[rule.Given(name)]; ok {
			k.c.lean[rule.Given(name)] = given
		}
	}
	for id := range k.c.inStep {
		n := k.c.fields[id]
		n.read = k.reads[id]
		for _, cell := range n.cells {
			cell.read = strings.Contains(k.sources.String(), cell.path)
		}
		if n.cells != nil {
			n.prepareRows()
		}
	}
}

func (k *compiler) refuse(path, field, message, remedy string) {
	k.refusals = append(k.refusals, Refusal{Path: path, Field: field, Message: message, Remedy: remedy})
}

func (k *compiler) form() {
	f := k.c.Form
	if len(f.Steps) == 0 {
		k.refuse("$.steps", f.ID, "the form has no step", "write at least one")
	}
	k.categories()
	k.announce()
	for i, s := range f.Steps {
		k.step(fmt.Sprintf("$.steps[%d]", i), s, i+1)
	}
	agent := &stepNode{step: &Step{ID: AgentStep, Fields: f.AgentFields}}
	for i, field := range f.AgentFields {
		k.field(fmt.Sprintf("$.agent_fields[%d]", i), agent, field)
	}
	k.c.agent, k.c.byID[AgentStep] = agent, agent
}

func (k *compiler) categories() {
	seen := map[string]bool{}
	for i, c := range k.c.Categories {
		path := fmt.Sprintf("$.categories[%d]", i)
		if c.ID == "" || seen[c.ID] {
			k.refuse(path+".id", c.ID, "a category needs an id of its own", "give it one that no other has")
		}
		seen[c.ID] = true
		k.words(path+".label", c.ID, c.Label)
	}
}

// announce tells the rules what will come, so that a rule that looks forward is told so.
func (k *compiler) announce() {
	for _, s := range k.c.Steps {
		for _, f := range s.Fields {
			k.env.Announce(f.ID)
		}
	}
	for _, f := range k.c.AgentFields {
		k.env.Announce(f.ID)
	}
}

func (k *compiler) step(path string, s *Step, number int) {
	if !identifier(s.ID) || s.ID == AgentStep || k.c.byID[s.ID] != nil {
		k.refuse(path+".id", s.ID, fmt.Sprintf("“%s” cannot be the id of this step", s.ID),
			"use small letters, digits and hyphens, each id once; “agent” is taken")
	}
	k.words(path+".title", s.ID, s.Title)
	n := &stepNode{step: s, number: number}
	n.when = k.rule(path+".when", s.ID, s.When, k.env, rule.TypeBool)
	k.c.byID[s.ID] = n
	k.c.steps = append(k.c.steps, n)
	for i, f := range s.Fields {
		k.field(fmt.Sprintf("%s.fields[%d]", path, i), n, f)
	}
}

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

// Env is every name of the form, for the rules of its workflow. It is a copy.
func (c *Compiled) Env() *rule.Env { return c.env.With("today", rule.TypeDate) }

// StepOf is the step that asks a path, or nil; cells and documents of a row belong to their field's step.
func (c *Compiled) StepOf(path string) *Step {
	if s := c.inStep[fieldPath(c, path)]; s != nil {
		return s.step
	}
	return nil
}

// Field is the question behind a path, "children.k1.last_name" included, or nil.
func (c *Compiled) Field(path string) *Field {
	if n := c.find(path); n != nil {
		return n.field
	}
	return nil
}

// StepIDs lists the steps in file order, without the agents'.
func (c *Compiled) StepIDs() []string {
	ids := make([]string, len(c.steps))
	for i, s := range c.steps {
		ids[i] = s.step.ID
	}
	return slices.Clip(ids)
}
