package backoffice

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/internal/breach"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/web/components"
)

// breachForm is what is asked of a breach. Most may be said later, as it comes to be known.
type breachForm struct {
	at            string
	version, once string
	fields        map[string]*components.Field
	problems      []components.Problem
}

// breachTimes are the instants of a record: a date, and the hour beside it.
var breachTimes = []string{"known", "began", "notified", "told"}

// newOnce names a form, so that a second press of it keeps nothing.
func newOnce() string { return strings.ToLower(rand.Text()) }

func (b *desk) newBreachForm(v *web.Visit, at string) *breachForm {
	x := &breachForm{at: at, once: newOnce(), fields: map[string]*components.Field{}}
	for _, id := range breachFields {
		x.fields[id] = &components.Field{ID: id, Name: id, Label: v.P.T("breach." + id), Autocomplete: "off", Optional: !slices.Contains([]string{"what", "known", "kinds"}, id)}
		if slices.Contains(breachTimes, id) {
			x.fields[id+"_time"] = &components.Field{ID: id + "_time", Name: id + "_time", Label: v.P.T("breach." + id + "_time"), Hint: v.P.T("breach.time_hint"), Optional: id != "known"}
		}
	}
	for _, id := range []string{"what", "consequences", "measures", "late", "why_not", "not_told"} {
		x.fields[id].Rows, x.fields[id].MaxLength = 4, breach.Longest
	}
	for _, id := range []string{"what", "known", "people", "risk", "notified", "why_not", "told"} {
		x.fields[id].Hint = v.P.T("breach.hint." + id)
	}
	x.fields["people"].InputMode, x.fields["people"].Width = "numeric", 10
	x.fields["reference"].Width = 20
	for _, k := range breach.Kinds {
		x.fields["kinds"].Options = append(x.fields["kinds"].Options, components.Option{Value: k, Label: v.P.T("breach.kind." + k)})
	}
	for _, k := range breach.Risks {
		x.fields["risk"].Options = append(x.fields["risk"].Options, components.Option{Value: k, Label: v.P.T("breach.risks." + k)})
	}
	for _, p := range b.Catalogue.All() {
		for _, c := range p.Form.Categories {
			x.fields["categories"].Options = append(x.fields["categories"].Options, components.Option{Value: p.ID + "/" + c.ID, Label: b.breachCategory(v.P, p.ID+"/"+c.ID)})
		}
	}
	for _, c := range breach.Elsewhere {
		x.fields["categories"].Options = append(x.fields["categories"].Options, components.Option{Value: c, Label: b.breachCategory(v.P, c)})
	}
	return x
}

// fill puts a record into the form.
func (x *breachForm) fill(r breach.Record) {
	for id, value := range map[string]string{
		"what": r.What, "people": r.People, "consequences": r.Consequences, "measures": r.Measures, "risk": r.Risk,
		"reference": r.Reference, "late": r.Late, "why_not": r.WhyNot, "not_told": r.NotTold,
	} {
		x.fields[id].Value = value
	}
	x.fields["kinds"].Values, x.fields["categories"].Values = r.Kinds, r.Categories
	for id, at := range map[string]time.Time{"known": r.Known, "began": r.Began, "notified": r.Notified, "told": r.Told} {
		if !at.IsZero() {
			x.fields[id].Date, x.fields[id+"_time"].Value = form.DateParts(at.In(text.Zone)), at.In(text.Zone).Format("15:04")
		}
	}
}

// take puts back what was typed, and reads it; what cannot be read is a problem.
func (x *breachForm) take(p text.Printer, posted url.Values, now time.Time) (r breach.Record) {
	one := posted.Get
	r = breach.Record{
		What: one("what"), Kinds: posted["kinds"], Categories: posted["categories"], People: one("people"), Consequences: one("consequences"), Measures: one("measures"),
		Risk: one("risk"), Reference: one("reference"), Late: one("late"), WhyNot: one("why_not"), NotTold: one("not_told"),
	}
	x.fill(r)
	instants := map[string]*time.Time{"known": &r.Known, "began": &r.Began, "notified": &r.Notified, "told": &r.Told}
	for _, id := range breachTimes {
		x.fields[id].Date = [3]string{one(id + ".day"), one(id + ".month"), one(id + ".year")}
		x.fields[id+"_time"].Value = one(id + "_time")
		at, ok := instantOf(posted, id)
		if !ok {
			x.wrong(p, id, "breach.problem.time")
		}
		*instants[id] = at
	}
	if one("began_time") == "" {
		r.Began = sameDay(r.Began, time.Time{}, r.Known)
	}
	if one("told_time") == "" {
		r.Told = sameDay(r.Told, r.Known, now)
	}
	x.version, x.once = one("version"), one("once")
	return r
}

