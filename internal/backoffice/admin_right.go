package backoffice

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

// rightView is a right as the administrator's page tells it: what it lets do, since when, until when, given by whom and why.
type rightView struct {
	id, words string
	group     bool // given, and taken away, by a group of the agents' provider
	says      []string
	soon      components.Status // it ends within two weeks, or has not begun
}

// soon is how long before its end a right is pointed out.
const soon = 14 * 24 * time.Hour

func (b *desk) rightView(v *web.Visit, r account.Right, names map[int64]string) rightView {
	x := rightView{id: strconv.FormatInt(r.ID, 10), words: b.rightWords(v.P, r), group: r.Group != ""}
	since := r.Since
	if r.From.After(since) {
		since = r.From
	}
	x.says = append(x.says, v.P.T("desk.admin.since", "at", v.P.DateAt(since)))
	if !r.Until.IsZero() {
		x.says = append(x.says, v.P.T("desk.admin.until", "at", v.P.DateAt(r.Until.Add(-time.Second))))
	}
	if r.Group != "" {
		x.says = append(x.says, v.P.T("desk.admin.by_group", "group", r.Group))
	} else {
		x.says = append(x.says, v.P.T("desk.admin.by", "name", orWords(names[r.By], v.P.T("desk.admin.installation"))))
	}
	if r.EndedBy != 0 {
		x.says = append(x.says, v.P.T("desk.admin.ended_by", "name", names[r.EndedBy]))
	}
	if r.Reason != "" {
		x.says = append(x.says, v.P.T("desk.admin.because", "reason", r.Reason))
	}
	switch now := v.Now; {
	case r.From.After(now):
		x.soon = components.Status{Label: v.P.T("desk.admin.begins"), Colour: "blue"}
	case r.InForce(now) && !r.Until.IsZero() && r.Until.Sub(now) <= soon:
		x.soon = components.Status{Label: v.P.T("desk.admin.ends_soon"), Colour: "yellow"}
	}
	return x
}

// grantForm is what is asked to give a right.
type grantForm struct{ right, team, from, until, reason components.Field }

// grantNames are what its form posts.
var grantNames = []string{"right", "team", "from.day", "from.month", "from.year", "until.day", "until.month", "until.year", "reason"}

func (b *desk) grantForm(v *web.Visit, id, label string) grantForm {
	return grantForm{
		right:  components.Field{ID: "right" + id, Name: "right", Label: label, Options: b.rightOptions(v.P)},
		team:   components.Field{ID: "team" + id, Name: "team", Label: v.P.T("desk.admin.team"), Hint: v.P.T("desk.admin.team_hint"), Width: 20, Optional: true, Autocomplete: "off"},
		from:   components.Field{ID: "from" + id, Name: "from", Label: v.P.T("desk.admin.from"), Optional: true},
		until:  components.Field{ID: "until" + id, Name: "until", Label: v.P.T("desk.admin.last_day"), Hint: v.P.T("desk.admin.last_day_hint"), Optional: true},
		reason: components.Field{ID: "reason" + id, Name: "reason", Label: v.P.T("desk.admin.reason"), Rows: 2},
	}
}

// teamCode is what a team is called in rights and dossiers; how it is shown is set on the configuration pages.
var teamCode = regexp.MustCompile(`^[a-z0-9-]{0,40}$`)

// readGrant reads a right as typed; lacks says what is wrong with it, by field.
func (b *desk) readGrant(v *web.Visit, posted map[string]string) (r account.Right, lacks map[string]string) {
	lacks = map[string]string{}
	r.Team, r.Reason = posted["team"], strings.TrimSpace(posted["reason"])
	procedure, role, _ := strings.Cut(posted["right"], "/")
	if slices.ContainsFunc(b.rightOptions(v.P), func(o components.Option) bool { return o.Value == posted["right"] && o.Value != "" }) {
		r.Procedure, r.Role = procedure, role
	} else {
		lacks["right"] = v.P.T("desk.admin.right_missing")
	}
	if !teamCode.MatchString(r.Team) || r.Team != "" && r.Procedure == account.Everything {
		lacks["team"] = v.P.T("desk.admin.team_wrong")
	}
	from, fromOK := dayOf(posted, "from")
	until, untilOK := dayOf(posted, "until")
	if !fromOK {
		lacks["from"] = v.P.T("desk.admin.day_wrong")
	}
	if !from.IsZero() {
		r.From = time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, text.Zone)
		if !r.From.AddDate(0, 0, 1).After(v.Now) { // today is from now on; before, it was not given
			lacks["from"] = v.P.T("desk.admin.day_past")
		}
	}
	if !until.IsZero() {
		r.Until = workflow.EndOfCivil(until)
	}
	switch {
	case !untilOK:
		lacks["until"] = v.P.T("desk.admin.day_wrong")
	case r.Until.IsZero() && r.Role != "" && b.Accounts.Contract(r.Procedure, r.Role):
		lacks["until"] = v.P.T("desk.admin.contract")
	case !r.Until.IsZero() && (!r.Until.After(v.Now) || !r.Until.After(r.From)):
		lacks["until"] = v.P.T("desk.admin.day_order")
	}
	if r.Reason == "" || utf8.RuneCountInString(r.Reason) > account.LongestReason {
		lacks["reason"] = v.P.T("desk.admin.reason_missing")
	}
	if len(lacks) == 0 {
		return r, nil
	}
	return r, lacks
}

