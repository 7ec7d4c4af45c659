package dossier

import (
	"cmp"
	"strconv"
	"time"

	"guichet/internal/form"
	"guichet/internal/procedure"
	"guichet/internal/workflow"
)

// longestFilled is how many characters of a message stand for an answer; all of it is on the thread.
const longestFilled = 10_000

// answersOf are the answers that a message stands for: those of the form, and those that agents fill in.
func answersOf(p *procedure.Procedure, rules *workflow.MailIntake, m Incoming, arrived time.Time) (asked, agents form.Raw) {
	asked, agents = form.Raw{}, form.Raw{}
	put := func(id string, values ...string) {
		if id == "" || values[0] == "" {
			return
		}
		into := asked
		if isAgents(p, id) {
			into = agents
		}
		into[id] = values
	}
	most := func(id, s string) string {
		n := longestFilled
		if f := p.Form.Field(id); f != nil && f.Max != nil {
			n = int(*f.Max)
		}
		if r := []rune(s); len(r) > n {
			return string(r[:n])
		}
		return s
	}
	put(rules.From, m.From)
	put(rules.Name, most(rules.Name, cmp.Or(m.Name, m.From)))
	put(rules.Subject, most(rules.Subject, m.Subject))
	put(rules.Words, most(rules.Words, cmp.Or(m.Words, m.Subject, "—")))
	day := workflow.Day(arrived)
	put(rules.Received, strconv.Itoa(day.Day()), strconv.Itoa(int(day.Month())), strconv.Itoa(day.Year()))
	for id, value := range rules.Set {
		put(id, value)
	}
	return asked, agents
}
