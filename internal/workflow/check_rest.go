package workflow

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"guichet/internal/form"
)

// checkHead checks what stands at the top of the file.
func (c *Compiled) checkHead(r *refusals, f *form.Compiled) {
	if c.Form != f.ID {
		r.add("form", "give form and workflow one stem", "the form %q is not the one of this file, %q", c.Form, f.ID)
	}
	c.checkNaming(r, f)
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
// and those whose words find it.
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
	var known []string
	for _, s := range f.Steps {
		for _, field := range s.Fields {
			known = append(known, field.ID)
			for _, cell := range field.Fields {
				known = append(known, field.ID+"."+cell.ID)
			}
		}
	}
	r.allOf("search", "field", c.Search, known)
}

// checkNotices wants an unticked box's words where an acknowledgement is asked, and every notice shown somewhere.
func (c *Compiled) checkNotices(r *refusals, f *form.Form) {
	for i, n := range c.Notices {
		path := fmt.Sprintf("notices[%d]", i)
		r.oneOf(path+".kind", "notice kind", n.Kind, noticeKinds)
		r.oneOf(path+".ack", "acknowledgement", n.Ack, acks)
		r.allOf(path+".show", "moment", n.Show, noticeMoments)
		r.atLeastOne(path+".show", "show", n.Show)
		r.words(path+".title", n.Title, noticeValues)
		if n.Ack == "required" || !n.Label.IsZero() {
			r.words(path+".label", n.Label, noticeValues)
		}
		if n.Kind != "consent" || !n.Text.IsZero() {
			r.words(path+".text", n.Text, noticeValues)
		}
		if n.Include != "" && r.oneOf(path+".include", "notice", n.Include, names(c.notices)) {
			c.include(r, path+".include", n)
		}
		if n.Kind == "consent" && n.Ack != "required" {
			r.add(path+".ack", "write `ack: required`", "a consent is a clear positive act: it must be asked")
		}
	}
	c.checkConsentAsked(r)
	used := map[string]bool{}
	for _, s := range f.Steps {
		used[s.Notice] = true
	}
	for i, n := range c.Notices {
		if slices.Contains(n.Show, "step") && !used[n.ID] {
			r.add(fmt.Sprintf("notices[%d].show", i), "name it as `notice:` of a step, or take `step` away", "no step shows the notice %q", n.ID)
		}
	}
}

// checkConsentAsked wants a box of its own where the processing rests on consent (RP-003, RP-039).
func (c *Compiled) checkConsentAsked(r *refusals) {
	asked := slices.ContainsFunc(c.Notices, func(n *Notice) bool { return n.Kind == "consent" && slices.Contains(n.Show, "entry") })
	if i := slices.Index(c.Processing.Grounds, "consent"); i >= 0 && !asked {
		r.add(fmt.Sprintf("processing.grounds[%d]", i), "add a notice of kind consent with `show: [entry]`", "the processing rests on consent, and no box asks for it")
	}
}

// include appends the text of the included notice, which may not include another.
func (c *Compiled) include(r *refusals, path string, n *Notice) {
	other := c.notices[n.Include]
	if other == n || other.Include != "" {
		r.add(path, "include a notice that includes none", "the notice %q includes another in its turn", n.Include)
		return
	}
	n.Text.FR = strings.TrimRight(n.Text.FR, "\n") + "\n\n" + other.Text.FR
	n.Text.EN = strings.TrimRight(n.Text.EN, "\n") + "\n\n" + other.Text.EN
}

// checkMessages wants every notification sent by somebody, with words that bear no answer.
func (c *Compiled) checkMessages(r *refusals) {
	sent := map[string]bool{}
	for _, m := range c.Workflow.Moves {
		for _, e := range m.Do {
			sent[e.Notify] = true
		}
	}
	for _, t := range c.Timers {
		sent[t.Notify] = true
	}
	for i, n := range c.Notifications {
		path := fmt.Sprintf("notifications[%d]", i)
		r.allOf(path+".via", "channel", n.Via, vias)
		r.atLeastOne(path+".via", "via", n.Via)
		r.words(path+".subject", n.Subject, mailValues)
		r.words(path+".body", n.Body, mailValues)
		if !sent[n.ID] {
			r.add(path+".id", "send it from a move or a timer, or remove it", "nobody sends the notification %q", n.ID)
		}
	}
}

// checkRest checks ways in, generated documents, connectors and links.
func (c *Compiled) checkRest(r *refusals) {
	offline := false
	for i, in := range c.Intake {
		path := fmt.Sprintf("intake[%d]", i)
		r.oneOf(path+".channel", "channel", in.Channel, channels)
		r.oneOf(path+".by", "role", in.By, names(c.roles))
		offline = offline || (in.Channel != "online" && in.Channel != "")
	}
	if !offline {
		r.add("intake", "add a way in by counter or post", "the procedure could be done online alone, which the law forbids")
	}
	made := map[string]bool{}
	for _, m := range c.Workflow.Moves {
		for _, e := range m.Do {
			made[e.Document] = true
		}
	}
	for i, d := range c.Documents {
		path := fmt.Sprintf("documents[%d]", i)
		r.oneOf(path+".template", "template", d.Template, templates)
		r.words(path+".title", d.Title, nil)
		r.allOf(path+".see", "role", d.See, names(c.roles))
		if !made[d.ID] {
			r.add(path+".id", "generate it in a move, or remove it", "no move generates the document %q", d.ID)
		}
	}
	for i, k := range c.Connectors {
		path := fmt.Sprintf("connectors[%d]", i)
		r.oneOf(path+".kind", "connector kind", k.Kind, connectors)
		if k.Name == "" {
			r.add(path+".name", "write the authorised processing's name in the opinion's words", "the connector %q has no name", k.ID)
		}
	}
	for i, l := range c.Links {
		path := fmt.Sprintf("links[%d]", i)
		r.words(path+".label", l.Label, nil)
		r.allOf(path+".show", "moment", l.Show, linkMoments)
	}
}
