package backoffice

import (
	"net/http"
	"strconv"
	"strings"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/watch"
	"guichet/internal/web"
	"guichet/web/components"
)

const watchPath = "/watch"

// watchRoutes are the supervisor's pages: readings that are out of the usual.
func (b *desk) watchRoutes(d *web.Door) {
	supervisor := web.Holder("audit", b.audits)
	d.Get(watchPath, supervisor, b.informed(b.getWatch))
	d.Get(actingPath, supervisor, b.informed(b.getActing))
	d.Get(watchPath+"/{alert}", supervisor, b.informed(b.getAlert))
	b.post(d, watchPath+"/{alert}", supervisor, b.postAlert)
}

// audits tells whether the agent may look at the readings of any procedure.
func (b *desk) audits(a access.Actor) bool { return len(b.Watch.Procedures(a)) > 0 }

// watchView is what waits to be looked at, and what was.
type watchView struct{ waiting, settled components.Table }

func (b *desk) getWatch(v *web.Visit) error {
	waiting, err := b.Watch.Alerts(v.R.Context(), v.Actor, true)
	if err != nil {
		return err
	}
	settled, err := b.Watch.Alerts(v.R.Context(), v.Actor, false)
	if err != nil {
		return err
	}
	var ids []int64
	for _, a := range append(waiting, settled...) {
		ids = append(ids, a.Agent)
	}
	names, err := b.names(v, ids)
	if err != nil {
		return err
	}
	x := watchView{b.alertsTable(v, "watch.waiting", waiting, names), b.alertsTable(v, "watch.settled", settled, names)}
	pg := v.Frame(v.P.T("watch.title"))
	pg.LangURL = langAt(v, watchPath)
	return v.Page(watchPage(pg, x))
}

func (b *desk) alertsTable(v *web.Visit, caption string, alerts []watch.Alert, names map[int64]string) components.Table {
	t := components.Table{Caption: v.P.T(caption), Empty: v.P.T("watch.none"), Stacked: true, Head: []components.Column{
		{Label: v.P.T("watch.what")}, {Label: v.P.T("watch.who")}, {Label: v.P.T("watch.at")}, {Label: v.P.T("watch.dossiers"), Numeric: true},
	}}
	for _, a := range alerts {
		t.Rows = append(t.Rows, []components.Cell{
			{Text: v.P.T("watch.kind." + a.Kind), Href: watchPath + "/" + strconv.FormatInt(a.ID, 10), Header: true},
			{Text: names[a.Agent]},
			{Text: v.P.ShortDateTimeAt(a.First)},
			{Text: v.P.Int(int64(a.Count))},
		})
	}
	return t
}

// alertView is one reading out of the usual.
type alertView struct {
	action   string
	rows     []components.Row
	open     bool // it waits for this supervisor
	own      bool
	word     components.Field
	problems []components.Problem
}

// alertAt is the alert of the address.
func (b *desk) alertAt(v *web.Visit) (watch.Alert, error) {
	id, err := strconv.ParseInt(v.Param("alert"), 10, 64)
	if err != nil {
		return watch.Alert{}, fault.New(fault.NotFound, "")
	}
	return b.Watch.Alert(v.R.Context(), v.Actor, id)
}

func (b *desk) getAlert(v *web.Visit) error {
	return b.sendAlert(v, http.StatusOK, func(*alertView) {})
}

func (b *desk) sendAlert(v *web.Visit, status int, add func(*alertView)) error {
	a, err := b.alertAt(v)
	if err != nil {
		return err
	}
	ids := []int64{a.Agent}
	if a.SettledBy != 0 {
		ids = append(ids, a.SettledBy)
	}
	names, err := b.names(v, ids)
	if err != nil {
		return err
	}
	at := watchPath + "/" + strconv.FormatInt(a.ID, 10)
	x := &alertView{
		action: at, rows: b.alertRows(v, a, names), own: a.Agent == v.Actor.AccountID, open: a.SettledBy == 0 && a.Agent != v.Actor.AccountID,
		word: components.Field{ID: "word", Name: "word", Label: v.P.T("watch.word"), Hint: v.P.T("watch.word_hint"), Rows: 4},
	}
	add(x)
	pg := v.Frame(v.P.T("watch.kind." + a.Kind))
	pg.Back, pg.Error, pg.LangURL = watchPath, len(x.problems) > 0, langAt(v, at)
	return v.PageStatus(status, alertPage(pg, x))
}

func (b *desk) alertRows(v *web.Visit, a watch.Alert, names map[int64]string) []components.Row {
	row := func(key, value string) components.Row {
		return components.Row{Key: v.P.T(key), Values: lines(value)}
	}
	var references []string
	for _, d := range a.Dossiers {
		references = append(references, d.Reference)
	}
	out := []components.Row{
		row("watch.who", names[a.Agent]),
		row("watch.at", v.P.DateTimeAt(a.First)+" – "+v.P.DateTimeAt(a.Last)),
		row("watch.dossiers", strings.Join(references, "\n")),
	}
	if a.SettledBy != 0 {
		out = append(out, row("watch.settled_by", v.P.T("desk.release.by_at", "name", names[a.SettledBy], "at", v.P.ShortDateTimeAt(a.SettledAt))), row("watch.word", a.Word))
	}
	return out
}

func (b *desk) postAlert(v *web.Visit) error {
	posted, err := v.OneEach("word")
	if err != nil {
		return err
	}
	a, err := b.alertAt(v)
	if err != nil {
		return err
	}
	err = b.Watch.Settle(v.R.Context(), v.Actor, a.ID, posted["word"])
	switch {
	case fault.Key(err) == "watch.word":
		return b.sendAlert(v, http.StatusUnprocessableEntity, func(x *alertView) {
			x.word.Value, x.word.Error = posted["word"], v.P.T("watch.word_missing")
			x.problems = []components.Problem{{ID: x.word.ID, Text: x.word.Error}}
		})
	case fault.Key(err) == "watch.settled":
		v.Flash("watch.was_settled")
		return v.Redirect(watchPath + "/" + v.Param("alert"))
	case fault.Key(err) == "watch.own":
		return fault.New(fault.Forbidden, "")
	case err != nil:
		return err
	}
	v.Flash("watch.noted")
	return v.Redirect(watchPath)
}