// dayOf reads a date of three boxes; zero and true when all are empty.
func dayOf(posted map[string]string, name string) (time.Time, bool) {
	parts := []string{strings.TrimSpace(posted[name+".year"]), strings.TrimSpace(posted[name+".month"]), strings.TrimSpace(posted[name+".day"])}
	if strings.Join(parts, "") == "" {
		return time.Time{}, true
	}
	at, err := time.Parse("2006-1-2", strings.Join(parts, "-"))
	return at, err == nil
}

// fill puts back what was typed, and marks what was wrong.
func (f *grantForm) fill(posted, lacks map[string]string) (out []components.Problem) {
	for _, x := range []*components.Field{&f.right, &f.team, &f.from, &f.until, &f.reason} {
		x.Value, x.Error = posted[x.Name], lacks[x.Name]
		x.Date = [3]string{posted[x.Name+".day"], posted[x.Name+".month"], posted[x.Name+".year"]}
		if x.Error != "" {
			out = append(out, components.Problem{ID: x.ID, Text: x.Error})
		}
	}
	return out
}

func (f grantForm) wrong() bool {
	return f.right.Error+f.team.Error+f.from.Error+f.until.Error+f.reason.Error != ""
}

// seesRights tells whether the agent may read the journal of rights: who administers, and who audits.
func (b *desk) seesRights(a access.Actor) bool {
	return access.Administers(a) || slices.ContainsFunc(b.Catalogue.All(), func(p *procedure.Procedure) bool { return access.May(a, access.Audit, p.ID) })
}

const rightsAtOnce = 100

// getRights is the journal of rights: each change, with what stood before and after.
func (b *desk) getRights(v *web.Visit) error {
	before := int64(0)
	if q := v.Query("before"); q != "" {
		n, err := strconv.ParseInt(q, 10, 64)
		if err != nil || n < 1 {
			return fault.New(fault.NotFound, "")
		}
		before = n
	}
	acts, err := b.Accounts.RightActs(v.R.Context(), before, rightsAtOnce)
	if err != nil {
		return err
	}
	t, err := b.rightsTable(v, acts)
	if err != nil {
		return err
	}
	var pages components.Pages
	if before > 0 {
		pages.Previous = "/admin/rights"
	}
	if len(acts) == rightsAtOnce {
		pages.Next = "/admin/rights?" + query("before", strconv.FormatInt(acts[len(acts)-1].ID, 10))
	}
	pg := v.Frame(v.P.T("desk.rights.title"))
	pg.Back, pg.LangURL = "/admin", langAt(v, "/admin/rights")
	if !access.Administers(v.Actor) {
		pg.Back = "/"
	}
	return v.PageStatus(http.StatusOK, rightsPage(pg, t, pages))
}

func (b *desk) rightsTable(v *web.Visit, acts []account.RightAct) (components.Table, error) {
	var ids []int64
	for _, a := range acts {
		ids = append(ids, a.Of)
		if a.By != 0 {
			ids = append(ids, a.By)
		}
	}
	names, err := b.names(v, ids)
	if err != nil {
		return components.Table{}, err
	}
	t := components.Table{Caption: v.P.T("desk.rights.title"), HiddenCaption: true, Empty: v.P.T("desk.rights.none"), Stacked: true, Head: []components.Column{
		{Label: v.P.T("desk.rights.at")}, {Label: v.P.T("desk.rights.by")}, {Label: v.P.T("desk.rights.of")}, {Label: v.P.T("desk.rights.before")}, {Label: v.P.T("desk.rights.after")},
	}}
	for _, a := range acts {
		t.Rows = append(t.Rows, []components.Cell{
			{Text: v.P.ShortDateTimeAt(a.At), Header: true},
			{Text: orWords(names[a.By], v.P.T("desk.admin.installation"))},
			{Text: names[a.Of]},
			{Text: b.rightsWords(v, a.Before)},
			{Text: b.afterWords(v, a)},
		})
	}
	return t, nil
}

// afterWords say what stands after a change of rights, or that no right has changed.
func (b *desk) afterWords(v *web.Visit, a account.RightAct) string {
	if a.Reset {
		return v.P.T("desk.rights.reset")
	}
	return b.rightsWords(v, a.After)
}

func (b *desk) rightsWords(v *web.Visit, rights []account.Right) string {
	var out []string
	for _, r := range rights {
		words := b.rightWords(v.P, r)
		if !r.From.IsZero() {
			words += ", " + v.P.T("desk.admin.since", "at", v.P.DateAt(r.From))
		}
		if !r.Until.IsZero() {
			words += ", " + v.P.T("desk.admin.until", "at", endWords(v.P, r.Until))
		}
		out = append(out, words)
	}
	return orWords(strings.Join(out, " · "), "–")
}

// endWords is the last day of a right that ends with one, and the hour of one that ends within it.
func endWords(p text.Printer, until time.Time) string {
	if at := until.In(text.Zone); at.Hour() == 0 && at.Minute() == 0 && at.Second() == 0 {
		return p.DateAt(until.Add(-time.Second))
	}
	return p.DateTimeAt(until)
}
