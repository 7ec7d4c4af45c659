package backoffice

import (
	"slices"
	"strings"

	"guichet/internal/dossier"
	"guichet/internal/web"
	"guichet/web/components"
)

// refusals are the reasons for which an act on many was not made on a dossier, by the key the office gives them.
var refusals = map[string]string{
	"move.not_from_here": "work.refusal.moved", "move.not_now": "work.refusal.not_now", "move.held": "work.refusal.held", "move.taken": "work.refusal.taken",
	"move.nobody": "work.refusal.nobody", "move.unmet": "work.refusal.unmet", "move.missing": "work.refusal.missing", "move.not_yours": "work.refusal.not_yours",
	"second.waiting": "desk.second.in_queue", "second.not_many": "work.refusal.two", "not_found": "work.refusal.not_yours", "move.assignee": "work.refusal.assignee", "move.team": "work.refusal.assignee",
}

func refusalWords(v *web.Visit, key string) string {
	if k, ok := refusals[key]; ok {
		return v.P.T(k)
	}
	return v.P.T("work.refusal.failed")
}

func bulkTable(v *web.Visit, caption string) components.Table {
	return components.Table{Caption: caption, Head: []components.Column{
		{Label: v.P.T("desk.queue.reference")}, {Label: v.P.T("desk.queue.state")}, {Label: v.P.T("work.bulk.result")},
	}}
}

func bulkRow(v *web.Visit, x *dossier.Bulk, i dossier.BulkItem, s components.Status) []components.Cell {
	return []components.Cell{{Text: i.Reference, Href: dossierPath(i.PublicID), Header: true}, {Status: status(x.Def, i.State, v.P.Lang)}, {Status: s}}
}

// bulkPreview lists the dossiers that were chosen, those first on which the act cannot be made as they stand.
func bulkPreview(v *web.Visit, x *dossier.Bulk) components.Table {
	t := bulkTable(v, v.P.N("work.bulk.preview", len(x.Items)))
	var rest [][]components.Cell
	for _, i := range x.Items {
		if i.Obstacle != "" {
			t.Rows = append(t.Rows, bulkRow(v, x, i, components.Status{Label: refusalWords(v, i.Obstacle), Colour: "yellow"}))
			continue
		}
		rest = append(rest, bulkRow(v, x, i, components.Status{Label: v.P.T("work.bulk.will")}))
	}
	t.Rows = append(t.Rows, rest...)
	return t
}

// bulkReport lists what became of each, refusals first.
func bulkReport(v *web.Visit, x *dossier.Bulk) components.Table {
	t := bulkTable(v, v.P.T("work.bulk.report"))
	t.Head[1].Label = v.P.T("work.bulk.state_before")
	items := slices.Clone(x.Items)
	slices.SortStableFunc(items, func(a, b dossier.BulkItem) int {
		return strings.Compare(order(a), order(b))
	})
	for _, i := range items {
		s := components.Status{Label: v.P.T("work.bulk.made"), Colour: "green"}
		if i.Result != dossier.BulkMade {
			s = components.Status{Label: refusalWords(v, i.Result), Colour: "yellow"}
		}
		t.Rows = append(t.Rows, bulkRow(v, x, i, s))
	}
	return t
}

// order puts what was made after what was refused, and refusals for one reason together.
func order(i dossier.BulkItem) string {
	if i.Result == dossier.BulkMade {
		return "~"
	}
	return i.Result
}

// within tells whether a posted name is one of the fields, or a part of one.
func within(fields []string, name string) bool {
	return slices.ContainsFunc(fields, func(f string) bool { return name == f || strings.HasPrefix(name, f+".") })
}

// getBulks lists the acts on many that the agent began, newest first.
func (b *desk) getBulks(v *web.Visit) error {
	all, err := b.Office.Bulks(v.R.Context(), v.Actor)
	if err != nil {
		return err
	}
	t := components.Table{Caption: v.P.T("work.bulk.mine"), HiddenCaption: true, Empty: v.P.T("work.bulk.no_act"), Head: []components.Column{
		{Label: v.P.T("work.bulk.begun_at")}, {Label: v.P.T("work.bulk.move")}, {Label: v.P.T("work.bulk.result")},
	}}
	for _, x := range all {
		state := components.Status{Label: v.P.T("work.bulk.going_on"), Colour: "blue"}
		if x.State == dossier.BulkDone {
			state = components.Status{Label: v.P.T("work.bulk.over"), Colour: "green"}
		}
		t.Rows = append(t.Rows, []components.Cell{
			{Text: v.P.ShortDateTimeAt(x.At), Href: "/bulk/" + x.PublicID, Header: true}, {Text: x.Move.Label.In(v.P.Lang)}, {Status: state},
		})
	}
	pg := v.Frame(v.P.T("work.bulk.mine"))
	pg.Back = "/queue"
	return v.Page(bulksPage(pg, t))
}
