package portal

import (
	"net/http"
	"slices"
	"time"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/web"
	"guichet/internal/workflow"
)

// Counter is the form as agents fill it in for who came with paper: the same pages on their door, under their own name (RP-024).
type Counter struct{ p *portal }

// NewCounter makes the pages of the applicants' door ready for another one.
func NewCounter(x Deps) *Counter { return &Counter{&portal{Deps: x, who: access.Agent}} }

// CounterPath is where an agent goes on with a dossier that came on paper.
func CounterPath(publicID string) string { return "/dossier/" + publicID + "/counter" }

// Register lays the pages out on the agents' door. informed lets through who has read what agents read first.
func (c *Counter) Register(d *web.Door, may, look web.Policy, informed func(web.Handler) web.Handler) {
	p := c.p
	wrap := func(h web.Handler) web.Handler { return informed(c.entering(h)) }
	p.fillRoutes(d, may, wrap)
	d.Get("/dossier/{dossier}/counter", may, wrap(p.getDossier))
	d.Post("/dossier/{dossier}/step/{step}", may, wrap(p.postStep), web.OnLapse(p.keepStep))
	d.Post("/dossier/{dossier}/step/{step}/resume", web.Public, p.postResume, web.PerIP(30, 5*time.Minute), web.Carries)
	d.Get("/dossier/{dossier}/receipt.pdf", look, informed(p.getReceipt))
	d.Get("/dossier/{dossier}/receipt/{line}.pdf", look, informed(p.getProof))
	d.Get("/counter/{procedure}/form.pdf", may, informed(p.getBlank))
}

// entering lets an agent write where the dossier came on paper, is being filled in, and hides nothing from them: these pages show
// every answer. Each page is noted as a reading.
func (c *Counter) entering(h web.Handler) web.Handler {
	return func(v *web.Visit) error {
		d, err := c.p.open(v)
		if err != nil {
			return err
		}
		if !mayEnter(v.Actor, d) {
			return fault.New(fault.NotFound, "")
		}
		if v.R.Method == http.MethodGet {
			if err := c.p.Office.NoteReading(v.R.Context(), v.Actor, d); err != nil {
				return err
			}
		}
		return h(v)
	}
}

func mayEnter(a access.Actor, d *dossier.Dossier) bool {
	if !d.AtCounter() || d.StateKind != workflow.Draft && d.StateKind != workflow.Waiting {
		return false
	}
	for _, category := range d.Def.Form.Categories {
		if category.ID != "internal" && !access.Can(a, access.Own, d.Dossier, category.ID) {
			return false
		}
	}
	return true
}

// GetMove asks whether to make a move on what is being entered; other answers for any other dossier.
func (c *Counter) GetMove(other web.Handler) web.Handler { return c.first(c.p.getMove, other) }

// PostMove makes a move on what is being entered; other answers for any other dossier.
func (c *Counter) PostMove(other web.Handler) web.Handler { return c.first(c.p.postMove, other) }

func (c *Counter) first(own, other web.Handler) web.Handler {
	return func(v *web.Visit) error {
		d, err := c.p.open(v)
		if err == nil && d.StateKind == workflow.Draft && mayEnter(v.Actor, d) {
			return own(v)
		}
		return other(v)
	}
}

// listPath is the list that a dossier stands in.
func listPath(v *web.Visit, d *dossier.Dossier) string {
	if d.AtCounter() && !v.Guest() {
		return "/counter"
	}
	if d.Guests() {
		return dossier.FollowPath
	}
	return dossiersPath
}

// statePath is the page that shows where a filed dossier stands.
func statePath(v *web.Visit, d *dossier.Dossier) string {
	if d.AtCounter() && !v.Guest() {
		return CounterPath(d.PublicID)
	}
	return dossierPath(d)
}

// offered leaves, of what the owner could do, what an agent who takes in paper may do for them.
func offered(v *web.Visit, d *dossier.Dossier, moves []*workflow.Move) []*workflow.Move {
	if !d.AtCounter() || v.Guest() {
		return moves
	}
	return slices.DeleteFunc(moves, func(m *workflow.Move) bool {
		return !slices.ContainsFunc(d.Def.Flow.Intake, func(in workflow.Intake) bool { return slices.Contains(m.By, in.By) && in.Channel == d.Channel })
	})
}
