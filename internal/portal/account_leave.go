package portal

import (
	"guichet/internal/procedure"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/internal/workflow"
)

const leavePath = "/account/leave"

// getLeave says what leaving does, before anything is done (RP-020).
func (p *portal) getLeave(v *web.Visit) error {
	mine, err := p.Office.Standings(v.R.Context(), v.Actor)
	if err != nil {
		return err
	}
	l := &leaveView{p: p}
	for _, s := range mine {
		proc := p.Catalogue.Get(s.Procedure)
		if proc == nil {
			continue
		}
		switch s.StateKind {
		case workflow.Draft:
			l.drafts += s.Dossiers
		case workflow.Closed:
			l.closed += s.Dossiers
		default:
			l.open += s.Dossiers
		}
		if l.help == "" {
			l.help = l.words(proc, s.State, v)
		}
	}
	pg := v.Frame(v.P.T("portal.account.leave.title"))
	pg.Back = accountPath
	return v.Page(leavePage(pg, l))
}

// leaveView is what leaving would do to the person's dossiers.
type leaveView struct {
	p                    *portal
	drafts, open, closed int
	help                 string // in the words of the procedure
}

// lines count the dossiers that leaving touches.
func (l *leaveView) lines(p text.Printer) []string {
	var out []string
	for _, x := range []struct {
		n   int
		key string
	}{{l.open, "portal.account.leave.open"}, {l.drafts, "portal.account.leave.drafts"}, {l.closed, "portal.account.leave.closed"}} {
		if x.n > 0 {
			out = append(out, p.N(x.key, x.n))
		}
	}
	return out
}

// words are those of the move that a procedure makes for who leaves.
func (l *leaveView) words(proc *procedure.Procedure, state string, v *web.Visit) string {
	for _, m := range proc.Flow.Moves(state, proc.Flow.Owner().ID) {
		if m.Leaves {
			return l.p.told(proc, m.Help, v.P.Lang)
		}
	}
	return ""
}

// postLeave cancels what is at work, erases drafts, and closes the account. A try that stopped half-way can be made again.
func (p *portal) postLeave(v *web.Visit) error {
	if err := p.Office.Leave(v.R.Context(), v.Actor); err != nil {
		return err
	}
	if err := p.Firms.Quit(v.R.Context(), v.Actor); err != nil {
		return err
	}
	if err := p.Accounts.Leave(v.R.Context(), v.Actor); err != nil {
		return err
	}
	if err := v.SignOut(); err != nil {
		return err
	}
	return v.Redirect("/left")
}

func (p *portal) getLeft(v *web.Visit) error {
	return v.Page(leftPage(v.Frame(v.P.T("portal.account.leave.done")), p.Catalogue.All()))
}
