package dossier

import (
	"slices"
	"strings"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// Answers lists the texts an agent may begin a message to the person with in the dossier's state, in the newest wording. One
// that restates an answer hidden from the agent is not among them.
func (o *Office) Answers(d *Dossier, sees func(path string) bool) []*workflow.Answer {
	flow := newest(o.Catalogue, d.Def).Flow
	var out []*workflow.Answer
	for _, t := range flow.Answers {
		open := len(t.States) == 0 || slices.Contains(t.States, d.State)
		if open && !slices.ContainsFunc(flow.Restated(t), func(path string) bool { return !sees(path) }) {
			out = append(out, t)
		}
	}
	return out
}

// AnswerText is one of [Office.Answers] with the dossier's own values, in the person's language; a value that was not given is
// empty. Errors: NotFound (none of those), also to who may not write to the person.
func (o *Office) AnswerText(a access.Actor, d *Dossier, id string, sees func(path string) bool, at time.Time) (_ string, err error) {
	defer fault.Wrap(&err, "dossier.AnswerText %s", id)
	i := slices.IndexFunc(o.Answers(d, sees), func(t *workflow.Answer) bool { return t.ID == id })
	if i < 0 || !access.Can(a, access.Message, d.Dossier, "messages") {
		return "", errNotFound
	}
	t := o.Answers(d, sees)[i]
	values := []string{
		"{reference}", d.Reference, "{procedure}", newest(o.Catalogue, d.Def).Title.In(d.Lang), "{controller}", o.Controller.In(d.Lang),
		"{date}", text.Printer{Lang: d.Lang}.DateAt(at), "{until}", d.until(d.Lang),
	}
	j := d.Def.Form.Walk(d.Filed, nil, workflow.Day(at)) // what was sent; what is being corrected is nobody's business yet
	for _, path := range newest(o.Catalogue, d.Def).Flow.Restated(t) {
		said := ""
		if f := j.Field(path); f != nil && f.Relevant {
			said = f.Display(d.Lang)
		}
		values = append(values, "{"+path+"}", said)
	}
	return strings.TrimSpace(strings.NewReplacer(values...).Replace(t.Text.In(d.Lang))), nil
}
