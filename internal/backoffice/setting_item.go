package backoffice

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"guichet/internal/account"
	"guichet/internal/fault"
	"guichet/internal/setting"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/web/components"
)

// settingView is one thing that may be set, with its form.
type settingView struct {
	item     setting.Item
	name     string
	title    string
	status   components.Status
	version  string
	fields   []templ.Component
	values   []sampleValue
	preview  []previewView
	ahead    *calendarView
	problems []components.Problem
	theirs   []diffView // what another set meanwhile, beside what was typed
	by, at   string
	written  []components.Row
	members  []string
	changes  []changeRow
}

func (b *desk) getSetting(v *web.Visit) error {
	i, version, err := b.Settings.Fresh(v.R.Context(), v.Actor, v.Query("key"))
	if err != nil {
		return err
	}
	return b.sendSetting(v, http.StatusOK, i, i.Now, version, nil, func(*settingView) {})
}

// sendSetting shows a thing with the value that stands in its form.
func (b *desk) sendSetting(v *web.Visit, status int, i setting.Item, value setting.Value, version int64, problems []setting.Problem, add func(*settingView)) error {
	x := &settingView{
		item: i, name: settingName(v.P, i.Kind, i.Name), status: settingStatus(v.P, i), version: strconv.FormatInt(version, 10), title: short(b.settingTitle(v.P, i)),
		values: b.settingSamples(v, i, v.P.Lang),
	}
	if !i.Gone() {
		b.settingForm(v, x, value, problems)
	}
	if i.Kind == setting.Days {
		x.ahead = closedAhead(v, value["lines"])
	}
	for _, part := range i.Parts {
		if i.Set && i.Written[part] != i.Now[part] {
			x.written = append(x.written, components.Row{Key: settingPart(v.P, part), Values: strings.Split(strings.TrimSpace(i.Written[part]), "\n")})
		}
	}
	var err error
	if i.Kind == setting.Team {
		if x.members, err = b.members(v, i); err != nil {
			return err
		}
	}
	changes, err := b.Settings.Changes(v.R.Context(), v.Actor, i.Key, 0, 20)
	if err != nil {
		return err
	}
	if x.changes, err = b.changeRows(v, changes); err != nil {
		return err
	}
	add(x)
	pg := v.Frame(x.title)
	pg.Error, pg.LangURL, pg.Back = len(x.problems) > 0, langAt(v, "/setting/item"), "/setting?"+query("kind", string(i.Kind))
	if pg.LangURL != "" {
		pg.LangURL += "&" + query("key", i.Key)
	}
	return v.PageStatus(status, settingItemPage(pg, x))
}

// settingForm draws the parts of the value.
func (b *desk) settingForm(v *web.Visit, x *settingView, value setting.Value, problems []setting.Problem) {
	wrong := map[string]string{}
	for _, p := range problems {
		words := v.P.T(p.Key, p.Args...)
		if wrong[p.Part] != "" {
			words = wrong[p.Part] + " " + words
		}
		wrong[p.Part] = words
	}
	for _, part := range x.item.Parts {
		if wrong[part] != "" {
			x.problems = append(x.problems, components.Problem{ID: partID(part), Text: settingPart(v.P, part) + v.P.T("setting.colon") + wrong[part]})
		}
		x.fields = append(x.fields, settingControl(v.P, x.item, part, value[part], wrong[part]))
	}
	if x.item.Grows {
		x.grow(v, value, wrong)
	}
}

// grow asks for one entry more of a list.
func (x *settingView) grow(v *web.Visit, value setting.Value, wrong map[string]string) {
	for _, part := range []string{setting.NewEntry + ".fr", setting.NewEntry + ".en", setting.NewEntry + ".id"} {
		c := components.Field{ID: partID(part), Name: partID(part), Label: settingPart(v.P, part), Value: value[part], Error: wrong[part], Autocomplete: "off", Optional: true}
		if part == setting.NewEntry+".id" {
			c.Hint, c.Width = v.P.T("setting.new_id_hint"), 20
		}
		if c.Error != "" {
			x.problems = append(x.problems, components.Problem{ID: c.ID, Text: c.Label + v.P.T("setting.colon") + c.Error})
		}
		x.fields = append(x.fields, components.TextInput(v.P, c))
	}
}

func partID(part string) string { return "part." + part }

