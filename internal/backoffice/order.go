package backoffice

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"

	"guichet/internal/document"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/web"
	"guichet/web/components"
)

const ordersPath = "/orders"

// mostSent is how many bytes one answer may send at once.
const mostSent = 60 << 20

// orderRoutes are for those who answer for another processing: what is asked of them, and nothing of any dossier.
func (b *desk) orderRoutes(d *web.Door) {
	holder := web.Holder("answer search orders", dossier.HoldsAny)
	d.Get(ordersPath, holder, b.informed(b.getOrders))
	d.Get(ordersPath+"/{order}", holder, b.informed(b.getOrder))
	b.post(d, ordersPath+"/{order}", holder, b.postOrderAnswer, web.Upload(mostSent))
}

func (b *desk) getOrders(v *web.Visit) error {
	orders, err := b.Office.HeldOrders(v.R.Context(), v.Actor)
	if err != nil {
		return err
	}
	t := components.Table{Caption: v.P.T("inquiry.orders"), HiddenCaption: true, Stacked: true, Empty: v.P.T("inquiry.orders_none"), Head: []components.Column{
		{Label: v.P.T("inquiry.reference")}, {Label: v.P.T("inquiry.procedure")}, {Label: v.P.T("inquiry.processing")}, {Label: v.P.T("inquiry.until")}, {Label: v.P.T("inquiry.state")},
	}}
	for _, o := range orders {
		t.Rows = append(t.Rows, []components.Cell{
			{Text: o.Reference, Href: ordersPath + "/" + o.ID, Header: true}, {Text: o.Procedure.In(v.P.Lang)}, {Text: o.Processing.In(v.P.Lang)}, {Text: v.P.Date(o.Due)}, {Status: orderStatus(v, o.Order)},
		})
	}
	return v.Page(ordersPage(v.Frame(v.P.T("inquiry.orders")), t))
}

// answerView is an order as it is answered.
type answerView struct {
	path, reference string
	facts           []components.Row
	open            bool
	outcome, words  components.Field
	file            components.Field
	files           []components.Uploaded
	problems        []components.Problem
}

func (b *desk) getOrder(v *web.Visit) error {
	return b.sendOrder(v, http.StatusOK, func(*answerView) {})
}

func (b *desk) sendOrder(v *web.Visit, status int, add func(*answerView)) error {
	o, err := b.Office.HeldOrder(v.R.Context(), v.Actor, v.Param("order"))
	if err != nil {
		return err
	}
	row := func(key, value string) components.Row { return components.Row{Key: v.P.T(key), Values: lines(value)} }
	x := &answerView{path: ordersPath + "/" + o.ID, reference: o.Reference, open: o.State == "asked"}
	x.facts = []components.Row{row("inquiry.procedure", o.Procedure.In(v.P.Lang)), row("inquiry.processing", o.Processing.In(v.P.Lang)), row("inquiry.until", v.P.Date(o.Due)), row("inquiry.words", o.Words)}
	if !x.open {
		x.facts = append(x.facts, row("inquiry.outcome", v.P.T("inquiry.outcome_"+o.Outcome)), row("inquiry.answer", orWords(o.Answer, v.P.T("ui.no_answer"))))
	}
	x.outcome = components.Field{ID: "outcome", Name: "outcome", Label: v.P.T("inquiry.outcome_ask"), Options: []components.Option{
		{Value: dossier.OrderFound, Label: v.P.T("inquiry.outcome_found")}, {Value: dossier.OrderNothing, Label: v.P.T("inquiry.outcome_nothing")},
	}}
	x.words = components.Field{ID: "words", Name: "words", Label: v.P.T("inquiry.answer"), Hint: v.P.T("inquiry.answer_hint"), MaxLength: 4000, Optional: true}
	x.file = components.Field{ID: "file", Name: "file", Label: v.P.T("inquiry.file"), Hint: v.P.T("inquiry.file_hint"), Optional: true}
	for _, f := range o.Files {
		x.files = append(x.files, components.Uploaded{Name: f.Name, Size: v.P.Size(f.Size), Status: shutStatus(v.P, f), Remove: f.ID})
	}
	add(x)
	pg := v.Frame(v.P.T("inquiry.order", "reference", o.Reference))
	pg.Back, pg.Error, pg.LangURL = ordersPath, len(x.problems) > 0, langAt(v, x.path)
	return v.PageStatus(status, orderPage(pg, x))
}

