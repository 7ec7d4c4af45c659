package portal

import (
	"slices"
	"strings"

	"guichet/internal/procedure"
	"guichet/internal/text"
	"guichet/web/components"
)

// Record is what is recorded of a processing, read from the definition that the service runs on: the public page, the
// controller's register and the impact assessment say the same.
type Record struct {
	Title                                  string
	Rows                                   []components.Row // purpose, controller, grounds, texts, opinion, persons
	Rights, Recipients, Exchanges, Made    []string
	Categories, Roles, Keeps, AgentsFields components.Table
	Steps                                  []components.Table
	Unlisted                               int // data that no row of the authorised processing lists: the service asks for them of its own
}

// NewRecords reads definitions aloud for the agents' door.
func NewRecords(d Deps) func(*procedure.Procedure, text.Printer) Record {
	p := &portal{Deps: d}
	return func(proc *procedure.Procedure, pr text.Printer) Record {
		v := &dataView{p: p, proc: proc, pr: pr}
		r := Record{
			Title: proc.Title.In(pr.Lang), Rows: v.record(), Rights: v.all(proc.Flow.Processing.Rights), Recipients: v.all(proc.Flow.Processing.Recipients),
			Exchanges: v.exchanges(), Made: v.made(), Categories: v.categories(), Roles: v.roles(), Keeps: v.keeps(), AgentsFields: v.agentFields(),
		}
		for _, s := range proc.Form.Steps {
			r.Steps = append(r.Steps, v.step(s))
		}
		own := pr.T("portal.data.own")
		for _, t := range append(r.Steps, r.AgentsFields) {
			for _, row := range t.Rows {
				if row[2].Text == own {
					r.Unlisted++
				}
			}
		}
		return r
	}
}

// categories say of each category what is asked under it, who sees it and how long it is kept.
func (d *dataView) categories() components.Table {
	t := components.Table{Caption: d.pr.T("portal.data.categories"), Stacked: true, Head: []components.Column{
		{Label: d.pr.T("portal.data.category")}, {Label: d.pr.T("portal.data.asked")}, {Label: d.pr.T("portal.data.seen_by")}, {Label: d.pr.T("portal.data.period")},
	}}
	asked := d.askedUnder()
	for _, c := range d.proc.Form.Categories {
		t.Rows = append(t.Rows, []components.Cell{
			{Text: c.Label.In(d.pr.Lang), Header: true}, {Text: strings.Join(asked[c.ID], ", ")}, {Text: d.pr.List(d.seers(c.ID))}, {Text: d.kept(c.ID)},
		})
	}
	return t
}

// askedUnder are the labels of the data of each category, each once.
func (d *dataView) askedUnder() map[string][]string {
	out := map[string][]string{}
	tables := []components.Table{d.agentFields()}
	for _, s := range d.proc.Form.Steps {
		tables = append(tables, d.step(s))
	}
	for _, c := range d.proc.Form.Categories {
		for _, t := range tables {
			for _, row := range t.Rows {
				if row[1].Text == c.Label.In(d.pr.Lang) && !slices.Contains(out[c.ID], row[0].Text) {
					out[c.ID] = append(out[c.ID], row[0].Text)
				}
			}
		}
	}
	return out
}

// seers are the roles that may read a category.
func (d *dataView) seers(category string) (out []string) {
	for _, r := range d.proc.Flow.Roles {
		if r.Kind != "system" && r.Kind != "owner" && slices.Contains(r.Can, "read") && !slices.Contains(r.Hide, category) {
			out = append(out, r.Label.In(d.pr.Lang))
		}
	}
	return out
}

// kept is how long a category is kept, and from when.
func (d *dataView) kept(category string) string {
	k := d.proc.Flow.Keep(category)
	if k == nil {
		return ""
	}
	return d.pr.T("portal.data.period_from", "period", d.period(k.Period), "from", d.known(keepFrom, k.From))
}
