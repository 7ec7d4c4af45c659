package backoffice

import (
	"time"

	"guichet/internal/dossier"
	"guichet/internal/web"
	"guichet/web/components"
)

// staffView is a document for the staff, as somebody may see it.
type staffView struct {
	procedure, title, own string
	words                 []block
	told                  *components.Table // to who oversees
}

// getStaff shows the documents for the staff of the agent's procedures, and to who oversees one, who was told of them when (DS-017).
func (b *desk) getStaff(v *web.Visit) error {
	notices, err := b.Office.StaffNotices(v.R.Context(), v.Actor)
	if err != nil {
		return err
	}
	var ids []int64
	for _, n := range notices {
		for _, t := range n.Staff {
			ids = append(ids, t.AccountID)
		}
	}
	names, err := b.names(v, ids)
	if err != nil {
		return err
	}
	var out []staffView
	for _, n := range notices {
		x := staffView{procedure: n.Procedure.Title.In(v.P.Lang), title: b.say(n.Notice.Title, v.P.Lang), words: prose(b.say(n.Notice.Text, v.P.Lang))}
		if n.Overseen {
			x.told = staffTable(v, n.Staff, names)
		}
		for _, t := range n.Staff {
			if t.AccountID == v.Actor.AccountID {
				x.own = v.P.T("staff.own", "at", whenTold(v, t.At), "read", whenTold(v, t.Read))
			}
		}
		out = append(out, x)
	}
	return v.Page(staffPage(v.Frame(v.P.T("staff.title")), out))
}

func staffTable(v *web.Visit, staff []dossier.StaffTold, names map[int64]string) *components.Table {
	t := &components.Table{Caption: v.P.T("staff.told"), Empty: v.P.T("staff.told_none"), Stacked: true, Head: []components.Column{
		{Label: v.P.T("staff.who")}, {Label: v.P.T("staff.at")}, {Label: v.P.T("staff.read")},
	}}
	for _, s := range staff {
		t.Rows = append(t.Rows, []components.Cell{{Text: names[s.AccountID], Header: true}, {Text: whenTold(v, s.At)}, {Text: whenTold(v, s.Read)}})
	}
	return t
}

func whenTold(v *web.Visit, at time.Time) string {
	if at.IsZero() {
		return v.P.T("staff.never")
	}
	return v.P.ShortDateTimeAt(at)
}
