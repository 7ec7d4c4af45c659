package backoffice

import (
	"slices"
	"strings"
	"time"

	"guichet/internal/procedure"
	"guichet/internal/retention"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

const endingPath = "/ending"

// ahead is how far the page of what is about to be erased looks; lastErased, how many certificates it shows.
const (
	ahead      = 30
	lastErased = 20
)

// endingRoutes show what goes, why, and what is held back, to who administers and to who audits.
func (b *desk) endingRoutes(d *web.Door) {
	d.Get(endingPath, web.Holder("see what is about to be erased", b.seesRights), b.informed(b.getEnding))
}

// endingView is what goes in the coming days, what stands although its time is over, and what went last.
type endingView struct {
	until            string
	most             int
	lots, held, last components.Table
}

// getEnding asks what guichet purge --dry-run asks.
func (b *desk) getEnding(v *web.Visit) error {
	ctx, at := v.R.Context(), workflow.Add(v.Now, workflow.Duration{Days: ahead})
	found, err := b.Keeper.Foresee(ctx, at)
	if err != nil {
		return err
	}
	held, err := b.Keeper.HeldBack(ctx, at)
	if err != nil {
		return err
	}
	last, err := b.Keeper.LastErased(ctx, lastErased)
	if err != nil {
		return err
	}
	x := &endingView{
		until: v.P.DateAt(at), most: b.Keeper.AtMost(),
		lots: b.lotsTable(v.P, retention.Lots(found), v.Now), held: b.heldTable(v.P, held), last: b.erasedTable(v.P, last),
	}
	pg := v.Frame(v.P.T("desk.ending.title"))
	pg.Wide, pg.Back, pg.LangURL = true, processingPath, langAt(v, endingPath)
	return v.Page(endingPage(pg, x))
}

func (b *desk) lotsTable(p text.Printer, lots []retention.Lot, now time.Time) components.Table {
	t := components.Table{Caption: p.T("desk.ending.lots"), Empty: p.T("desk.ending.nothing"), Stacked: true, Head: []components.Column{
		{Label: p.T("desk.ending.day")},
		{Label: p.T("desk.ending.procedure")},
		{Label: p.T("desk.ending.what")},
		{Label: p.T("desk.ending.rule")},
		{Label: p.T("desk.ending.dossiers"), Numeric: true},
		{Label: p.T("desk.ending.rests")},
	}}
	for _, l := range lots {
		day := p.Date(l.Day)
		if !l.Day.After(workflow.Day(now)) {
			day = p.T("desk.ending.next_run", "day", day)
		}
		t.Rows = append(t.Rows, []components.Cell{
			{Text: day, Header: true},
			{Text: b.procedureName(p, l.Procedure)},
			{Text: orWords(b.categoryNames(p, l.Procedure, l.What), "–")},
			{Text: l.Rule + ", " + l.Keep},
			{Text: p.Int(int64(l.Dossiers))},
			{Text: restsOn(p, l.Rests, l.Former)},
		})
	}
	return t
}

var whyHeld = map[string]string{retention.AtWork: "desk.ending.at_work", retention.Late: "desk.ending.late", retention.Broken: "desk.ending.broken"}

func (b *desk) heldTable(p text.Printer, held []retention.Held) components.Table {
	t := components.Table{Caption: p.T("desk.ending.held"), Empty: p.T("desk.ending.nothing_held"), Stacked: true, Head: []components.Column{
		{Label: p.T("desk.ending.why")},
		{Label: p.T("desk.ending.procedure")},
		{Label: p.T("desk.ending.rule")},
		{Label: p.T("desk.ending.count"), Numeric: true},
		{Label: p.T("desk.ending.since")},
		{Label: p.T("desk.ending.rests")},
	}}
	for _, h := range held {
		rests, why := "", whyHeld[h.Why]
		if h.Former {
			why = "desk.ending.late_former"
		}
		if h.Procedure != "" {
			rests = restsOn(p, h.Rests, h.Former)
		}
		t.Rows = append(t.Rows, []components.Cell{
			{Text: p.T(why), Header: true},
			{Text: orWords(b.procedureName(p, h.Procedure), "–")},
			{Text: orWords(h.Rule, "–")},
			{Text: p.Int(int64(h.Count))},
			{Text: p.Date(h.Since)},
			{Text: orWords(rests, "–")},
		})
	}
	return t
}

func (b *desk) erasedTable(p text.Printer, last []retention.Certificate) components.Table {
	t := components.Table{Caption: p.T("desk.ending.last"), Empty: p.T("desk.ending.none_yet"), Stacked: true, Head: []components.Column{
		{Label: p.T("desk.ending.at")},
		{Label: p.T("desk.ending.procedure")},
		{Label: p.T("desk.ending.what")},
		{Label: p.T("desk.ending.rule")},
		{Label: p.T("desk.ending.pieces"), Numeric: true},
	}}
	for _, c := range last {
		t.Rows = append(t.Rows, []components.Cell{
			{Text: p.ShortDateTimeAt(c.At), Header: true},
			{Text: orWords(b.procedureName(p, c.Procedure), "–")},
			{Text: b.categoryNames(p, c.Procedure, []string{c.Category})},
			{Text: c.Rule},
			{Text: p.Int(int64(c.Count))},
		})
	}
	return t
}

// procedureName is how a procedure is called; its id when there is none any more.
func (b *desk) procedureName(p text.Printer, id string) string {
	if proc := b.Catalogue.Get(id); proc != nil {
		return proc.Title.In(p.Lang)
	}
	return id
}

// categoryNames are categories of a form, and those the service itself makes, in words.
func (b *desk) categoryNames(p text.Printer, procedureID string, categories []string) string {
	out := make([]string, len(categories))
	for i, id := range categories {
		out[i] = categoryName(p, b.Catalogue.Get(procedureID), id)
	}
	return strings.Join(out, " · ")
}

func categoryName(p text.Printer, proc *procedure.Procedure, id string) string {
	if proc != nil {
		for _, c := range proc.Form.Categories {
			if c.ID == id {
				return c.Label.In(p.Lang)
			}
		}
	}
	switch {
	case slices.Contains(workflow.SystemCategories, id):
		return p.T("portal.data.made." + id)
	case id == "account":
		return p.T("desk.ending.account")
	case id == "answers":
		return p.T("desk.ending.answers")
	}
	return id
}

// restsOn are the words a period rests on, or that the house proposes it.
func restsOn(p text.Printer, quote string, former bool) string {
	switch {
	case former:
		return p.T("desk.ending.former")
	case quote == "":
		return p.T("portal.data.proposed")
	}
	return "« " + strings.Trim(quote, "«» \u00a0") + " »"
}
