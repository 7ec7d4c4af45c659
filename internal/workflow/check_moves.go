package workflow

import (
	"fmt"
	"slices"
	"strings"

	"guichet/internal/form"
)

// checkMoves resolves every name a move bears.
func (c *Compiled) checkMoves(r *refusals, f *form.Form) {
	for i, m := range c.Workflow.Moves {
		path := fmt.Sprintf("moves[%d]", i)
		r.words(path+".label", m.Label, nil)
		if !m.Help.IsZero() {
			r.words(path+".help", m.Help, nil)
		}
		r.atLeastOne(path+".from", "from", m.From)
		r.atLeastOne(path+".by", "by", m.By)
		r.allOf(path+".from", "state", m.From, append(names(c.states), AnyOpen))
		r.oneOf(path+".to", "state", m.To, append(names(c.states), Same))
		r.allOf(path+".by", "role", m.By, names(c.roles))
		if m.Receipt != "" {
			r.oneOf(path+".receipt", "kind of receipt", m.Receipt, receipts)
		}
		c.checkNeeds(r, path+".needs", m.Needs)
		c.checkMoveForm(r, path+".form", m, f)
		c.checkDueTarget(r, path, m)
		checkAssign(r, path, m)
		c.checkMoveSet(r, path+".set", m, f)
		c.checkExtends(r, path, m)
		c.checkSecond(r, path, m)
		if slices.Contains(Acts, m.ID) {
			r.add(path+".id", "give the move another id", "the journal calls something else %q", m.ID)
		}
		for j, e := range m.Do {
			c.checkEffect(r, fmt.Sprintf("%s.do[%d]", path, j), e)
		}
	}
}

func (r *refusals) atLeastOne(path, what string, values []string) {
	if len(values) == 0 {
		r.add(path, "name at least one", "`%s` is empty", what)
	}
}

// checkNeeds admits the closed list and notice.<id> for a notice that must be acknowledged.
func (c *Compiled) checkNeeds(r *refusals, path string, wanted []string) {
	for i, need := range wanted {
		at := fmt.Sprintf("%s[%d]", path, i)
		id, isNotice := strings.CutPrefix(need, "notice.")
		if !isNotice {
			r.oneOf(at, "need", need, needs)
			continue
		}
		if r.oneOf(at, "notice", id, names(c.notices)) && c.notices[id].Ack != "required" {
			r.add(at, "set `ack: required` on the notice, or drop the need", "the notice %q asks for no acknowledgement", id)
		}
	}
}

func (c *Compiled) checkMoveForm(r *refusals, path string, m *Move, f *form.Form) {
	var known []string
	for _, a := range f.AgentFields {
		known = append(known, a.ID)
	}
	r.allOf(path+".fields", "agent field", m.Form.Fields, known)
	r.allOf(path+".required", "agent field", m.Form.Required, known)
	for i, id := range m.Form.Required {
		if slices.Contains(known, id) && len(m.Form.Fields) > 0 && !slices.Contains(m.Form.Fields, id) {
			r.add(fmt.Sprintf("%s.required[%d]", path, i), "name it in `fields` too", "the required field %q is not asked by this move", id)
		}
	}
	c.checkDue(r, path, m)
	c.checkAsks(r, path, m, f)
	seen := map[string]bool{}
	for i, reason := range m.Form.Reasons {
		at := fmt.Sprintf("%s.reasons[%d]", path, i)
		r.words(at+".label", reason.Label, nil)
		if seen[reason.ID] || !idForm.MatchString(reason.ID) {
			r.add(at+".id", "give each reason an id of its own, in small letters", "%q is no id, or is used twice", reason.ID)
		}
		seen[reason.ID] = true
	}
}

// checkEffect wants exactly one verb, with names that exist.
func (c *Compiled) checkEffect(r *refusals, path string, e Effect) {
	set := 0
	for _, v := range []string{e.Notify, e.Document, e.Erase, e.Push, e.Assign, e.Task, e.Deliver, e.Deadline} {
		if v != "" {
			set++
		}
	}
	if set != 1 {
		r.add(path, "give one of notify, document, erase, push, assign, task, deadline, and a line of its own to each effect", "an effect with %d verbs", set)
		return
	}
	switch {
	case e.Deliver != "":
		if r.oneOf(path+".deliver", "thing to deliver", e.Deliver, []string{"answer"}) && (c.Inquiry == nil || c.Inquiry.Answer == "") {
			r.add(path+".deliver", "say in `inquiry.answer` how long its link is good", "no answer is put together")
		}
	case e.Notify != "":
		r.oneOf(path+".notify", "notification", e.Notify, names(c.notifications))
		r.oneOf(path+".to", "addressee", e.To, addressees)
	case e.Document != "":
		r.oneOf(path+".document", "document", e.Document, names(c.documents))
	case e.Erase != "":
		r.oneOf(path+".erase", "thing to erase", e.Erase, []string{"dossier"})
	case e.Push != "":
		r.oneOf(path+".push", "connector", e.Push, c.connectorsOf("push"))
	case e.Task != "":
		r.oneOf(path+".task", "task", e.Task, []string{"overdue"})
	case e.Deadline != "":
		r.oneOf(path+".deadline", "deadline", e.Deadline, names(c.deadlines))
	case e.Assign != "":
		r.oneOf(path+".assign", "assignee", e.Assign, assignees)
	}
	if e.To != "" && e.Notify == "" {
		r.add(path+".to", "remove it", "`to` says to whom a notification goes")
	}
}

func (c *Compiled) connectorsOf(kind string) []string {
	var out []string
	for _, k := range c.Connectors {
		if k.Kind == kind {
			out = append(out, k.ID)
		}
	}
	return out
}
