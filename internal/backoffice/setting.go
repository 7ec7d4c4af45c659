package backoffice

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"guichet/internal/fault"
	"guichet/internal/setting"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/web/components"
)

// settingRoutes are the pages of what an administration sets itself (RP-159).
func (b *desk) settingRoutes(d *web.Door) {
	holder := web.Near(web.Holder("configure", b.Settings.Any))
	d.Get("/setting", holder, b.informed(b.getSettings))
	d.Get("/setting/item", holder, b.informed(b.getSetting))
	b.post(d, "/setting/item", holder, b.postSetting, web.Sensitive)
	d.Get("/setting/history", holder, b.informed(b.getSettingHistory))
	b.post(d, "/setting/history/check", holder, b.postSettingCheck)
	d.Get("/setting/change/{change}", holder, b.informed(b.getSettingChange))
	b.post(d, "/setting/change/{change}/take-back", holder, b.postSettingTakeBack, web.Sensitive)
}

// settingsView is the list of what may be set: the kinds, or the things of one kind or of a search.
type settingsView struct {
	kinds   components.Table
	search  components.Field
	kind    components.Field
	found   *components.Table
	count   int
	pages   components.Pages
	misfits []components.Link
}

// settingPage is how many things a page lists.
const settingPage = 50

func (b *desk) getSettings(v *web.Visit) error {
	kind, words := setting.Kind(v.Query("kind")), strings.TrimSpace(v.Query("q"))
	if kind != "" && !slices.Contains(setting.Kinds, kind) {
		return fault.New(fault.NotFound, "")
	}
	x := &settingsView{
		search: components.Field{ID: "q", Name: "q", Label: v.P.T("setting.search"), Value: words},
		kind:   components.Field{ID: "kind", Name: "kind", Label: v.P.T("setting.kind.label"), Value: string(kind), Options: []components.Option{{Label: v.P.T("setting.kind.all")}}},
	}
	var found []setting.Item
	x.kinds.Head = []components.Column{{Label: v.P.T("setting.kind.label")}, {Label: v.P.T("setting.things"), Numeric: true}, {Label: v.P.T("setting.changed"), Numeric: true}}
	x.kinds.Caption, x.kinds.HiddenCaption = v.P.T("setting.title"), true
	for _, k := range setting.Kinds {
		items, err := b.Settings.Items(v.R.Context(), v.Actor, k)
		if err != nil {
			return err
		}
		x.kind.Options = append(x.kind.Options, components.Option{Value: string(k), Label: v.P.T("setting.kind." + string(k))})
		x.tell(v.P, k, items)
		if kind == "" || kind == k {
			found = append(found, settingsFound(v.P, items, words)...)
		}
	}
	if kind != "" || words != "" {
		if err := b.settingsTable(v, x, found); err != nil {
			return err
		}
	}
	return v.Page(settingsPage(v.Frame(v.P.T("setting.title")), x))
}

// tell adds a kind to the table of kinds, and what of it is left out.
func (x *settingsView) tell(p text.Printer, k setting.Kind, items []setting.Item) {
	set := 0
	for _, i := range items {
		if i.Set {
			set++
		}
		if i.Misfit != "" {
			x.misfits = append(x.misfits, components.Link{Href: settingHref(i.Key), Label: i.Name})
		}
	}
	if len(items) == 0 {
		return
	}
	x.kinds.Rows = append(x.kinds.Rows, []components.Cell{
		{Text: p.T("setting.kind." + string(k)), Href: "/setting?" + query("kind", string(k)), Header: true}, {Text: p.Int(int64(len(items)))}, {Text: p.Int(int64(set))},
	})
}

// settingsFound keeps the things in whose name or words all the searched words stand, whatever their case.
func settingsFound(p text.Printer, items []setting.Item, words string) []setting.Item {
	asked := strings.Fields(strings.ToLower(words))
	return slices.DeleteFunc(items, func(i setting.Item) bool {
		said := []string{i.Name, settingName(p, i.Kind, i.Name), i.Label.FR, i.Label.EN}
		for _, part := range i.Parts {
			said = append(said, i.Now[part])
		}
		all := strings.ToLower(strings.Join(said, "\n"))
		return slices.ContainsFunc(asked, func(w string) bool { return !strings.Contains(all, w) })
	})
}

func (b *desk) settingsTable(v *web.Visit, x *settingsView, found []setting.Item) error {
	from := 0
	if after := v.Query("after"); after != "" {
		n, err := strconv.Atoi(after)
		if err != nil || n < 1 || n > len(found) {
			return fault.New(fault.NotFound, "")
		}
		from = n
	}
	x.count = len(found)
	shown := found[from:min(from+settingPage, len(found))]
	t := &components.Table{
		Caption: v.P.T("setting.title"), HiddenCaption: true, Stacked: true, Empty: v.P.T("setting.none"),
		Head: []components.Column{{Label: v.P.T("setting.thing")}, {Label: v.P.T("setting.name")}, {Label: v.P.T("setting.state")}},
	}
	for _, i := range shown {
		t.Rows = append(t.Rows, []components.Cell{
			{Text: short(b.settingTitle(v.P, i)), Href: settingHref(i.Key), Header: true}, {Text: settingName(v.P, i.Kind, i.Name)}, {Status: settingStatus(v.P, i)},
		})
	}
	page := func(after int) string {
		q := url.Values{"kind": {v.Query("kind")}, "q": {v.Query("q")}}
		if after > 0 {
			q.Set("after", strconv.Itoa(after))
		}
		return "/setting?" + q.Encode()
	}
	if from > 0 {
		x.pages.Previous = page(max(0, from-settingPage))
	}
	if from+settingPage < len(found) {
		x.pages.Next = page(from + settingPage)
	}
	x.found = t
	return nil
}

func settingHref(key string) string { return "/setting/item?" + query("key", key) }

func settingStatus(p text.Printer, i setting.Item) components.Status {
	switch {
	case i.Misfit != "":
		return components.Status{Label: p.T("setting.left_out"), Colour: "red"}
	case i.Set:
		return components.Status{Label: p.T("setting.is_set"), Colour: "blue"}
	}
	return components.Status{Label: p.T("setting.as_written"), Colour: "grey"}
}

// short is the beginning of words, for a line of a table.
func short(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 100 {
		return string(r[:99]) + "…"
	}
	return s
}

// settingConflict is true of what somebody else changed meanwhile, which the page shows beside what was typed.
func settingConflict(err error) bool {
	return fault.Of(err) == fault.Conflict && fault.Key(err) == "setting.meanwhile"
}
