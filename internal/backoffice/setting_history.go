package backoffice

import (
	"net/http"
	"slices"
	"strconv"

	"guichet/internal/fault"
	"guichet/internal/setting"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/web/components"
)

// changeRow is a line of the journal of settings.
type changeRow struct {
	seq           int64
	href          string
	at, who, what string
	kind          string
	how           string // what came of it, in words
}

// changeRows names who made changes, and what they are about.
func (b *desk) changeRows(v *web.Visit, changes []setting.Change) ([]changeRow, error) {
	var ids []int64
	for _, c := range changes {
		ids = append(ids, c.By)
	}
	names, err := b.names(v, ids)
	if err != nil {
		return nil, err
	}
	out := make([]changeRow, len(changes))
	for n, c := range changes {
		out[n] = changeRow{
			seq: c.Seq, href: "/setting/change/" + strconv.FormatInt(c.Seq, 10), at: v.P.DateTimeAt(c.At), who: names[c.By],
			what: settingName(v.P, c.Kind(), c.Name()), kind: v.P.T("setting.kind." + string(c.Kind())), how: v.P.T("setting.how.set"),
		}
		switch {
		case c.TakesBack != 0:
			out[n].how = v.P.T("setting.how.taken_back", "change", v.P.Int(c.TakesBack))
		case c.Value == nil:
			out[n].how = v.P.T("setting.how.written")
		}
	}
	return out, nil
}

// historyView is the journal of all settings.
type historyView struct {
	table   components.Table
	pages   components.Pages
	checked bool // the whole of it was read
	broken  bool
}

const historyPage = 50

// getSettingHistory shows every change with its author and time, for who answers for the configuration.
func (b *desk) getSettingHistory(v *web.Visit) error {
	return b.sendHistory(v, historyView{})
}

// postSettingCheck reads the whole journal, and tells whether it is as it was written.
func (b *desk) postSettingCheck(v *web.Visit) error {
	x := historyView{checked: true}
	if err := b.Settings.Whole(v.R.Context()); err != nil {
		if fault.Of(err) != fault.Internal {
			return err
		}
		v.Log("error", err.Error())
		x.broken = true
	}
	return b.sendHistory(v, x)
}

func (b *desk) sendHistory(v *web.Visit, x historyView) error {
	before := int64(0)
	if q := v.Query("before"); q != "" {
		n, err := strconv.ParseInt(q, 10, 64)
		if err != nil || n < 1 {
			return fault.New(fault.NotFound, "")
		}
		before = n
	}
	changes, err := b.Settings.Changes(v.R.Context(), v.Actor, "", before, historyPage)
	if err != nil {
		return err
	}
	rows, err := b.changeRows(v, changes)
	if err != nil {
		return err
	}
	x.table = historyTable(v.P, rows)
	if before > 0 {
		x.pages.Previous = "/setting/history"
	}
	if len(rows) == historyPage {
		x.pages.Next = "/setting/history?" + query("before", strconv.FormatInt(rows[len(rows)-1].seq, 10))
	}
	pg := v.Frame(v.P.T("setting.history"))
	pg.Back, pg.LangURL = "/setting", langAt(v, "/setting/history")
	return v.Page(settingHistoryPage(pg, x))
}

func historyTable(p text.Printer, rows []changeRow) components.Table {
	t := components.Table{
		Caption: p.T("setting.history"), HiddenCaption: true, Stacked: true, Empty: p.T("setting.no_change"),
		Head: []components.Column{{Label: p.T("setting.change_no")}, {Label: p.T("setting.at")}, {Label: p.T("setting.by")}, {Label: p.T("setting.thing")}, {Label: p.T("setting.act")}},
	}
	for _, r := range rows {
		t.Rows = append(t.Rows, []components.Cell{
			{Text: p.Int(r.seq), Href: r.href, Header: true}, {Text: r.at}, {Text: r.who}, {Text: r.kind + " – " + r.what}, {Text: r.how},
		})
	}
	return t
}

