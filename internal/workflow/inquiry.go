package workflow

import (
	"fmt"
	"regexp"
	"slices"

	"guichet/internal/form"
	"guichet/internal/text"
)

// Inquiry is what may be looked for about the person of a dossier, and of whom it is asked. Who may is a verb of roles, inquire.
type Inquiry struct {
	States      []string     `yaml:"states"`      // in which it is done
	Processings []*Processed `yaml:"processings"` // those outside our own procedures that are asked (DS-002, DS-096)
	Holder      string       `yaml:"holder"`      // role that answers; its team is the id of the processing, or none for all
	Due         string       `yaml:"due"`         // ISO 8601: how long a holder has
	Remind      []string     `yaml:"remind"`      // how long before that day a holder is told again
	Asks        string       `yaml:"asks"`        // notification to the holders: something is asked
	Reminds     string       `yaml:"reminds"`     // to them again
	Answered    string       `yaml:"answered"`    // to the agent who has the dossier: an answer came, or a day is over
	Answer      string       `yaml:"answer"`      // ISO 8601: how long the link to an answer is good; empty = none is put together
	Daily       int          `yaml:"daily"`       // searches for people, from one dossier in a day
}

// Processed is a processing of somebody else’s.
type Processed struct {
	ID    string     `yaml:"id"`
	Label text.Words `yaml:"label"`
}

// Processing finds one by its id, or nil.
func (q *Inquiry) Processing(id string) *Processed {
	i := slices.IndexFunc(q.Processings, func(p *Processed) bool { return p.ID == id })
	if i < 0 {
		return nil
	}
	return q.Processings[i]
}

// teamForm is what may be given as a team with a right.
var teamForm = regexp.MustCompile(`^[a-z0-9-]{1,40}$`)

// checkInquiry resolves what is asked of whom.
func (c *Compiled) checkInquiry(r *refusals, _ *form.Compiled) {
	q := c.Inquiry
	if q == nil {
		for i, o := range c.Roles {
			if o.May("inquire") || o.May("hold") {
				r.add(fmt.Sprintf("roles[%d].can", i), "write `inquiry`, or take the verb away", "the role %q looks for people, and nothing says how", o.ID)
			}
		}
		return
	}
	r.atLeastOne("inquiry.states", "states", q.States)
	r.allOf("inquiry.states", "state", q.States, c.StatesOf(Open, Waiting))
	if q.Daily < 1 || q.Daily > 1000 {
		r.add("inquiry.daily", "write how many searches a day one dossier may be the reason of", "%d searches a day", q.Daily)
	}
	if q.Answer != "" {
		if _, err := ParseDuration(q.Answer); err != nil {
			r.add("inquiry.answer", "write for example P30D", "%q: %v", q.Answer, err)
		}
	}
	if len(q.Processings) == 0 {
		return
	}
	byID(r, "inquiry.processings", q.Processings, func(p *Processed) string { return p.ID })
	for i, p := range q.Processings {
		path := fmt.Sprintf("inquiry.processings[%d]", i)
		r.words(path+".label", p.Label, nil)
		if !teamForm.MatchString(p.ID) {
			r.add(path+".id", "write small letters, digits and hyphens, 40 at most", "%q cannot be given with a right", p.ID)
		}
	}
	if r.oneOf("inquiry.holder", "role", q.Holder, names(c.roles)) {
		if o := c.roles[q.Holder]; !slices.Equal(o.Can, []string{"hold"}) {
			r.add("inquiry.holder", "let it `can: [hold]`, and nothing else", "the role %q answers for another processing, and may do more than that", o.ID)
		}
	}
	for _, d := range append([]string{q.Due}, q.Remind...) {
		if x, err := ParseDuration(d); err != nil || x.Clock != 0 {
			r.add("inquiry.due", "write whole days, for example P10D", "%q is no time to answer in", d)
		}
	}
	for key, id := range map[string]string{"asks": q.Asks, "reminds": q.Reminds, "answered": q.Answered} {
		if r.oneOf("inquiry."+key, "notification", id, names(c.notifications)) && c.notifications[id].News == nil {
			r.add("inquiry."+key, "give it `news`: a count, and nothing of the dossier", "the notification %q is not told as news", id)
		}
	}
}
