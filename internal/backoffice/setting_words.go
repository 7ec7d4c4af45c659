package backoffice

import (
	"strings"
	"time"

	"guichet/internal/setting"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/internal/workflow"
)

// settingTitle is what a thing is called on the pages: its own words, or its label.
func (b *desk) settingTitle(p text.Printer, i setting.Item) string {
	switch i.Kind {
	case setting.Text, setting.Words:
		if i.Gone() {
			return i.Name
		}
		return i.Now[string(p.Lang)]
	case setting.Team:
		return i.Now["name"]
	case setting.Days, setting.Survey:
		return p.T("setting.kind." + string(i.Kind))
	case setting.List:
		if i.Label.IsZero() {
			return settingName(p, i.Kind, i.Name)
		}
		return p.T("setting.reasons_of", "name", i.Label.In(p.Lang))
	}
	if i.Label.IsZero() {
		return i.Name
	}
	return i.Label.In(p.Lang)
}

// wordPlaces are the kinds of words of a definition, and the parts of each, in words.
var wordPlaces = map[string]string{
	"notifications": "setting.word.notifications", "states": "setting.word.states", "moves": "setting.word.moves", "notices": "setting.word.notices",
	"answers": "setting.word.answers", "steps": "setting.word.steps", "fields": "setting.word.fields",
	"subject": "setting.word.subject", "body": "setting.word.body", "label": "setting.word.label", "next": "setting.word.next", "desk": "setting.word.desk",
	"help": "setting.word.help", "title": "setting.word.title", "text": "setting.word.text", "intro": "setting.word.intro", "hint": "setting.word.hint",
}

// settingName is the name of a thing: the key of a text, and in words where a text of a definition stands.
func settingName(p text.Printer, kind setting.Kind, name string) string {
	switch {
	case kind == setting.Days || kind == setting.Survey:
		return p.T("setting.kind." + string(kind))
	case kind == setting.List && name == "rejections":
		return p.T("setting.rejections")
	case kind != setting.Words:
		return name
	}
	first, rest, _ := strings.Cut(name, ".")
	at := strings.LastIndexByte(rest, '.')
	if at < 0 || wordPlaces[first] == "" || wordPlaces[rest[at+1:]] == "" {
		return name
	}
	return p.T(wordPlaces[first]) + " " + rest[:at] + " – " + p.T(wordPlaces[rest[at+1:]])
}

// settingPart is what a part of a value is called.
func settingPart(p text.Printer, part string) string {
	switch part {
	case "fr", "en":
		return p.T("desk.lang." + part)
	case "name", "mailbox", "lines", "address", "value":
		return p.T("setting.part." + part)
	}
	at := strings.LastIndexByte(part, '.')
	if at < 0 {
		return part
	}
	if part == setting.NewEntry+".id" {
		return p.T("setting.part.new_id")
	}
	of := part[:at]
	if of == setting.NewEntry {
		of = p.T("setting.part.new")
	}
	switch part[at+1:] {
	case "fr", "en":
		return of + " – " + p.T("desk.lang."+part[at+1:])
	case "place", "retired":
		return of + " – " + p.T("setting.part."+part[at+1:])
	}
	return part
}

// sampleValue is what a value between braces looks like, and what it is.
type sampleValue struct{ name, words, sample string }

