package workflow

import (
	"fmt"
	"slices"
	"strings"

	"guichet/internal/form"
)

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
		if n.Offer != "" && r.oneOf(path+".offer", "notice", n.Offer, names(c.notices)) && c.notices[n.Offer].Kind != "page" {
			r.add(path+".offer", "offer a notice of kind page", "the notice %q is no page", n.Offer)
		}
		if slices.Contains(n.Show, Staff) && (n.Ack != "recorded" || n.Label.IsZero()) {
			r.add(path+".ack", "write `ack: recorded`, and a label for its button", "whoever holds a right says that they have read the document %q", n.ID)
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
		if m.Second != nil {
			sent[m.Second.Tells], sent[m.Second.Back], sent[m.Second.Made] = true, true, true
		}
	}
	for _, t := range c.Timers {
		sent[t.Notify] = true
	}
	for _, e := range c.Events {
		for _, d := range e.Do {
			sent[d.Notify] = true
		}
	}
	for _, d := range c.Deadlines {
		sent[d.Warns], sent[d.Breached] = true, true
	}
	for _, id := range []string{c.Writing.Tells.Person, c.Writing.Tells.Agent, c.Writing.Tells.Mentioned} {
		sent[id] = true
	}
	sent[c.Identity.Tells] = true
	sent[c.Paper.Letter], sent[c.Paper.Draft] = true, true
	if q := c.Inquiry; q != nil {
		sent[q.Asks], sent[q.Reminds], sent[q.Answered] = true, true, true
	}
	if m := c.MailIn(); m != nil {
		sent[m.Answer] = true
	}
	if c.Mandate != nil {
		sent[c.Mandate.Tells] = true
	}
	for i, n := range c.Notifications {
		path := fmt.Sprintf("notifications[%d]", i)
		r.allOf(path+".via", "channel", n.Via, vias)
		r.atLeastOne(path+".via", "via", n.Via)
		r.words(path+".subject", n.Subject, mailValues)
		r.words(path+".body", n.Body, mailValues)
		if !n.Paper.IsZero() {
			r.words(path+".paper", n.Paper, mailValues)
		}
		if !sent[n.ID] {
			r.add(path+".id", "send it from a move or a timer, or remove it", "nobody sends the notification %q", n.ID)
		}
	}
}
