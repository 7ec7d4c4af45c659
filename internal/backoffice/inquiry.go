package backoffice

import (
	"net/http"
	"slices"
	"strings"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/web"
	"guichet/web/components"
)

// inquiryRoutes look for a person in all procedures, ask the holders of other processings, and let those answer.
func (b *desk) inquiryRoutes(d *web.Door, reader web.Policy) {
	d.Get("/dossier/{dossier}/inquiry", reader, b.informed(b.getInquiry))
	b.post(d, "/dossier/{dossier}/inquiry/search", reader, b.postPersonSearch)
	b.post(d, "/dossier/{dossier}/inquiry/order", reader, b.postOrder)
	b.post(d, "/dossier/{dossier}/inquiry/order/{order}/withdraw", reader, b.postOrderWithdraw)
	b.orderRoutes(d)
	b.answerRoutes(d, reader)
}

// inquiryView is what is looked for and asked for a dossier.
type inquiryView struct {
	path, reference string
	open            bool // the dossier is in a state in which one may look
	name, email     components.Field
	birth, paper    components.Field
	found           components.Table
	searched        bool
	processings     components.Field
	words, due      components.Field
	orders          []orderView
	gather          handedView
	problems        []components.Problem
}

// orderView is one order with what came of it.
type orderView struct {
	title    string
	state    components.Status
	facts    []components.Row
	answer   []string
	files    []letterFile
	withdraw string
	reason   components.Field
}

// inquiryPath is where one looks for the person of a dossier, "" to who may not.
func (b *desk) inquiryPath(v *web.Visit, d *dossier.Dossier) string {
	if !b.Office.MayInquire(v.Actor, d) {
		return ""
	}
	return dossierPath(d.PublicID) + "/inquiry"
}

func (b *desk) getInquiry(v *web.Visit) error {
	return b.sendInquiry(v, http.StatusOK, func(*inquiryView) {})
}

func (b *desk) sendInquiry(v *web.Visit, status int, add func(*inquiryView)) error {
	d, err := b.Office.Open(v.R.Context(), v.Actor, v.Param("dossier"))
	if err != nil {
		return err
	}
	orders, err := b.Office.Orders(v.R.Context(), v.Actor, d)
	if err != nil {
		return err
	}
	ids := []int64{}
	for _, o := range orders {
		ids = append(ids, o.AskedBy, o.AnsweredBy)
	}
	names, err := b.names(v, slices.DeleteFunc(ids, func(id int64) bool { return id == 0 }))
	if err != nil {
		return err
	}
	x := b.inquiryOf(v, d)
	for _, o := range orders {
		x.orders = append(x.orders, b.orderOf(v, d, o, names))
	}
	if x.gather, err = b.handedOf(v, d, orders); err != nil {
		return err
	}
	add(x)
	pg := v.Frame(v.P.T("inquiry.title"))
	pg.Back, pg.Error, pg.LangURL = dossierPath(d.PublicID), len(x.problems) > 0, langAt(v, x.path)
	return v.PageStatus(status, inquiryPage(pg, x))
}

func (b *desk) inquiryOf(v *web.Visit, d *dossier.Dossier) *inquiryView {
	rules := b.Office.InquiryRules(d)
	x := &inquiryView{
		path: dossierPath(d.PublicID) + "/inquiry", reference: d.Reference, open: slices.Contains(rules.States, d.State),
		name:        components.Field{ID: "name", Name: "name", Label: v.P.T("inquiry.name"), Autocomplete: "off", Optional: true},
		birth:       components.Field{ID: "birth", Name: "birth", Label: v.P.T("inquiry.birth"), Hint: v.P.T("inquiry.birth_hint"), Optional: true},
		email:       components.Field{ID: "email", Name: "email", Label: v.P.T("inquiry.email"), Type: "email", Autocomplete: "off", Optional: true},
		paper:       components.Field{ID: "paper", Name: "paper", Label: v.P.T("inquiry.paper"), Autocomplete: "off", Width: 20, Optional: true},
		processings: components.Field{ID: "processings", Name: "processings", Label: v.P.T("inquiry.of_whom")},
		words:       components.Field{ID: "words", Name: "words", Label: v.P.T("inquiry.words"), Hint: v.P.T("inquiry.words_hint"), MaxLength: 4000},
		due:         components.Field{ID: "due", Name: "due", Label: v.P.T("inquiry.due"), Hint: v.P.T("inquiry.due_hint"), Optional: true},
	}
	for _, p := range rules.Processings {
		x.processings.Options = append(x.processings.Options, components.Option{Value: p.ID, Label: p.Label.In(v.P.Lang)})
	}
	return x
}