// settingSamples are the values that the words of a thing may bear, each with an invented example; a value without one is
// shown by its name.
func (b *desk) settingSamples(v *web.Visit, i setting.Item, l text.Lang) []sampleValue {
	p := text.Printer{Lang: l} // dates alone
	title := ""
	if proc := b.Catalogue.Get(i.Procedure); proc != nil {
		title = proc.Title.In(l)
	}
	known := map[string]string{
		"reference": "AB-2345-6789", "link": b.Public + "/…", "procedure": title, "service": b.Site.Service.In(l), "controller": b.Controller.In(l),
		"date": p.DateAt(v.Now), "until": p.Date(workflow.Day(v.Now).AddDate(0, 0, 30)), "goes": p.Date(workflow.Day(v.Now).AddDate(0, 0, 30)), "due": p.Date(workflow.Day(v.Now).AddDate(0, 0, 30)), "contact": b.Contact, "address": "1, rue de l’Exemple, 98000 Monaco", "n": "3",
		"site": strings.TrimPrefix(strings.TrimPrefix(b.Public, "https://"), "http://"), "code": "234567",
	}
	var out []sampleValue
	for _, name := range i.Values {
		s := sampleValue{name: "{" + name + "}", sample: known[name]}
		if s.sample == "" {
			s.sample = "‹" + name + "›"
		}
		if key := "setting.value." + name; v.P.Has(key) {
			s.words = v.P.T(key)
		}
		out = append(out, s)
	}
	return out
}

// settingPreview are the words as they will be read, with the samples in the place of the values.
func (b *desk) settingPreview(v *web.Visit, i setting.Item, value setting.Value) []previewView {
	var out []previewView
	for _, l := range text.Langs {
		var args []any
		for _, s := range b.settingSamples(v, i, l) {
			args = append(args, strings.Trim(s.name, "{}"), s.sample)
		}
		said := text.Fill(value[string(l)], args...)
		x := previewView{lang: l, label: v.P.T("desk.lang." + string(l))}
		if i.Kind == setting.Words && strings.HasPrefix(i.Name, "notices.") {
			x.blocks = prose(said)
		} else {
			x.lines = strings.Split(strings.TrimSpace(said), "\n")
		}
		if i.Kind == setting.Text && text.IsSMS(i.Name) && b.SMS != nil {
			n, wide := b.SMS(strings.TrimSpace(said))
			x.sms = v.P.N("setting.sms", n)
			if wide {
				x.sms += " " + v.P.T("setting.sms_wide")
			}
		}
		out = append(out, x)
	}
	return out
}

// previewView is one language of a preview.
type previewView struct {
	lang   text.Lang
	label  string
	blocks []block // of a notice, with its headings and lists
	lines  []string
	sms    string // how many SMS it takes, "" of what goes by mail
}

// calendarView are the closed days that lie ahead, as the lines say them.
type calendarView struct {
	week string
	days []string
}

// closedAhead lists the closed days of this year and the next from today on.
func closedAhead(v *web.Visit, lines string) *calendarView {
	c, faults := workflow.ParseCalendar(lines)
	if len(faults) > 0 {
		return nil
	}
	today, x := workflow.Day(v.Now), &calendarView{}
	var week []string
	for _, d := range c.Week() {
		week = append(week, v.P.T("setting.weekday."+strings.ToLower(d.String())))
	}
	x.week = v.P.List(week)
	for _, year := range []int{today.Year(), today.Year() + 1} {
		for _, d := range c.Named(year) {
			if !d.Day.Before(today) && d.Day.Before(today.AddDate(1, 0, 0)) {
				x.days = append(x.days, strings.TrimSpace(v.P.Date(d.Day)+" "+named(d.Name)))
			}
		}
	}
	return x
}

func named(name string) string {
	if name == "" {
		return ""
	}
	return "– " + name
}

// settingLimit says a limit's bound: a number, or a duration in words.
func settingLimit(p text.Printer, s string) string {
	d, err := workflow.ParseDuration(s)
	if err != nil {
		return s
	}
	var out []string
	for _, part := range []struct {
		n   int
		key string
	}{
		{d.Years, "setting.years"},
		{d.Months, "setting.months"},
		{d.Weeks, "setting.weeks"},
		{d.Days, "setting.days"},
		{int(d.Clock / time.Hour), "setting.hours"},
		{int(d.Clock % time.Hour / time.Minute), "setting.minutes"},
	} {
		if part.n != 0 {
			out = append(out, p.N(part.key, part.n))
		}
	}
	return s + " (" + p.List(out) + ")"
}
