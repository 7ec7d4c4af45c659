package portal

import (
	"net/url"
	"time"

	"guichet/internal/dossier"
	"guichet/internal/procedure"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

// clientsView is one page of those for whom the members of a firm act.
type clientsView struct {
	table         components.Table
	newest, older string
}

const clientsPath = firmPath + "/clients"

// rightEndsSoon is how long before its end a right to act is what is due.
const rightEndsSoon = 30 * 24 * time.Hour

// getClients lists the clients of the reader's firm, the newest dossier first: of nobody else, whatever else the reader acts for.
func (p *portal) getClients(v *web.Visit) error {
	own, err := p.Firms.Of(v.R.Context(), v.Actor)
	if err != nil {
		return err
	}
	after := v.Query("after")
	mine, more, err := p.Office.Mine(v.R.Context(), v.Actor, dossier.MineFilter{Firm: true, After: after})
	if err != nil {
		return err
	}
	x := clientsView{table: components.Table{
		Caption: v.P.T("portal.firm.clients"), HiddenCaption: true, Stacked: true, Empty: v.P.T("portal.firm.no_clients"),
		Head: []components.Column{{Label: v.P.T("portal.firm.client")}, {Label: v.P.T("portal.firm.state")}, {Label: v.P.T("portal.firm.due")}},
	}}
	for _, s := range mine {
		x.table.Rows = append(x.table.Rows, p.client(v, s))
	}
	if more {
		x.older = clientsPath + "?after=" + url.QueryEscape(mine[len(mine)-1].PublicID)
	}
	if after != "" {
		x.newest = clientsPath
	}
	pg := v.Frame(v.P.T("portal.firm.clients_of", "name", own.Name))
	pg.Back = firmPath
	return v.Page(clientsPage(pg, x))
}

func (p *portal) client(v *web.Visit, s dossier.Summary) []components.Cell {
	row := []components.Cell{{Text: dossierTitle(v, s), Href: "/dossier/" + s.PublicID, Header: true}, {}, {Text: v.P.T("portal.firm.nothing_due")}}
	proc := p.Catalogue.Get(s.Procedure)
	if proc == nil {
		return row
	}
	if state := proc.Flow.State(s.State); state != nil {
		row[1].Status = components.Status{Label: state.Label.In(v.P.Lang), Colour: state.Tone}
	}
	if due := clientDue(v, proc, s); due != "" {
		row[2].Text = due
	}
	return row
}

// clientDue is what has to be done by when: an answer, before anything else.
func clientDue(v *web.Visit, proc *procedure.Procedure, s dossier.Summary) string {
	switch {
	case s.StateKind == workflow.Waiting && s.AnswerBy != nil:
		return v.P.T("portal.firm.answer_by", "date", v.P.Date(*s.AnswerBy))
	case s.StateKind != workflow.Closed && s.MandateEnds != nil && s.MandateEnds.Before(v.Now.Add(rightEndsSoon)):
		return v.P.T("portal.firm.right_ends", "date", v.P.DateAt(*s.MandateEnds))
	case s.StateKind == workflow.Draft:
		if on, ok := erasedOn(proc, s); ok {
			return v.P.T("portal.firm.send_by", "date", v.P.DateAt(on))
		}
	}
	return ""
}
