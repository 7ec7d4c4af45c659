package backoffice

import (
	"errors"
	"math"
	"net/http"
	"strings"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

// secondView is what one agent proposed and another one decides.
type secondView struct {
	d         *dossier.Dossier
	p         *dossier.Proposal
	path      string
	heading   string
	state     components.Status
	said      string // who proposes what, and since when
	facts     []components.Row
	since     []event // what has happened on the dossier meanwhile
	own       bool    // the agent's own: it can be taken back, and nothing else
	decides   bool
	danger    bool
	word      components.Field
	problems  []components.Problem
	held      *heldView
	overtaken bool
}

// secondNotice is what the dossier's page says of a proposal that waits, or was sent back to the agent who reads.
type secondNotice struct {
	title, words, word, path, label string
}

func secondPath(d *dossier.Dossier) string { return dossierPath(d.PublicID) + "/second" }

// secondOf is what to say of the last proposal, nil when there is nothing.
func secondOf(v *web.Visit, f *dossier.File, names map[int64]string) *secondNotice {
	p := f.Proposal
	if p == nil || f.Closed() {
		return nil
	}
	label := moveName(v, f, p.Move)
	who := orWords(names[p.By], v.P.T("work.lock.colleague"))
	switch {
	case p.State == dossier.ProposalWaits && !p.Stands:
		return &secondNotice{v.P.T("desk.second.waits"), v.P.T("desk.second.changed"), "", secondPath(f.Dossier), v.P.T("desk.second.see")}
	case p.State == dossier.ProposalWaits && p.By == v.Actor.AccountID:
		return &secondNotice{v.P.T("desk.second.waits"), v.P.T("desk.second.own", "move", label), "", secondPath(f.Dossier), v.P.T("desk.second.see")}
	case p.State == dossier.ProposalWaits:
		return &secondNotice{v.P.T("desk.second.waits"), v.P.T("desk.second.theirs", "who", who, "move", label), "", secondPath(f.Dossier), v.P.T("desk.second.decide")}
	case p.State == dossier.ProposalBack && p.By == v.Actor.AccountID:
		return &secondNotice{v.P.T("desk.second.back_title"), v.P.T("desk.second.back", "move", label, "who", orWords(names[p.Decider], v.P.T("work.lock.colleague"))), p.Word, "", ""}
	}
	return nil
}

func moveName(v *web.Visit, f *dossier.File, id string) string {
	if m := f.Def.Flow.Move(id); m != nil {
		return m.Label.In(v.P.Lang)
	}
	return id
}

func (b *desk) getSecond(v *web.Visit) error {
	d, err := b.Office.Open(v.R.Context(), v.Actor, v.Param("dossier"))
	if err != nil {
		return err
	}
	return b.sendSecond(v, d, http.StatusOK, "", "")
}

// sendSecond shows what is proposed; word is what was typed, wrong what is wrong with it. With nothing that waits, the dossier's page says why.
func (b *desk) sendSecond(v *web.Visit, d *dossier.Dossier, status int, word, wrong string) error {
	f, err := b.Office.Read(v.R.Context(), v.Actor, d.PublicID)
	if err != nil {
		return err
	}
	p := f.Proposal
	if p == nil || p.State != dossier.ProposalWaits {
		return v.Redirect(dossierPath(d.PublicID))
	}
	m := f.Def.Flow.Move(p.Move)
	if m == nil {
		return fault.New(fault.NotFound, "")
	}
	x, err := b.secondView(v, f, p, m)
	if err != nil {
		return err
	}
	x.word = components.Field{ID: "word", Name: "word", Label: v.P.T("desk.second.word"), Hint: v.P.T("desk.second.word_hint"), Rows: 3, MaxLength: 1000, Value: word, Error: wrong}
	if wrong != "" {
		x.problems = append(x.problems, components.Problem{ID: "word", Text: wrong})
	}
	pg := v.Frame(v.P.T("desk.second.title", "move", m.Label.In(v.P.Lang)))
	pg.Back, pg.Error, pg.LangURL = dossierPath(f.PublicID), wrong != "", langAt(v, secondPath(f.Dossier))
	return v.PageStatus(status, secondPage(pg, x))
}

func (b *desk) secondView(v *web.Visit, f *dossier.File, p *dossier.Proposal, m *workflow.Move) (*secondView, error) {
	names, err := b.names(v, append(people(f), p.By))
	if err != nil {
		return nil, err
	}
	r := readingOf(v, f)
	x := &secondView{
		d: f.Dossier, p: p, path: secondPath(f.Dossier) + "/" + p.PublicID, heading: r.sight.heading(f.Def, dossier.Heading(f.Def, f.Filed)),
		state: status(f.Def, f.State, v.P.Lang), own: p.By == v.Actor.AccountID, danger: m.Danger, overtaken: !p.Stands,
	}
	x.decides = b.Office.MaySecond(v.Actor, f.Dossier, p)
	x.said = v.P.T("desk.second.said", "who", orWords(names[p.By], v.P.T("work.lock.colleague")), "move", m.Label.In(v.P.Lang), "at", v.P.DateTimeAt(p.At))
	for _, reason := range m.Form.Reasons {
		if reason.ID == p.Reason {
			x.facts = append(x.facts, components.Row{Key: v.P.T("desk.move.reason"), Values: []string{reason.Label.In(v.P.Lang)}})
		}
	}
	j, err := typed{act: dossier.Act{Fields: p.Fields}}.journey(v, f, m)
	if err != nil {
		return nil, err
	}
	for _, s := range agentFields(j, m) {
		if r.sight.field(s.Path) {
			x.facts = append(x.facts, components.Row{Key: s.Label.In(v.P.Lang), Values: lines(orWords(s.Display(v.P.Lang), v.P.T("ui.no_answer")))})
		}
	}
	for _, e := range f.Latest(v.Actor, math.MaxInt) {
		if e.At.After(p.At) {
			x.since = append(x.since, b.events(v, f, r, names, []dossier.Event{e})...)
		}
	}
	if x.decides && m.Locks {
		if err := b.Office.Hold(v.R.Context(), v.Actor, f.Dossier, m); err != nil && !isHeld(err) {
			return nil, err
		}
	}
	x.held, err = b.holder(v, f.Dossier)
	return x, err
}

func isHeld(err error) bool {
	_, ok := errors.AsType[*dossier.Held](err)
	return ok
}

func (b *desk) postSecondApprove(v *web.Visit) error {
	d, err := b.Office.Open(v.R.Context(), v.Actor, v.Param("dossier"))
	if err != nil {
		return err
	}
	err = b.Office.Approve(v.R.Context(), v.Actor, d.PublicID, v.Param("proposal"))
	if err == nil {
		v.Flash("desk.second.approved")
		return v.Redirect(dossierPath(d.PublicID))
	}
	return b.secondRefused(v, d, err)
}

func (b *desk) postSecondBack(v *web.Visit) error {
	d, err := b.Office.Open(v.R.Context(), v.Actor, v.Param("dossier"))
	if err != nil {
		return err
	}
	posted, err := v.Form()
	if err != nil {
		return err
	}
	word := strings.TrimSpace(strings.ReplaceAll(posted.Get("word"), "\r\n", "\n"))
	err = b.Office.SendBack(v.R.Context(), v.Actor, d.PublicID, v.Param("proposal"), word)
	switch {
	case err == nil:
		v.Flash("desk.second.ended")
		return v.Redirect(dossierPath(d.PublicID))
	case fault.Key(err) == "second.word":
		return b.sendSecond(v, d, http.StatusUnprocessableEntity, word, v.P.T("desk.second.problem_word"))
	}
	return b.secondRefused(v, d, err)
}

// markSecond says of each reason for which the move takes two people that it does, where one person makes it for others.
func (b *desk) markSecond(v *web.Visit, d *dossier.Dossier, m *workflow.Move, c *components.Field) {
	if b.Office.TakesTwo(d, m.ID) {
		return // the button says so
	}
	for i := range c.Options {
		switch reason := c.Options[i].Value; {
		case b.Office.Second(d, m.ID, reason) != nil:
			c.Options[i].Hint = v.P.T("desk.second.reason")
		case b.Office.IfAlike(d, m.ID, reason):
			c.Options[i].Hint = v.P.T("desk.second.if_alike")
		}
	}
}

// sendSecondConflict answers 409: what has become of the proposal, and the dossier as it stands. Nothing was changed.
func (b *desk) sendSecondConflict(v *web.Visit, words []string) error {
	return b.sendDossier(v, http.StatusConflict, func(x *dossierView) {
		what := v.P.T("desk.second.gone")
		if p := x.file.Proposal; p != nil && p.State == dossier.ProposalWaits {
			what = v.P.T("desk.second.there", "who", orWords(x.names[p.By], v.P.T("work.lock.colleague")), "move", moveName(v, x.file, p.Move), "at", v.P.DateTimeAt(p.At))
		} else if p != nil && p.State == dossier.ProposalBack {
			what = v.P.T("desk.second.gone_back", "who", orWords(x.names[p.Decider], v.P.T("work.lock.colleague")), "move", moveName(v, x.file, p.Move))
		}
		x.conflict = &conflict{what: what, now: v.P.T("desk.conflict.now", "state", x.state.Label), typed: words}
	})
}

// secondRefused explains why a proposal was not decided: on the dossier's page, with what happened to it.
func (b *desk) secondRefused(v *web.Visit, d *dossier.Dossier, err error) error {
	words := ""
	if held, ok := errors.AsType[*dossier.Held](err); ok {
		var bad error
		if words, bad = b.heldWords(v, held); bad != nil {
			return bad
		}
	}
	switch fault.Key(err) {
	case "second.own":
		return fault.New(fault.Forbidden, "desk.second.forbidden")
	case "second.decided":
		return b.sendSecondConflict(v, nil)
	case "move.not_from_here":
		return b.sendConflict(v, nil)
	case "second.changed", "move.not_now", "move.unmet", "move.missing":
		words = v.P.T("desk.second.changed")
	}
	if words == "" {
		return err
	}
	return b.sendDossier(v, http.StatusConflict, func(x *dossierView) {
		x.problems = append(x.problems, components.Problem{Text: words})
	})
}
