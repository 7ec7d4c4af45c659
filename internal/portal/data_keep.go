package portal

import (
	"strings"

	"guichet/internal/workflow"
	"guichet/web/components"
)

// systemCategories are those the service itself makes (RP-121 to RP-125).
var systemCategories = map[string]string{
	"drafts": "portal.data.made.drafts", "consents": "portal.data.made.consents", "messages": "portal.data.made.messages",
	"generated": "portal.data.made.generated", "timestamps": "portal.data.made.timestamps", "connection_log": "portal.data.made.connection_log",
	"message_log": "portal.data.made.message_log", "agent_log": "portal.data.made.agent_log",
}

var keepFrom = map[string]string{
	"closed": "portal.data.from.closed", "entry": "portal.data.from.entry", "last_edit": "portal.data.from.last_edit", "received": "portal.data.from.received",
}

// keeps are the retention rules with the words they rest on (RP-184, RP-185).
func (d *dataView) keeps() components.Table {
	t := components.Table{Caption: d.pr.T("portal.data.keep"), Head: []components.Column{
		{Label: d.pr.T("portal.data.kept")}, {Label: d.pr.T("portal.data.period")}, {Label: d.pr.T("portal.data.basis")},
	}}
	for _, k := range d.proc.Flow.KeepRules {
		t.Rows = append(t.Rows, []components.Cell{
			{Text: capital(d.pr.List(d.named(k.What))), Header: true},
			{Text: d.pr.T("portal.data.period_from", "period", d.period(k.Period), "from", d.known(keepFrom, k.From))},
			{Text: d.basis(k.Retention)},
		})
	}
	return t
}

func (d *dataView) named(categories []string) []string {
	var out []string
	for _, id := range categories {
		out = append(out, lowered(d.category(id)))
	}
	return out
}

func (d *dataView) basis(k workflow.Retention) string {
	if k.Quote != "" {
		return "« " + strings.Trim(k.Quote, "«» \u00a0") + " »"
	}
	return d.pr.T("portal.data.proposed")
}

// period says a duration in words.
func (d *dataView) period(x workflow.Duration) string {
	var out []string
	for _, part := range []struct {
		n   int
		key string
	}{{x.Years, "portal.data.years"}, {x.Months, "portal.data.months"}, {x.Weeks, "portal.data.weeks"}, {x.Days, "portal.data.days"}} {
		if part.n > 0 {
			out = append(out, d.pr.N(part.key, part.n))
		}
	}
	if len(out) == 0 {
		return d.pr.T("portal.data.at_once")
	}
	return d.pr.List(out)
}

func lowered(s string) string {
	for i, r := range s {
		if i == 0 {
			return strings.ToLower(string(r)) + s[len(string(r)):]
		}
	}
	return s
}

func capital(s string) string {
	for i, r := range s {
		if i == 0 {
			return strings.ToUpper(string(r)) + s[len(string(r)):]
		}
	}
	return s
}

// exchanges are the other authorised processings that this one may exchange with.
func (d *dataView) exchanges() []string {
	var out []string
	for _, c := range d.proc.Flow.Connectors {
		out = append(out, c.Name)
	}
	return out
}

// made are the data that the service makes itself: the account, and each category a retention rule names that is not the
// form's (RP-121 to RP-125).
func (d *dataView) made() []string {
	out := []string{d.pr.T("portal.data.made.account")}
	for _, k := range d.proc.Flow.KeepRules {
		for _, id := range k.What {
			if key := systemCategories[id]; key != "" {
				out = append(out, d.pr.T(key))
			}
		}
	}
	return out
}
