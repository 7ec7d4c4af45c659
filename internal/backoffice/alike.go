package backoffice

import (
	"slices"
	"strings"

	"guichet/internal/dossier"
	"guichet/internal/procedure"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

// alike lists the dossiers that resemble one, each with why: for who may read both, and sees the answers that are the same.
func (b *desk) alike(v *web.Visit, d *dossier.Dossier, s sight) (t components.Table, err error) {
	rules := seenRules(s, d.Def)
	if len(rules) == 0 {
		return t, nil
	}
	found, err := b.Office.AlikeTo(v.R.Context(), v.Actor, d)
	if err != nil {
		return t, err
	}
	t = components.Table{Caption: v.P.T("work.alike.title"), Stacked: true, Head: []components.Column{
		{Label: v.P.T("desk.queue.reference")}, {Label: v.P.T("work.alike.why")}, {Label: v.P.T("desk.queue.state")}, {Label: v.P.T("desk.dossier.submitted")},
	}}
	for _, x := range found {
		var why []string
		for _, r := range rules {
			if slices.Contains(x.Rules, r.ID) {
				why = append(why, r.Label.In(v.P.Lang))
			}
		}
		if len(why) > 0 {
			t.Rows = append(t.Rows, []components.Cell{
				{Text: x.Reference, Href: dossierPath(x.PublicID), Header: true},
				{Text: strings.Join(why, ", ")},
				{Status: status(d.Def, x.State, v.P.Lang)},
				{Text: v.P.ShortDateTimeAt(x.SubmittedAt)},
			})
		}
	}
	return t, nil
}

// seenRules are those whose every answer the agent may see: a likeness must not tell what is hidden.
func seenRules(s sight, p *procedure.Procedure) (out []*workflow.Likeness) {
	for _, r := range p.Flow.Duplicates {
		if !slices.ContainsFunc(r.Fields, func(f string) bool { return !s.field(f) }) {
			out = append(out, r)
		}
	}
	return out
}
