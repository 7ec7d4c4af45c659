package workflow

import (
	"fmt"
	"slices"
	"time"
)

// dueRule is how long a move gives the person to answer.
type dueRule struct{ proposed, least, most Duration }

// Due tells which days a move that sets one may give the person to answer, when it is made at now: the day proposed, the
// first and the last. All are civil dates as midnight UTC; ok is false for a move that sets none. The day proposed and the last
// are open ones of the calendar: a time that would end on a closed day lasts until the next open one.
func (c *Compiled) Due(m *Move, now time.Time) (proposed, first, last time.Time, ok bool) {
	d, ok := c.due[m]
	if !ok {
		return time.Time{}, time.Time{}, time.Time{}, false
	}
	return c.Calendar.Open(Day(Add(now, d.proposed))), Day(Add(now, d.least)), c.Calendar.Open(Day(Add(now, d.most))), true
}

// Rejection finds a reason to reject a document by its id, or nil.
func (c *Compiled) Rejection(id string) *Rejection {
	i := slices.IndexFunc(c.Rejections, func(x Rejection) bool { return x.ID == id })
	if i < 0 {
		return nil
	}
	return &c.Rejections[i]
}

// checkDue reads the time to answer and its bounds.
func (c *Compiled) checkDue(r *refusals, path string, m *Move) {
	if m.Form.Due == "" {
		if len(m.Form.DueWithin) > 0 {
			r.add(path+".due_within", "write the time proposed in `due`", "bounds of a time to answer that the move does not give")
		}
		return
	}
	d := dueRule{least: Duration{Days: 1}, most: Duration{Years: 1}}
	var err error
	if d.proposed, err = ParseDuration(m.Form.Due); err != nil {
		r.add(path+".due", "write for example P1M", "%q is not a time to answer", m.Form.Due)
		return
	}
	if within := m.Form.DueWithin; len(within) > 0 {
		var err1, err2 error
		if len(within) == 2 {
			d.least, err1 = ParseDuration(within[0])
			d.most, err2 = ParseDuration(within[1])
		}
		if len(within) != 2 || err1 != nil || err2 != nil {
			r.add(path+".due_within", "write the shortest and the longest, for example [P7D, P3M]", "bounds that are no two durations")
			return
		}
	}
	if d.proposed.Compare(d.least) < 0 || d.proposed.Compare(d.most) > 0 {
		r.add(path+".due", "propose a time inside the bounds", "%s is outside %s to %s", m.Form.Due, d.least, d.most)
		return
	}
	c.due[m] = d
}

// checkRejections wants each reason to say which kind of item it makes.
func (c *Compiled) checkRejections(r *refusals) {
	byID(r, "rejections", pointers(c.Rejections), func(x *Rejection) string { return x.ID })
	for i, x := range c.Rejections {
		path := fmt.Sprintf("rejections[%d]", i)
		r.oneOf(path+".why", "kind of item", x.Why, Whys)
		r.words(path+".label", x.Label, nil)
	}
}