// diffView is a part before and after.
type diffView struct {
	part     string
	old, now []piece
}

// diffOf lists the parts that differ.
func diffOf(p text.Printer, was, now setting.Value) []diffView {
	var parts []string
	for part := range was {
		parts = append(parts, part)
	}
	for part := range now {
		parts = append(parts, part)
	}
	slices.Sort(parts)
	var out []diffView
	for _, part := range slices.Compact(parts) {
		if was[part] != now[part] {
			d := diffView{part: settingPart(p, part)}
			d.old, d.now = changedWords(was[part], now[part])
			out = append(out, d)
		}
	}
	return out
}

// changeView is one change, with what stood before.
type changeView struct {
	row      changeRow
	item     setting.Item
	gone     bool
	diff     []diffView
	version  string
	newer    bool
	problems []components.Problem
}

func (b *desk) getSettingChange(v *web.Visit) error {
	return b.sendChange(v, http.StatusOK, nil)
}

func (b *desk) sendChange(v *web.Visit, status int, problems []components.Problem) error {
	seq, err := strconv.ParseInt(v.Param("change"), 10, 64)
	if err != nil {
		return fault.New(fault.NotFound, "")
	}
	c, err := b.Settings.Change(v.R.Context(), v.Actor, seq)
	if err != nil {
		return err
	}
	rows, err := b.changeRows(v, []setting.Change{c})
	if err != nil {
		return err
	}
	x := changeView{row: rows[0], problems: problems}
	last := int64(0)
	switch x.item, last, err = b.Settings.Fresh(v.R.Context(), v.Actor, c.Key); {
	case fault.Of(err) == fault.NotFound:
		x.gone, x.item.Key = true, c.Key
		if last, err = b.Settings.Version(v.R.Context(), c.Key); err != nil {
			return err
		}
	case err != nil:
		return err
	}
	was, now := x.item.Written, x.item.Written
	if c.Was != nil {
		was = c.Was
	}
	if c.Value != nil {
		now = c.Value
	}
	x.diff = diffOf(v.P, was, now)
	x.version, x.newer = strconv.FormatInt(last, 10), last != seq
	pg := v.Frame(v.P.T("setting.change_title", "n", v.P.Int(seq)))
	pg.Back, pg.Error, pg.LangURL = settingHref(c.Key), len(problems) > 0, langAt(v, x.row.href)
	if x.gone {
		pg.Back = "/setting/history"
	}
	return v.PageStatus(status, settingChangePage(pg, x))
}

func (b *desk) postSettingTakeBack(v *web.Visit) error {
	posted, err := v.OneEach("version")
	if err != nil {
		return err
	}
	seq, err1 := strconv.ParseInt(v.Param("change"), 10, 64)
	version, err2 := strconv.ParseInt(posted["version"], 10, 64)
	if err1 != nil || err2 != nil {
		return fault.New(fault.NotFound, "")
	}
	problems, err := b.Settings.TakeBack(v.R.Context(), v.Actor, seq, version)
	switch {
	case settingConflict(err):
		return b.sendChange(v, http.StatusConflict, []components.Problem{{ID: "take-back", Text: v.P.T("setting.meanwhile")}})
	case err != nil:
		return err
	case len(problems) > 0:
		var out []components.Problem
		for _, p := range problems {
			out = append(out, components.Problem{ID: "take-back", Text: settingPart(v.P, p.Part) + v.P.T("setting.colon") + v.P.T(p.Key, p.Args...)})
		}
		return b.sendChange(v, http.StatusUnprocessableEntity, out)
	}
	c, err := b.Settings.Change(v.R.Context(), v.Actor, seq)
	if err != nil {
		return err
	}
	v.Flash("setting.taken_back")
	if _, err := b.Settings.Item(v.R.Context(), v.Actor, c.Key); err != nil {
		return v.Redirect("/setting/history")
	}
	return v.Redirect(settingHref(c.Key))
}
