package backoffice

import (
	"bytes"
	"encoding/json"
	"slices"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/web"
	"guichet/web/components"
)

// answerRoutes put the answer about somebody's data together, show it and send it.
func (b *desk) answerRoutes(d *web.Door, reader web.Policy) {
	b.post(d, "/dossier/{dossier}/inquiry/answer", reader, b.postHanded, web.Sensitive)
	b.post(d, "/dossier/{dossier}/inquiry/found/{found}/approve", reader, b.postApproveFound, web.Sensitive)
	d.Get("/dossier/{dossier}/inquiry/answer/{form}", reader, b.informed(b.getHanded))
	b.post(d, "/dossier/{dossier}/inquiry/send", reader, b.postSendAnswer, web.Sensitive)
}

// handedView is what an answer is put together of, and where it stands.
type handedView struct {
	shown       bool
	chosen      components.Field // of what was found
	files       components.Field // of what holders have sent
	waiting     []finding        // of another procedure, not approved yet
	state       []components.Row
	made, again bool
}

// finding is a dossier of another procedure that a second person has to approve; without an address it is not the reader's to.
type finding struct{ label, approve string }

func (b *desk) handedOf(v *web.Visit, d *dossier.Dossier, orders []dossier.Order) (x handedView, err error) {
	if b.Office.InquiryRules(d).Answer == "" {
		return x, nil
	}
	x.shown = true
	found, err := b.Office.FoundFor(v.R.Context(), v.Actor, d)
	if err != nil {
		return x, err
	}
	x.chosen = components.Field{ID: "dossiers", Name: "dossiers", Label: v.P.T("answer.of"), Hint: v.P.T("answer.of_hint")}
	for _, f := range found {
		label := f.Reference
		if p := b.Catalogue.Get(f.Procedure); p != nil {
			label = orWords(f.Reference, v.P.T("inquiry.unsent")) + ", " + p.Title.In(v.P.Lang)
		}
		option := components.Option{Value: f.PublicID, Label: label}
		if f.Elsewhere && f.ApprovedBy == 0 {
			option.Hint = v.P.T("inquiry.unapproved_hint")
			w := finding{label: label}
			if f.FoundBy != v.Actor.AccountID {
				w.approve = dossierPath(d.PublicID) + "/inquiry/found/" + f.PublicID + "/approve"
			}
			x.waiting = append(x.waiting, w)
		}
		x.chosen.Options = append(x.chosen.Options, option)
	}
	x.files = components.Field{ID: "files", Name: "files", Label: v.P.T("answer.files"), Hint: v.P.T("answer.files_hint")}
	for _, o := range orders {
		for _, f := range o.Files {
			x.files.Options = append(x.files.Options, components.Option{Value: f.ID, Label: o.Processing.In(v.P.Lang) + ", " + f.Name})
		}
	}
	state, err := b.Office.AnswerOf(v.R.Context(), v.Actor, d)
	if err != nil || state == nil {
		return x, err
	}
	row := func(key, value string) components.Row {
		return components.Row{Key: v.P.T(key), Values: []string{value}}
	}
	x.made, x.again = true, d.Closed() && state.Reachable
	x.state = []components.Row{row("answer.made", v.P.DateTimeAt(state.MadeAt))}
	if state.Until != nil {
		x.state = append(x.state, row("answer.until", v.P.DateTimeAt(*state.Until)))
	}
	if state.OpenedAt != nil {
		x.state = append(x.state, row("answer.opened", v.P.DateTimeAt(*state.OpenedAt)))
	}
	if !state.Reachable {
		x.state = append(x.state, row("answer.reach", v.P.T("answer.unreachable")))
	}
	return x, nil
}

// ungathered are the reasons for which no answer is put together, with their words.
var ungathered = map[string]string{
	"inquiry.closed": "inquiry.closed", "inquiry.waiting": "inquiry.waiting", "inquiry.orders_open": "inquiry.orders_open", "inquiry.unsearched": "inquiry.unsearched",
	"inquiry.unapproved": "inquiry.unapproved", "inquiry.again": "inquiry.again", "document.waiting": "answer.file_waiting",
}

// unapprovable are the reasons for which a finding is not approved, with their words.
var unapprovable = map[string]string{"inquiry.closed": "inquiry.closed", "inquiry.own": "inquiry.own", "inquiry.approved": "inquiry.approved"}

// postApproveFound says that what somebody else has found is the same person's.
func (b *desk) postApproveFound(v *web.Visit) error {
	if _, err := v.OneEach(); err != nil {
		return err
	}
	err := b.Office.ApproveFound(v.R.Context(), v.Actor, v.Param("dossier"), v.Param("found"))
	said := "inquiry.was_approved"
	if err != nil {
		if said = unapprovable[fault.Key(err)]; said == "" {
			return err
		}
	}
	v.Flash(said)
	return v.Redirect(dossierPath(v.Param("dossier")) + "/inquiry#gather")
}

func (b *desk) postHanded(v *web.Visit) error {
	form, err := v.Form()
	if err != nil {
		return err
	}
	for name := range form {
		if !slices.Contains([]string{"dossiers", "files"}, name) {
			return fault.New(fault.Invalid, "error.form")
		}
	}
	ctx, id := v.R.Context(), v.Param("dossier")
	h, err := b.Office.Gather(ctx, v.Actor, id, slices.Compact(slices.Sorted(slices.Values(form["dossiers"]))))
	if key := ungathered[fault.Key(err)]; key != "" {
		v.Flash(key)
		return v.Redirect(dossierPath(id) + "/inquiry")
	}
	if err != nil {
		return err
	}
	p := v.P
	p.Lang = h.Language
	pdf, err := b.Receipts.Answer(h, p)
	if err != nil {
		return err
	}
	data, err := json.MarshalIndent(h, "", "  ")
	if err != nil {
		return err
	}
	err = b.Office.KeepAnswer(ctx, v.Actor, id, h, pdf, data, slices.Compact(slices.Sorted(slices.Values(form["files"]))))
	if key := ungathered[fault.Key(err)]; key != "" {
		v.Flash(key)
		return v.Redirect(dossierPath(id) + "/inquiry")
	}
	if err != nil {
		return err
	}
	v.Flash("answer.was_made")
	return v.Redirect(dossierPath(id) + "/inquiry#gather")
}

func (b *desk) getHanded(v *web.Visit) error {
	name, raw, err := b.Office.ReadAnswer(v.R.Context(), v.Actor, v.Param("dossier"), v.Param("form"))
	if err != nil {
		return err
	}
	kind := map[string]string{dossier.AnswerPDF: "application/pdf", dossier.AnswerJSON: "application/json"}[v.Param("form")]
	return v.Send(web.File{Name: name, Kind: kind, Size: int64(len(raw)), Body: bytes.NewReader(raw)})
}

func (b *desk) postSendAnswer(v *web.Visit) error {
	err := b.Office.SendAnswer(v.R.Context(), v.Actor, v.Param("dossier"))
	switch fault.Key(err) {
	case "answer.unsent":
		v.Flash("answer.unsent")
	case "answer.unreachable":
		v.Flash("answer.unreachable")
	default:
		if err != nil {
			return err
		}
		v.Flash("answer.was_sent")
	}
	return v.Redirect(dossierPath(v.Param("dossier")) + "/inquiry")
}
