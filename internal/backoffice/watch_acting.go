package backoffice

import (
	"guichet/internal/web"
	"guichet/web/components"
)

const actingPath = "/watch/acting"

// getActing shows a supervisor who came to act for more people in a day than is usual: somebody who gathers dossiers looks so.
func (b *desk) getActing(v *web.Visit) error {
	many, err := b.Office.Harvests(v.R.Context(), v.Actor)
	if err != nil {
		return err
	}
	var people, firms []int64
	for _, x := range many {
		if x.FirmID != 0 {
			firms = append(firms, x.FirmID)
		} else {
			people = append(people, x.HolderID)
		}
	}
	names, err := b.Accounts.Names(v.R.Context(), people)
	if err != nil {
		return err
	}
	firmNames, err := b.Firms.Names(v.R.Context(), firms)
	if err != nil {
		return err
	}
	t := components.Table{Caption: v.P.T("watch.acting.title"), HiddenCaption: true, Empty: v.P.T("watch.acting.empty"), Stacked: true, Head: []components.Column{
		{Label: v.P.T("watch.who")},
		{Label: v.P.T("watch.at")},
		{Label: v.P.T("watch.acting.number"), Numeric: true},
		{Label: v.P.T("watch.acting.denied"), Numeric: true},
		{Label: v.P.T("watch.acting.wrong"), Numeric: true},
	}}
	for _, x := range many {
		who := orWords(names[x.HolderID], v.P.T("watch.acting.unknown"))
		if x.FirmID != 0 {
			who = v.P.T("watch.acting.firm", "name", firmNames[x.FirmID])
		}
		t.Rows = append(t.Rows, []components.Cell{
			{Text: who, Header: true}, {Text: v.P.Date(x.Day)}, {Text: v.P.Int(int64(x.Mandates))}, {Text: v.P.Int(int64(x.Denied))}, {Text: v.P.Int(int64(x.Wrong))},
		})
	}
	pg := v.Frame(v.P.T("watch.acting.title"))
	pg.Back = watchPath
	return v.Page(actingPage(pg, t))
}