// instantOf reads a date and an hour in Monaco; zero and true when nothing was typed. A date alone is its noon when the hour may be
// left out.
func instantOf(posted url.Values, id string) (time.Time, bool) {
	var parts []string
	for _, part := range []string{".year", ".month", ".day"} {
		parts = append(parts, strings.TrimSpace(posted.Get(id+part)))
	}
	hour := strings.TrimSpace(posted.Get(id + "_time"))
	if strings.Join(parts, "")+hour == "" {
		return time.Time{}, true
	}
	if hour == "" && id != "known" && id != "notified" {
		hour = "12:00"
	}
	at, err := time.ParseInLocation("2006-1-2 15:04", strings.Join(parts, "-")+" "+strings.ReplaceAll(hour, "h", ":"), text.Zone)
	return at, err == nil
}

// sameDay moves an instant of which the day alone was given to the two it must lie between, where these are of that day.
func sameDay(at, after, before time.Time) time.Time {
	day := func(t time.Time) string { return t.In(text.Zone).Format(time.DateOnly) }
	switch {
	case at.After(before) && day(at) == day(before):
		return before
	case at.Before(after) && day(at) == day(after):
		return after
	}
	return at
}

// wrong marks a field.
func (x *breachForm) wrong(p text.Printer, id, key string) {
	if f := x.fields[id]; f != nil && f.Error == "" {
		f.Error = p.T(key)
		x.problems = append(x.problems, components.Problem{ID: f.ID, Text: p.T("breach."+id) + p.T("portal.state.colon") + f.Error})
	}
}

// breachPosted reads the form: lists may stand several times, everything else once.
func breachPosted(v *web.Visit) (url.Values, error) {
	posted, err := v.Form()
	if err != nil {
		return nil, err
	}
	names := []string{"version", "once"}
	for _, id := range breachFields {
		names = append(names, id)
		if slices.Contains(breachTimes, id) {
			names = append(names, id+".day", id+".month", id+".year", id+"_time")
		}
	}
	for name, values := range posted {
		if !slices.Contains(names, name) || len(values) > 1 && name != "kinds" && name != "categories" {
			return nil, fault.New(fault.Invalid, "error.form")
		}
	}
	return posted, nil
}

func (b *desk) getBreachNew(v *web.Visit) error {
	return b.sendBreachForm(v, http.StatusOK, b.newBreachForm(v, breachPath+"/new"), 0)
}

func (b *desk) postBreachNew(v *web.Visit) error {
	return b.writeBreach(v, breach.Breach{}, breachPath+"/new")
}

func (b *desk) getBreachAmend(v *web.Visit) error {
	r, _, err := b.breachOf(v)
	if err != nil {
		return err
	}
	x := b.newBreachForm(v, breachAt(r.Number)+"/amend")
	x.version = strconv.FormatInt(r.Version, 10)
	x.fill(r.Record)
	return b.sendBreachForm(v, http.StatusOK, x, r.Number)
}

func (b *desk) postBreachAmend(v *web.Visit) error {
	r, _, err := b.breachOf(v)
	if err != nil {
		return err
	}
	return b.writeBreach(v, r, breachAt(r.Number)+"/amend")
}

func (b *desk) writeBreach(v *web.Visit, of breach.Breach, at string) error {
	posted, err := breachPosted(v)
	if err != nil {
		return err
	}
	x := b.newBreachForm(v, at)
	r := x.take(v.P, posted, v.Now)
	if len(x.problems) > 0 {
		return b.sendBreachForm(v, http.StatusUnprocessableEntity, x, of.Number)
	}
	version, _ := strconv.ParseInt(x.version, 10, 64) // what is no number is no line
	number, problems, err := b.Breaches.Write(v.R.Context(), v.Actor, of.Number, version, x.once, r)
	conflict := fault.Of(err) == fault.Conflict
	switch {
	case conflict:
		x.version, x.once = strconv.FormatInt(of.Version, 10), newOnce()
		x.problems = append(x.problems, components.Problem{Text: v.P.T(fault.Key(err))})
	case err != nil:
		return err
	}
	for _, p := range problems {
		x.wrong(v.P, p.Field, p.Key)
	}
	if len(x.problems) > 0 {
		return b.sendBreachForm(v, breachStatus(conflict), x, of.Number)
	}
	v.Flash("breach.kept")
	return v.Redirect(breachAt(number))
}

func (b *desk) sendBreachForm(v *web.Visit, status int, x *breachForm, number int64) error {
	pg := v.Frame(v.P.T("breach.record"))
	pg.Back = breachPath
	if number != 0 {
		pg = v.Frame(v.P.T("breach.amend", "n", v.P.Int(number)))
		pg.Back = breachAt(number)
	}
	pg.Error, pg.LangURL = len(x.problems) > 0, langAt(v, x.at)
	return v.PageStatus(status, breachFormPage(pg, x))
}