// orderForm is one posted answer: its files are kept as they come, its words go with the button that sends.
type orderForm struct {
	b              *desk
	v              *web.Visit
	words, outcome string
	do, remove     string
	kept           int
	failed         []string
}

func (b *desk) postOrderAnswer(v *web.Visit) error {
	parts, err := v.R.MultipartReader()
	if err != nil {
		return fault.New(fault.Invalid, "error.form")
	}
	f := &orderForm{b: b, v: v}
	if err := f.read(parts); err != nil {
		return err
	}
	ctx, id := v.R.Context(), v.Param("order")
	if f.remove != "" {
		if err := b.Office.DropOrderFile(ctx, v.Actor, id, f.remove); err != nil && fault.Key(err) != "order.done" {
			return err
		}
		return f.again(http.StatusOK, "", "")
	}
	if len(f.failed) > 0 {
		return f.again(http.StatusUnprocessableEntity, "file", strings.Join(f.failed, " "))
	}
	if f.do != "send" {
		return f.again(http.StatusOK, "", "")
	}
	err = b.Office.AnswerOrder(ctx, v.Actor, id, f.outcome, f.words)
	switch fault.Key(err) {
	case "order.outcome":
		return f.again(http.StatusUnprocessableEntity, "outcome", v.P.T("inquiry.outcome_missing"))
	case "order.words":
		return f.again(http.StatusUnprocessableEntity, "words", v.P.T("inquiry.answer_missing"))
	case "order.done":
		v.Flash("inquiry.done_already")
		return v.Redirect(ordersPath)
	}
	if err != nil {
		return err
	}
	v.Flash("inquiry.answer_sent")
	return v.Redirect(ordersPath)
}

func (f *orderForm) again(status int, field, why string) error {
	return f.b.sendOrder(f.v, status, func(x *answerView) {
		x.outcome.Value, x.words.Value = f.outcome, f.words
		if at := map[string]*components.Field{"outcome": &x.outcome, "words": &x.words, "file": &x.file}[field]; at != nil {
			at.Error = why
			x.problems = []components.Problem{{ID: at.ID, Text: why}}
		}
	})
}

func (f *orderForm) read(parts *multipart.Reader) error {
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = f.take(part)
		}
		if _, long := errors.AsType[*http.MaxBytesError](err); long {
			f.failed = append(f.failed, f.v.P.T("document.too_large"))
			return nil
		}
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return fault.New(fault.Invalid, "error.form")
		}
		if err != nil {
			return err
		}
	}
}

func (f *orderForm) take(part *multipart.Part) error {
	into := map[string]*string{"words": &f.words, "outcome": &f.outcome, "do": &f.do, "remove": &f.remove}[part.FormName()]
	switch {
	case into != nil:
		raw, err := io.ReadAll(io.LimitReader(part, mostTyped+1))
		if len(raw) > mostTyped || *into != "" {
			return fault.New(fault.Invalid, "error.form")
		}
		*into = strings.ReplaceAll(strings.ToValidUTF8(string(raw), ""), "\r\n", "\n")
		return err
	case part.FormName() != "file":
		return fault.New(fault.Invalid, "error.form")
	case part.FileName() == "":
		return nil // no file chosen
	}
	err := f.b.Office.AttachToOrder(f.v.R.Context(), f.v.Actor, f.v.Param("order"), part.FileName(), part)
	key := fault.Key(err)
	if says := map[string]string{"order.files": "inquiry.file_many", "order.done": "inquiry.done_already", "document.quota": "inquiry.file_many"}[key]; says != "" {
		f.failed = append(f.failed, f.v.P.T(says))
		return nil
	}
	if slices.Contains(document.Reasons, key) {
		f.failed = append(f.failed, f.v.P.T(key))
		return nil
	}
	if err == nil {
		f.kept++
	}
	return err
}
