package workflow

import (
	"fmt"
	"time"

	"guichet/internal/text"
)

// Readings says when agents state why they open a dossier, and which readings a supervisor is shown. Its zero value asks
// nothing and watches nothing.
type Readings struct {
	Purposes []Reason `yaml:"purposes"` // why somebody opens a dossier that is neither theirs nor in their team's queue; one is chosen
	Lasts    string   `yaml:"lasts"`    // ISO 8601: how long what was stated holds

	Surnames []string `yaml:"surnames"` // of search: fields whose answer is a surname; one that is the reader's own is told
	Hourly   int      `yaml:"hourly"`   // more distinct dossiers than this in an hour are told
	Hours    []string `yaml:"hours"`    // from and to, as 07:30, on open days: readings outside are told
	Idle     int      `yaml:"idle"`     // more closed dossiers than this in a day, that were not the reader's, are told

	period   Duration
	from, to time.Duration
}

// Period is how long a stated purpose holds.
func (r *Readings) Period() Duration { return r.period }

// Purpose is one that can be stated, or nil.
func (r *Readings) Purpose(id string) *Reason {
	for i := range r.Purposes {
		if r.Purposes[i].ID == id {
			return &r.Purposes[i]
		}
	}
	return nil
}

// Within tells whether an instant lies in the working hours, days aside; always where none are set.
func (r *Readings) Within(at time.Time) bool {
	if len(r.Hours) == 0 {
		return true
	}
	local := at.In(text.Zone)
	since := time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute
	return since >= r.from && since < r.to
}

// checkReadings wants purposes with words and a time that they hold, and hours in order.
func (c *Compiled) checkReadings(r *refusals) {
	x := &c.Readings
	seen := map[string]bool{}
	for i, p := range x.Purposes {
		path := fmt.Sprintf("readings.purposes[%d]", i)
		r.words(path+".label", p.Label, nil)
		if p.ID == "" || seen[p.ID] {
			r.add(path+".id", "give each purpose an id of its own", "the purpose has no id of its own: %q", p.ID)
		}
		seen[p.ID] = true
	}
	if len(x.Purposes) > 0 {
		d, err := ParseDuration(x.Lasts)
		if err != nil {
			r.add("readings.lasts", "write for example PT12H", "%q: %v", x.Lasts, err)
		}
		x.period = d
	}
	c.checkHours(r)
}

func (c *Compiled) checkHours(r *refusals) {
	x := &c.Readings
	if x.Hourly < 0 || x.Idle < 0 {
		r.add("readings", "write 0 to watch for neither, or a number above", "a limit lies below zero")
	}
	if len(x.Hours) == 0 {
		return
	}
	var at [2]time.Duration
	for i, s := range x.Hours {
		t, err := time.Parse("15:04", s)
		if err != nil || i > 1 {
			r.add("readings.hours", `write two, such as ["07:30", "19:30"]`, "%q is no time of day, or one too many", s)
			return
		}
		at[i] = time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
	}
	if x.from, x.to = at[0], at[1]; len(x.Hours) != 2 || x.to <= x.from {
		r.add("readings.hours", `write two, such as ["07:30", "19:30"]`, "the hours end before they begin")
	}
}
