package backoffice

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

// bulkView is an act on many: before it is begun, while a job is at it, and its report.
type bulkView struct {
	b        *dossier.Bulk
	fields   []templ.Component
	problems []components.Problem
	said     string // how far it is, or how it ended
	table    components.Table
}

// refreshed is how often the page of an act under way is asked for again by the browser itself, in seconds.
const refreshed = "4"

func (b *desk) postBulk(v *web.Visit) error {
	posted, err := v.Form()
	if err != nil {
		return err
	}
	for name, values := range posted {
		if !slices.Contains([]string{"dossier", "move", "all", "filter"}, name) || name != "dossier" && len(values) != 1 {
			return fault.New(fault.Invalid, "error.form")
		}
	}
	f, err := filterFrom(posted.Get("filter"), b.procedures(v.Actor))
	if err != nil {
		return err
	}
	ids := posted["dossier"]
	if posted.Get("all") != "" {
		if ids, err = b.filtered(v, f); err != nil {
			return err
		}
	}
	if posted.Get("move") == "" {
		v.Flash("work.bulk.no_move")
		return v.Redirect(queueAt(f.values()))
	}
	id, err := b.Office.PrepareBulk(v.R.Context(), v.Actor, f.procedure.ID, posted.Get("move"), ids)
	if fault.Key(err) == "bulk.none" {
		v.Flash("work.bulk.none")
		return v.Redirect(queueAt(f.values()))
	}
	if err != nil {
		return err
	}
	return v.Redirect("/bulk/" + id)
}

// filtered are the dossiers of a filter, as many as one act is made on.
func (b *desk) filtered(v *web.Visit, f queueFilter) ([]string, error) {
	ask, err := f.ask(v)
	if err != nil {
		return nil, err
	}
	if f.barred(v) {
		return nil, nil // the page showed none
	}
	ask.Limit, ask.After = dossier.MostInBulk, dossier.Cursor{}
	rows, _, err := b.Office.Queue(v.R.Context(), v.Actor, ask)
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.PublicID
	}
	return ids, err
}

func (b *desk) getBulk(v *web.Visit) error {
	x, err := b.Office.Bulk(v.R.Context(), v.Actor, v.Param("bulk"))
	if err != nil {
		return err
	}
	return b.sendBulk(v, http.StatusOK, x, dossier.Act{}, nil)
}

func (b *desk) sendBulk(v *web.Visit, status int, x *dossier.Bulk, act dossier.Act, problems []problem) error {
	page := &bulkView{b: x}
	pg := v.Frame(x.Move.Label.In(v.P.Lang))
	pg.Back, pg.Error, pg.LangURL = "/queue", len(problems) > 0, langAt(v, "/bulk/"+x.PublicID)
	for _, p := range problems {
		page.problems = append(page.problems, components.Problem{ID: p.id, Text: p.text})
	}
	switch x.State {
	case dossier.BulkPrepared:
		if err := b.bulkForm(v, page, act, problems); err != nil {
			return err
		}
		page.table = bulkPreview(v, x)
	case dossier.BulkQueued:
		page.said = v.P.T("work.bulk.under_way", "n", v.P.Int(int64(len(x.Items)-x.Left)), "of", v.P.Int(int64(len(x.Items))))
		v.W.Header().Set("Refresh", refreshed)
	default:
		page.said = v.P.T("work.bulk.ended", "made", v.P.Int(int64(x.Made)), "of", v.P.Int(int64(len(x.Items))), "at", v.P.DateTimeAt(*x.DoneAt))
		page.table = bulkReport(v, x)
	}
	return v.PageStatus(status, bulkPage(pg, page))
}

// bulkForm is what the move asks of the agent, once for all dossiers.
func (b *desk) bulkForm(v *web.Visit, page *bulkView, act dossier.Act, problems []problem) error {
	m, def, errs := page.b.Move, page.b.Def, map[string]string{}
	for _, p := range problems {
		errs[p.field] = p.text
	}
	raw := form.Raw{}
	for name, values := range act.Fields {
		raw[name] = values
	}
	for _, s := range agentFields(def.Form.Walk(raw, nil, workflow.Day(v.Now)), m) {
		s.Required = s.Required || slices.Contains(m.Form.Required, s.Path)
		page.fields = append(page.fields, control(v.P, s, errs[s.Path]))
	}
	if len(m.Form.Reasons) > 0 {
		page.fields = append([]templ.Component{components.Radios(v.P, *bulkReasons(v, m, act, errs["reason"]))}, page.fields...)
	}
	beside, err := b.Office.Beside(v.R.Context(), v.Actor, def.ID)
	if err != nil {
		return err
	}
	staff, err := b.staff(v, def, beside)
	if err != nil {
		return err
	}
	if assigns(m, "chosen") {
		c := components.Field{ID: "assignee", Name: "assignee", Label: v.P.T("desk.move.assignee"), Error: errs["assignee"], Options: []components.Option{{}}}
		page.fields = append(page.fields, components.Select(v.P, withColleagues(c, staff.colleagues, staff.names)))
	}
	if assigns(m, "team") {
		c := teamChoice(v, staff.teams, staff.called, act.Team, "")
		c.Error = errs["team"]
		page.fields = append(page.fields, components.Select(v.P, c))
	}
	return nil
}

// bulkReasons leaves out the reasons for which the move takes two people, and says so.
func bulkReasons(v *web.Visit, m *workflow.Move, act dossier.Act, wrong string) *components.Field {
	c := reasonField(v, m.OfferedToMany(), typed{act: act}, wrong)
	if m.Second != nil {
		c.Hint = v.P.T("work.bulk.alone")
	}
	return c
}

func (b *desk) postBulkStart(v *web.Visit) error {
	x, err := b.Office.Bulk(v.R.Context(), v.Actor, v.Param("bulk"))
	if err != nil {
		return err
	}
	posted, err := v.Form()
	if err != nil {
		return err
	}
	act, err := bindBulk(x.Move, posted)
	if err != nil {
		return err
	}
	err = b.Office.StartBulk(v.R.Context(), v.Actor, x.PublicID, act)
	var problems []problem
	missing, lacks := errors.AsType[*dossier.Missing](err)
	switch {
	case lacks:
		problems = lacking(v.P, missing)
	case fault.Key(err) == "move.assignee":
		problems = []problem{{"assignee", "assignee", v.P.T("desk.move.problem.assignee")}}
	case fault.Key(err) == "move.team":
		problems = []problem{{"team", "team", v.P.T("work.bulk.problem_team")}}
	case err != nil && fault.Key(err) != "bulk.begun": // begun by a second press of the button: the page says how far it is
		return err
	default:
		return v.Redirect("/bulk/" + x.PublicID)
	}
	return b.sendBulk(v, http.StatusUnprocessableEntity, x, act, problems)
}

// bindBulk reads what the form of an act on many can post, and nothing else.
func bindBulk(m *workflow.Move, posted url.Values) (dossier.Act, error) {
	act := dossier.Act{Move: m.ID, Fields: map[string][]string{}}
	for name, values := range posted {
		switch {
		case within(m.Form.Fields, name):
			act.Fields[name] = values
		case len(values) != 1:
			return act, fault.New(fault.Invalid, "error.form")
		case name == "reason" && len(m.Form.Reasons) > 0:
			act.Reason = values[0]
		case name == "assignee" && assigns(m, "chosen"):
			act.Assignee, _ = strconv.ParseInt(values[0], 10, 64) // what is no account is refused with the rest
		case name == "team" && assigns(m, "team"):
			act.Team = values[0]
		default:
			return act, fault.New(fault.Invalid, "error.form")
		}
	}
	return act, nil
}
