package backoffice

import (
	"net/http"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/release"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/web/components"
)

// releaseView is a procedure as its analysts see it: what is frozen, what is promised of it, what was asked for.
type releaseView struct {
	title    string
	action   string // "" while nothing is frozen
	design   string // where its schema is designed
	facts    []components.Row
	promises []promised
	version  components.Field
	lang     components.Field
	reason   components.Field
	requests components.Table
	versions components.Table
	waiting  []versionView
	next     string   // which version the months to come are judged by, "" where it is that of a file
	warnings []string // why another version goes on than one must think, and that a month is not frozen
	public   string   // address of the page that tells everybody the same
}

// typedAsk is what an analyst had typed into the form of a procedure, with what is wrong with it.
type typedAsk struct {
	procedure, version, lang, reason, problem string
}

func (b *desk) getRelease(v *web.Visit) error { return b.sendReleases(v, http.StatusOK, typedAsk{}) }

func (b *desk) sendReleases(v *web.Visit, status int, typed typedAsk) error {
	var views []releaseView
	var problems []components.Problem
	for _, p := range b.Catalogue.All() {
		if p.Release == nil || !access.May(v.Actor, access.Export, p.ID) {
			continue
		}
		x, err := b.releaseOf(v, p)
		if err != nil {
			return err
		}
		if typed.procedure == p.ID {
			problems = x.retype(typed)
		}
		views = append(views, x)
	}
	pg := v.Frame(v.P.T("desk.release.title"))
	pg.Error, pg.LangURL = len(problems) > 0, langAt(v, "/release")
	return v.PageStatus(status, releasePage(pg, problems, views))
}

func (b *desk) releaseOf(v *web.Visit, p *procedure.Procedure) (releaseView, error) {
	ctx := v.R.Context()
	s, err := b.Releases.Standing(ctx, v.Actor, p.ID)
	if err != nil {
		return releaseView{}, err
	}
	files, err := b.Releases.Releases(ctx, v.Actor, p.ID)
	if err != nil {
		return releaseView{}, err
	}
	versions, err := b.Releases.Versions(ctx, v.Actor, p.ID)
	if err != nil {
		return releaseView{}, err
	}
	var ids []int64
	for _, f := range files {
		ids = append(ids, f.AskedBy)
	}
	for _, x := range versions {
		ids = append(ids, x.Author)
	}
	names, err := b.Accounts.Names(ctx, ids)
	if err != nil {
		return releaseView{}, err
	}
	x := releaseView{title: p.Title.In(v.P.Lang), public: b.Public + "/release/" + p.ID, design: designPath(p.ID)}
	x.facts, x.promises, x.warnings = standingFacts(v, s), allPromised(v.P, s), warningsOf(v.P, s)
	x.next = nextWords(v.P, s)
	if len(s.Offers) > 0 {
		x.ask(v, p.ID, s.Offers)
	}
	x.requests = requestsOf(v, files, names)
	x.versions, x.waiting = versionsOf(v, versions, names)
	return x, nil
}

// ask offers the form that asks for a file.
func (x *releaseView) ask(v *web.Visit, id string, offers []release.Offer) {
	x.action = "/release/" + id
	x.version = components.Field{ID: id + "-version", Name: "version", Label: v.P.T("desk.release.version")}
	for i := len(offers) - 1; i >= 0; i-- { // the newest first: it is the one wanted
		o := offers[i]
		x.version.Options = append(x.version.Options, components.Option{Value: o.ID, Label: v.P.T("desk.release.offer", "name", o.Name, "n", o.Number, "rows", v.P.Int(int64(o.Rows)))})
	}
	x.lang = components.Field{ID: id + "-lang", Name: "lang", Label: v.P.T("desk.release.lang"), Value: string(v.P.Lang), Options: []components.Option{
		{Value: string(text.FR), Label: v.P.T("desk.lang.fr")}, {Value: string(text.EN), Label: v.P.T("desk.lang.en")},
	}}
	x.reason = components.Field{ID: id + "-reason", Name: "reason", Label: v.P.T("desk.release.reason"), Hint: v.P.T("desk.release.reason_hint"), Rows: 3, MaxLength: 2000}
}

// retype gives back what was typed, with its problem.
func (x *releaseView) retype(t typedAsk) []components.Problem {
	if x.action == "" {
		return []components.Problem{{Text: t.problem}}
	}
	x.version.Value, x.lang.Value, x.reason.Value, x.reason.Error = t.version, t.lang, t.reason, t.problem
	return []components.Problem{{ID: x.reason.ID, Text: t.problem}}
}

