package workflow

import (
	"fmt"
	"slices"

	"guichet/internal/form"
	"guichet/internal/text"
)

// Register is the list that is kept of all that was received, with its columns and no others. A line stands as long as its
// dossier; once the retention rule named here ends, what is left of it names nobody and bears the day on which it was made so.
type Register struct {
	Title   text.Words        `yaml:"title"`
	Help    text.Words        `yaml:"help"`
	Rule    string            `yaml:"rule"` // retention rule, of those that make anonymous
	Columns []*RegisterColumn `yaml:"columns"`
}

// RegisterColumn is one column: something that the dossier itself knows, or agents' and the person's answers.
type RegisterColumn struct {
	ID     string     `yaml:"id"`
	Label  text.Words `yaml:"label"`
	Is     string     `yaml:"is"`     // see the Column constants; empty = answers
	Fields []string   `yaml:"fields"` // answers outside groups, one after the other
	States []string   `yaml:"states"` // closed: of these alone
	Rows   []string   `yaml:"rows"`   // of the requirements
}

// What a column is that answers do not fill.
const (
	ColumnReference  = "reference"
	ColumnAnonymised = "anonymised" // the day on which the line was made anonymous
	ColumnFirst      = "first"      // whether nothing alike was received before: looked up, never typed
	ColumnRequested  = "requested"  // the day of the letter or of the sending
	ColumnReceived   = "received"
	ColumnDue        = "due"    // the day by which an answer is owed
	ColumnClosed     = "closed" // the day on which the dossier was closed
)

var registerColumns = []string{ColumnReference, ColumnAnonymised, ColumnFirst, ColumnRequested, ColumnReceived, ColumnDue, ColumnClosed}

// Paths are the questions whose answers stand in the register.
func (g *Register) Paths() (out []string) {
	for _, c := range g.Columns {
		out = append(out, c.Fields...)
	}
	return out
}

// checkRegister resolves what each column is, and wants a rule that ends the lines and a column that says when.
func (c *Compiled) checkRegister(r *refusals, f *form.Compiled) {
	g := c.Register
	if g == nil {
		return
	}
	r.words("register.title", g.Title, nil)
	r.words("register.help", g.Help, nil)
	byID(r, "register.columns", g.Columns, func(x *RegisterColumn) string { return x.ID })
	for i, x := range g.Columns {
		c.checkColumn(r, f, fmt.Sprintf("register.columns[%d]", i), x)
	}
	if k := c.Rule(g.Rule); k == nil {
		r.oneOf("register.rule", "retention rule", g.Rule, c.ruleNames())
	} else if k.Then != "anonymise" {
		r.add("register.rule", "name a rule with `then: anonymise`", "the rule %q makes nothing anonymous", g.Rule)
	}
	if !slices.ContainsFunc(g.Columns, func(x *RegisterColumn) bool { return x.Is == ColumnAnonymised }) {
		r.add("register.columns", "add a column with `is: anonymised`", "the register would not say since when a line names nobody")
	}
}

func (c *Compiled) checkColumn(r *refusals, f *form.Compiled, path string, x *RegisterColumn) {
	r.words(path+".label", x.Label, nil)
	if (x.Is == "") == (len(x.Fields) == 0) {
		r.add(path, "give one of `is` and `fields`", "the column %q is nothing, or two things", x.ID)
		return
	}
	if x.Is != "" {
		r.oneOf(path+".is", "column", x.Is, registerColumns)
	}
	if x.Is == ColumnFirst && len(c.Duplicates) == 0 {
		r.add(path+".is", "say in `duplicates` what makes two alike", "nothing tells whether a dossier is somebody's first")
	}
	if x.Is != ColumnClosed && len(x.States) > 0 {
		r.add(path+".states", "remove it", "states belong to the day of closing alone")
	}
	r.allOf(path+".states", "closed state", x.States, c.StatesOf(Closed))
	for i, id := range x.Fields {
		if field := f.Field(id); field == nil || field.ID != id || field.Kind == form.Group || field.Kind == form.File {
			r.add(fmt.Sprintf("%s.fields[%d]", path, i), "name a question outside groups that is no document", "%q is none", id)
		}
	}
}

func (c *Compiled) ruleNames() (out []string) {
	for _, k := range c.KeepRules {
		out = append(out, k.ID)
	}
	return out
}