var orderColours = map[string]string{"asked": "blue", "answered": "green", "withdrawn": "grey"}

func (b *desk) orderOf(v *web.Visit, d *dossier.Dossier, o dossier.Order, names map[int64]string) orderView {
	row := func(key, value string) components.Row { return components.Row{Key: v.P.T(key), Values: lines(value)} }
	x := orderView{title: o.Processing.In(v.P.Lang), state: orderStatus(v, o), answer: paragraphs(o.Answer)}
	x.facts = []components.Row{
		row("inquiry.asked", orWords(names[o.AskedBy], v.P.T("work.lock.colleague"))+", "+v.P.ShortDateTimeAt(o.AskedAt)), row("inquiry.until", v.P.Date(o.Due)), row("inquiry.words", o.Words),
	}
	if o.AnsweredAt != nil && o.State == "answered" {
		x.facts = append(x.facts, row("inquiry.answered", orWords(names[o.AnsweredBy], v.P.T("work.lock.colleague"))+", "+v.P.ShortDateTimeAt(*o.AnsweredAt)), row("inquiry.outcome", v.P.T("inquiry.outcome_"+o.Outcome)))
	}
	if o.State == "withdrawn" {
		x.facts, x.answer = append(x.facts, row("inquiry.reason", o.Answer)), nil
	}
	if o.State == "asked" {
		x.withdraw = dossierPath(d.PublicID) + "/inquiry/order/" + o.ID + "/withdraw"
		x.reason = components.Field{ID: "reason-" + o.ID, Name: "reason", Label: v.P.T("inquiry.reason"), Hint: v.P.T("inquiry.reason_hint"), MaxLength: 4000}
	}
	for _, f := range o.Files {
		x.files = append(x.files, b.letterFileOf(v, d, f))
	}
	return x
}

func orderStatus(v *web.Visit, o dossier.Order) components.Status {
	if o.Overdue(v.Now) {
		return components.Status{Label: v.P.T("inquiry.state_over"), Colour: "red"}
	}
	return components.Status{Label: v.P.T("inquiry.state_" + o.State), Colour: orderColours[o.State]}
}

// postPersonSearch answers with the page itself: whom one looks for stands in no address.
func (b *desk) postPersonSearch(v *web.Visit) error {
	posted, err := v.OneEach("name", "birth.day", "birth.month", "birth.year", "email", "paper")
	if err != nil {
		return err
	}
	birth, ok := dayOf(posted, "birth")
	typed := func(x *inquiryView) {
		x.name.Value, x.email.Value, x.paper.Value = posted["name"], posted["email"], posted["paper"]
		x.birth.Date = [3]string{posted["birth.day"], posted["birth.month"], posted["birth.year"]}
	}
	wrong := func(status int, at func(*inquiryView) *components.Field, key string) error {
		return b.sendInquiry(v, status, func(x *inquiryView) {
			typed(x)
			f := at(x)
			f.Error = v.P.T(key)
			x.problems = []components.Problem{{ID: f.ID, Text: f.Error}}
		})
	}
	if !ok {
		return wrong(http.StatusUnprocessableEntity, func(x *inquiryView) *components.Field { return &x.birth }, "desk.admin.day_wrong")
	}
	found, err := b.Office.SearchPerson(v.R.Context(), v.Actor, v.Param("dossier"), dossier.Sought{Name: posted["name"], Birth: birth, Email: posted["email"], Paper: posted["paper"]})
	name := func(x *inquiryView) *components.Field { return &x.name }
	switch fault.Key(err) {
	case "inquiry.nothing":
		return wrong(http.StatusUnprocessableEntity, name, "inquiry.nothing")
	case "inquiry.often":
		return wrong(http.StatusTooManyRequests, name, "inquiry.often")
	case "inquiry.closed":
		return wrong(http.StatusConflict, name, "inquiry.closed")
	}
	if err != nil {
		return err
	}
	return b.sendInquiry(v, http.StatusOK, func(x *inquiryView) {
		typed(x)
		x.searched, x.found = true, b.foundTable(v, found)
	})
}