// settingControl draws one part.
func settingControl(p text.Printer, i setting.Item, part, value, wrong string) templ.Component {
	c := components.Field{ID: partID(part), Name: partID(part), Label: settingPart(p, part), Value: value, Error: wrong, Autocomplete: "off"}
	switch {
	case strings.HasSuffix(part, ".retired"):
		c.Label, c.Options = p.T("setting.part.retired"), []components.Option{{Value: "yes", Label: settingPart(p, part)}}
		c.Hidden, c.Values = true, []string{value}
		return components.Checkboxes(p, c)
	case strings.HasSuffix(part, ".place"):
		c.Width, c.InputMode = 3, "numeric"
	case part == "lines":
		c.Hint, c.Rows = p.T("setting.days_hint"), 16
		return components.Textarea(p, c)
	case part == "value":
		c.Width, c.Hint = 10, p.T("setting.between", "least", settingLimit(p, i.Least), "most", settingLimit(p, i.Most))
		if !i.Number {
			c.Hint += " " + p.T("setting.duration_hint")
		}
	case part == "address":
		c.Type, c.Hint = "url", p.T("setting.survey_hint")
	case part == "mailbox":
		c.Type, c.Hint, c.Optional = "email", p.T("setting.mailbox_hint"), true
	case (part == "fr" || part == "en") && (i.Long || len(value) > 80):
		c.Rows = min(20, 3+strings.Count(value, "\n")+len(value)/90)
		return components.Textarea(p, c)
	}
	return components.TextInput(p, c)
}

// members are the agents of a team, by the rights they hold (RP-160).
func (b *desk) members(v *web.Visit, i setting.Item) ([]string, error) {
	agents, err := b.Accounts.Agents(v.R.Context())
	if err != nil {
		return nil, err
	}
	var out []string
	for _, a := range agents {
		if a.State != "disabled" && slices.ContainsFunc(a.Rights, func(r account.Right) bool { return r.Procedure == i.Procedure && r.Team == i.Name }) {
			out = append(out, a.Profile.Shown())
		}
	}
	slices.Sort(out)
	return out, nil
}

// postSetting previews, keeps, or goes back to what the files have.
func (b *desk) postSetting(v *web.Visit) error {
	form, err := v.Form()
	if err != nil {
		return err
	}
	key, version, action := "", int64(0), ""
	value := setting.Value{}
	for name, said := range form {
		if len(said) != 1 {
			return fault.New(fault.Invalid, "error.form")
		}
		switch part, ok := strings.CutPrefix(name, "part."); {
		case ok:
			value[part] = said[0]
		case name == "key":
			key = said[0]
		case name == "action":
			action = said[0]
		case name == "version":
			if version, err = strconv.ParseInt(said[0], 10, 64); err != nil {
				return fault.New(fault.Invalid, "error.form")
			}
		default:
			return fault.New(fault.Invalid, "error.form")
		}
	}
	i, err := b.Settings.Item(v.R.Context(), v.Actor, key)
	if err != nil {
		return err
	}
	switch action {
	case "preview":
		return b.previewSetting(v, i, value, version)
	case "written":
		value = maps.Clone(i.Written)
	case "save":
	default:
		return fault.New(fault.Invalid, "error.form")
	}
	problems, err := b.Settings.Set(v.R.Context(), v.Actor, key, value, version)
	switch {
	case settingConflict(err):
		return b.settingMeanwhile(v, key, value)
	case err != nil:
		return err
	case len(problems) > 0:
		return b.sendSetting(v, http.StatusUnprocessableEntity, i, value, version, problems, func(*settingView) {})
	}
	v.Flash("setting.kept")
	return v.Redirect(settingHref(key))
}

func (b *desk) previewSetting(v *web.Visit, i setting.Item, value setting.Value, version int64) error {
	tried, problems, err := b.Settings.Try(v.R.Context(), v.Actor, i.Key, value)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	if i.Kind == setting.List {
		tried = value // an entry to be stands in its own boxes still
	}
	return b.sendSetting(v, status, i, tried, version, problems, func(x *settingView) {
		if len(problems) == 0 {
			x.preview = b.settingPreview(v, i, tried)
		}
	})
}

// settingMeanwhile shows what another set beside what was typed; sending the form again means it.
func (b *desk) settingMeanwhile(v *web.Visit, key string, typed setting.Value) error {
	i, version, err := b.Settings.Fresh(v.R.Context(), v.Actor, key)
	if err != nil {
		return err
	}
	changes, err := b.Settings.Changes(v.R.Context(), v.Actor, key, 0, 1)
	if err != nil {
		return err
	}
	rows, err := b.changeRows(v, changes)
	if err != nil || len(rows) == 0 {
		return err
	}
	return b.sendSetting(v, http.StatusConflict, i, typed, version, nil, func(x *settingView) {
		x.theirs, x.by, x.at = diffOf(v.P, i.Now, typed), rows[0].who, rows[0].at
	})
}
