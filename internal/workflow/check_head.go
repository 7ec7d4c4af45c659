package workflow

import (
	"fmt"
	"regexp"

	"guichet/internal/form"
)

// checkHead checks what stands at the top of the file.
func (c *Compiled) checkHead(r *refusals, f *form.Compiled) {
	if c.Form != f.ID {
		r.add("form", "give form and workflow one stem", "the form %q is not the one of this file, %q", c.Form, f.ID)
	}
	c.checkNaming(r, f)
	c.checkPaper(r, f)
	if !prefixForm.MatchString(c.Prefix) {
		r.add("prefix", "choose two to four capital letters", "%q cannot begin a reference", c.Prefix)
	}
	r.allOf("uses", "capability", c.Uses, capabilities)
	r.allOf("processing.grounds", "legal ground", c.Processing.Grounds, grounds)
	r.atLeastOne("processing.grounds", "grounds", c.Processing.Grounds)
	r.words("processing.purpose", c.Processing.Purpose, nil)
	r.words("processing.controller", c.Processing.Controller, noticeValues)
	for i, w := range c.Processing.Persons {
		r.words(fmt.Sprintf("processing.persons[%d]", i), w, nil)
	}
	for i, w := range c.Processing.Rights {
		r.words(fmt.Sprintf("processing.rights[%d]", i), w, noticeValues)
	}
	for i, w := range c.Processing.Recipients {
		r.words(fmt.Sprintf("processing.recipients[%d]", i), w, noticeValues)
	}
}

var prefixForm = regexp.MustCompile(`^[A-Z]{2,4}$`)

// checkNaming resolves the fields that name a dossier in lists, all of one step because they are sealed together,
// those whose words find it, and those that its receipt restates.
func (c *Compiled) checkNaming(r *refusals, f *form.Compiled) {
	for i, id := range c.Heading {
		path := fmt.Sprintf("heading[%d]", i)
		switch step := f.StepOf(id); {
		case step == nil:
			r.add(path, "name a field of the form that is outside a group", "no field %q", id)
		case step != f.StepOf(c.Heading[0]):
			r.add(path, "name fields of one step", "the field %q is asked on another step than %q", id, c.Heading[0])
		}
	}
	if c.Language != "" && f.Field(c.Language) == nil {
		r.add("language", "name the field that asks for the language of messages", "no field %q", c.Language)
	}
	var known, single []string
	for _, s := range f.Steps {
		for _, field := range s.Fields {
			known = append(known, field.ID)
			if field.Kind != form.Group && field.Kind != form.File {
				single = append(single, field.ID)
			}
			for _, cell := range field.Fields {
				known = append(known, field.ID+"."+cell.ID)
			}
		}
	}
	r.allOf("search", "field", c.Search, known)
	r.allOf("readings.surnames", "field", c.Readings.Surnames, c.Search) // the index finds which dossiers may hold one
	r.allOf("receipt", "single answer", c.Receipt, single)
}