// standingFacts say what is frozen, and how much of it comes out (RP-021, RP-176 to RP-178).
func standingFacts(v *web.Visit, s release.Standing) []components.Row {
	row := func(key string, values ...string) components.Row {
		return components.Row{Key: v.P.T(key), Values: values}
	}
	out := []components.Row{row("desk.release.through", v.P.T("desk.release.nothing_yet"))}
	if s.Cohorts > 0 {
		last := s.Through.AddDate(0, 1, -1) // the first day of a month, so no day is lost
		out = []components.Row{row("desk.release.through", v.P.Date(last)), row("desk.release.rows", v.P.Int(int64(s.Rows)))}
	}
	if s.Year.Judged {
		words := v.P.T("desk.release.year_share", "share", v.P.Percent(s.Year.Share, 0))
		if s.Year.Fewer {
			words = v.P.T("desk.release.year_all")
		}
		out = append(out, row("desk.release.year", words))
	}
	if len(s.Misses) > 0 {
		out = append(out, row("desk.release.misses", missWords(v.P, s)...))
	}
	return out
}

// missWords name the columns whose hierarchy met what it does not know: never the value.
func missWords(p text.Printer, s release.Standing) []string {
	var out []string
	for _, m := range s.Misses {
		label := m.Column
		for _, c := range s.Procedure.Release.Columns {
			if c.ID == m.Column {
				label = c.Label.In(p.Lang)
			}
		}
		if m.About == 0 {
			out = append(out, p.T("desk.release.miss_few", "column", label, "k", s.Procedure.Release.K))
		} else {
			out = append(out, p.T("desk.release.miss", "column", label, "n", m.About))
		}
	}
	return out
}

// requestsOf lists what was asked for, each a link to its page.
func requestsOf(v *web.Visit, files []release.Release, names map[int64]string) components.Table {
	t := components.Table{Caption: v.P.T("desk.release.requests"), Stacked: true, Empty: v.P.T("desk.release.no_request"), Head: []components.Column{
		{Label: v.P.T("desk.release.asked_at")},
		{Label: v.P.T("desk.release.asked_by")},
		{Label: v.P.T("desk.release.reason")},
		{Label: v.P.T("desk.release.version")},
		{Label: v.P.T("desk.release.lang")},
		{Label: v.P.T("desk.release.through")},
		{Label: v.P.T("desk.release.status")},
	}}
	for _, f := range files {
		t.Rows = append(t.Rows, []components.Cell{
			{Text: v.P.ShortDateTimeAt(f.AskedAt), Href: releasePath(f.ID), Header: true},
			{Text: names[f.AskedBy]},
			{Text: begun(f.Reason)},
			{Text: versionName(v.P, f.Schema)},
			{Text: langWords(v.P, f.Lang)},
			{Text: v.P.ShortDate(f.Through.AddDate(0, 1, -1))},
			{Status: releaseStatus(v.P, f.State)},
		})
	}
	return t
}

// longestBegun is of a reason in the list, in characters: its page has the whole.
const longestBegun = 80

// begun is the beginning of a reason.
func begun(reason string) string {
	if r := []rune(reason); len(r) > longestBegun {
		return string(r[:longestBegun-1]) + "…"
	}
	return reason
}

func langWords(p text.Printer, lang text.Lang) string {
	if lang == text.EN {
		return p.T("desk.lang.en")
	}
	return p.T("desk.lang.fr")
}

func releasePath(id string) string { return "/release/file/" + id }

// postAsk asks for a file; a second person must agree before it is made.
func (b *desk) postAsk(v *web.Visit) error {
	posted, err := v.OneEach("version", "lang", "reason")
	if err != nil {
		return err
	}
	lang, ok := text.ParseLang(posted["lang"])
	if !ok {
		return fault.New(fault.Invalid, "error.form")
	}
	id := v.Param("procedure")
	request, err := b.Releases.Ask(v.R.Context(), v.Actor, id, release.Asking{Version: posted["version"], Lang: lang, Reason: posted["reason"]})
	again := typedAsk{procedure: id, version: posted["version"], lang: posted["lang"], reason: posted["reason"]}
	switch fault.Key(err) {
	case "release.nothing_frozen":
		again.problem = v.P.T("desk.release.nothing")
		return b.sendReleases(v, http.StatusConflict, again)
	case "release.reason":
		again.problem = v.P.T("desk.release.reason_missing")
		return b.sendReleases(v, http.StatusUnprocessableEntity, again)
	}
	if err != nil {
		return err
	}
	v.Flash("desk.release.was_asked")
	return v.Redirect(releasePath(request))
}
