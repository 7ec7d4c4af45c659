package form

import (
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