// foundTable says which dossiers there are; none is led to but those its reader may read.
func (b *desk) foundTable(v *web.Visit, found []dossier.FoundDossier) components.Table {
	t := components.Table{Caption: v.P.T("inquiry.found"), Stacked: true, Empty: v.P.T("inquiry.found_none"), Head: []components.Column{
		{Label: v.P.T("inquiry.procedure")}, {Label: v.P.T("inquiry.reference")}, {Label: v.P.T("inquiry.state")}, {Label: v.P.T("inquiry.since")}, {Label: v.P.T("inquiry.by")},
	}}
	for _, f := range found {
		p := b.Catalogue.Get(f.Procedure)
		if p == nil {
			continue
		}
		state := ""
		if s := p.Flow.State(f.State); s != nil {
			state = s.Desk.In(v.P.Lang)
		}
		var by []string
		for _, w := range f.By {
			by = append(by, v.P.T("inquiry.by_"+w))
		}
		t.Rows = append(t.Rows, []components.Cell{
			{Text: p.Title.In(v.P.Lang), Header: true}, {Text: orWords(f.Reference, v.P.T("inquiry.unsent"))}, {Text: state}, {Text: v.P.DateAt(f.At)}, {Text: strings.Join(by, ", ")},
		})
	}
	return t
}

func (b *desk) postOrder(v *web.Visit) error {
	form, err := v.Form()
	if err != nil {
		return err
	}
	posted := map[string]string{}
	for name, values := range form {
		if !slices.Contains([]string{"processings", "words", "due.day", "due.month", "due.year"}, name) || name != "processings" && len(values) != 1 {
			return fault.New(fault.Invalid, "error.form")
		}
		posted[name] = values[0]
	}
	due, ok := dayOf(posted, "due")
	key := "order.due"
	if ok {
		err = b.Office.OrderSearch(v.R.Context(), v.Actor, v.Param("dossier"), dossier.Ask{Processings: slices.Compact(slices.Sorted(slices.Values(form["processings"]))), Words: posted["words"], Due: due})
		key = fault.Key(err)
	}
	if ok && err == nil {
		v.Flash("inquiry.sent")
		return v.Redirect(dossierPath(v.Param("dossier")) + "/inquiry")
	}
	says := map[string]string{
		"order.processing": "inquiry.processing_missing", "order.words": "inquiry.words_missing", "order.due": "inquiry.due_wrong", "order.open": "inquiry.order_open", "inquiry.closed": "inquiry.closed",
	}[key]
	if says == "" {
		return err
	}
	return b.sendInquiry(v, http.StatusUnprocessableEntity, func(x *inquiryView) {
		x.processings.Values, x.words.Value, x.due.Date = form["processings"], posted["words"], [3]string{posted["due.day"], posted["due.month"], posted["due.year"]}
		f := map[string]*components.Field{"order.words": &x.words, "order.due": &x.due}[key]
		if f == nil {
			f = &x.processings
		}
		f.Error = v.P.T(says)
		x.problems = []components.Problem{{ID: f.ID, Text: f.Error}}
	})
}

// refuseReason says beside the order at the address that its reason will not do, and keeps what was typed.
func (x *inquiryView) refuseReason(v *web.Visit, typed string) {
	id := "reason-" + v.Param("order")
	for i := range x.orders {
		if f := &x.orders[i].reason; f.ID == id {
			f.Value, f.Error = typed, v.P.T("inquiry.reason_missing")
			x.problems = []components.Problem{{ID: id, Text: f.Error}}
		}
	}
}

func (b *desk) postOrderWithdraw(v *web.Visit) error {
	posted, err := v.OneEach("reason")
	if err != nil {
		return err
	}
	err = b.Office.WithdrawOrder(v.R.Context(), v.Actor, v.Param("dossier"), v.Param("order"), posted["reason"])
	switch {
	case fault.Key(err) == "order.done":
		v.Flash("inquiry.done_already")
	case fault.Key(err) == "order.words":
		return b.sendInquiry(v, http.StatusUnprocessableEntity, func(x *inquiryView) { x.refuseReason(v, posted["reason"]) })
	case err != nil:
		return err
	default:
		v.Flash("inquiry.withdrawn")
	}
	return v.Redirect(dossierPath(v.Param("dossier")) + "/inquiry")
}
