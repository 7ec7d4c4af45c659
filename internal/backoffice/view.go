package backoffice

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/web"
	"guichet/web/components"
)

// viewsView are the views an agent keeps, and the form that keeps the one on the page.
type viewsView struct {
	kept  []keptView
	name  components.Field
	query string
	full  bool
}

type keptView struct {
	label, href, drop string
	current           bool
}

func views(v *web.Visit, f queueFilter, kept []dossier.View) (x viewsView) {
	x.query = viewQuery(f)
	for _, k := range kept {
		href := "/queue"
		if k.Query != "" {
			href += "?" + k.Query
		}
		x.kept = append(x.kept, keptView{k.Name, href, "/queue/view/" + strconv.FormatInt(k.ID, 10) + "/remove", k.Query == x.query})
	}
	x.full = len(kept) >= dossier.MostViews
	x.name = components.Field{ID: "name", Name: "name", Label: v.P.T("work.view.name"), Hint: v.P.T("work.view.hint"), Width: 20, Autocomplete: "off"}
	return x
}

// viewQuery is what a view keeps of an address: how dossiers are chosen and shown, and no word that was looked for, since
// that is most often somebody's name.
func viewQuery(f queueFilter) string {
	f.words = ""
	return f.values().Encode()
}

func (b *desk) postView(v *web.Visit) error {
	posted, err := v.OneEach("name", "query")
	if err != nil {
		return err
	}
	f, err := filterFrom(posted["query"], b.procedures(v.Actor))
	if err != nil {
		return err
	}
	err = b.Office.KeepView(v.R.Context(), v.Actor, dossier.View{Name: strings.TrimSpace(posted["name"]), Query: viewQuery(f)})
	switch fault.Key(err) {
	case "view.name":
		v.Flash("work.view.problem")
	case "view.many":
		v.Flash("work.view.many", "n", strconv.Itoa(dossier.MostViews))
	default:
		if err != nil {
			return err
		}
		v.Flash("work.view.kept")
	}
	return v.Redirect(queueAt(f.values()))
}

// filterFrom reads a filter from the parameters that a form sends back; what cannot be one is Invalid.
func filterFrom(query string, procedures []*procedure.Procedure) (f queueFilter, err error) {
	q, err := url.ParseQuery(query)
	if err != nil {
		return f, fault.New(fault.Invalid, "error.form")
	}
	if f = filterOf(q, procedures); f.procedure == nil {
		return f, fault.New(fault.NotFound, "")
	}
	return f, nil
}

func (b *desk) postViewRemove(v *web.Visit) error {
	id, err := strconv.ParseInt(v.Param("view"), 10, 64)
	if err != nil {
		return fault.New(fault.NotFound, "")
	}
	if err := b.Office.DropView(v.R.Context(), v.Actor, id); err != nil {
		return err
	}
	v.Flash("work.view.dropped")
	return v.Redirect("/queue")
}

// bulkForm is the id of the form that chooses dossiers for an act on many.
const bulkForm = "bulk"

// bulkChoice is the form under the queue that chooses an act on many; nil for who may make none.
type bulkChoice struct {
	move  components.Field
	all   components.Field
	query string
}

func bulkChoiceOf(v *web.Visit, f queueFilter) *bulkChoice {
	c := bulkChoice{query: f.values().Encode()}
	c.move = components.Field{ID: "move", Name: "move", Label: v.P.T("work.bulk.move"), Options: []components.Option{{}}}
	s := sightOfQueue(v.Actor, f.procedure)
	for _, m := range f.procedure.Flow.Workflow.Moves {
		if m.Bulk && slices.ContainsFunc(s.roles, func(r string) bool { return slices.Contains(m.By, r) }) {
			c.move.Options = append(c.move.Options, components.Option{Value: m.ID, Label: m.Label.In(v.P.Lang)})
		}
	}
	if len(c.move.Options) == 1 {
		return nil
	}
	c.all = components.Field{ID: "all", Name: "all", Label: v.P.T("work.bulk.all", "n", v.P.Int(dossier.MostInBulk))}
	return &c
}
