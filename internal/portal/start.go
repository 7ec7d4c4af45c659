package portal

import (
	"net/http"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

// startView is the entry of a procedure: what is to be read, and the boxes to tick, never ticked beforehand (RP-034, RP-036, RP-039).
type startView struct {
	p       *portal
	proc    *procedure.Procedure
	ticked  map[string]bool // by notice; nil before the first try
	summary []components.Problem
	typed   map[string]string
	turned  bool   // the post wants nothing but the other language
	to      string // address of the form, title of the page, and what to know first: of a dossier begun from another
	title   string
	help    string
	other   string // where the other language shows what a post was answered with, "" for a page that was not posted
	guest   *entry // of somebody without an account: what their form brings against machines
}

func startPath(proc *procedure.Procedure) string { return "/start/" + proc.ID }

func (p *portal) entrance(v *web.Visit) (*startView, error) {
	proc := p.Catalogue.Get(v.Param("procedure"))
	if proc == nil {
		return nil, fault.New(fault.NotFound, "")
	}
	s := &startView{p: p, proc: proc, to: startPath(proc)}
	if v.SignedIn() {
		return s, nil
	}
	if !proc.Flow.TakesGuests() {
		return nil, fault.New(fault.Unauthenticated, "")
	}
	s.guest = p.unproven(newEntry(v, nil))
	return s, nil
}

func (p *portal) getStart(v *web.Visit) error {
	s, err := p.entrance(v)
	if err != nil {
		return err
	}
	return v.Page(startPage(v.Frame(s.proc.Title.In(v.P.Lang)), s))
}

func (p *portal) postStart(v *web.Visit) error {
	s, err := p.entrance(v)
	if err != nil {
		return err
	}
	accepted, err := s.bind(v)
	if err != nil {
		return err
	}
	if err := p.proveGuest(v, s); err != nil {
		return err
	}
	if s.miss(v); len(s.summary) > 0 || s.turned {
		pg := v.Frame(s.proc.Title.In(v.P.Lang))
		pg.Error, pg.LangForm, s.other = len(s.summary) > 0, otherLanguage, langAt(v, startPath(s.proc))
		return v.PageStatus(http.StatusUnprocessableEntity, startPage(pg, s))
	}
	if s.guest != nil {
		return p.startGuest(v, s, accepted)
	}
	id, err := p.Office.Start(v.R.Context(), v.Actor, s.proc.ID, accepted, v.P.Lang)
	if err != nil {
		return err
	}
	return v.Redirect("/dossier/" + id)
}

// startGuest opens a request that this visit alone is let into, until a code lets its person in again.
func (p *portal) startGuest(v *web.Visit, s *startView, accepted []string) error {
	id, publicID, err := p.Office.StartAsGuest(v.R.Context(), s.proc.ID, accepted, v.P.Lang)
	if err != nil {
		return err
	}
	if err := v.LetIn(id); err != nil {
		return err
	}
	return v.Redirect("/dossier/" + publicID + "/step/" + s.proc.Form.Steps[0].ID)
}

// proveGuest takes the form of who has no account once, for work that was done or a wait.
func (p *portal) proveGuest(v *web.Visit, s *startView) error {
	if s.guest == nil || s.turned {
		return nil
	}
	problem, err := v.TakeWork(p.Accounts, s.typed)
	if err != nil {
		return err
	}
	if problem == nil {
		s.guest = newEntry(v, s.typed)
		return nil
	}
	s.guest = newEntry(v, s.typed, problem)
	s.summary = append(s.summary, s.guest.summary()...)
	return nil
}

// bind reads the boxes.
func (s *startView) bind(v *web.Visit) (accepted []string, err error) {
	boxes := []string{"action"}
	if s.guest != nil {
		boxes = append(boxes, web.WorkNames...)
	}
	for _, n := range s.boxes() {
		boxes = append(boxes, boxName(n))
	}
	in, err := v.OneEach(boxes...)
	if err != nil {
		return nil, err
	}
	s.turned, s.typed = switches(in), in
	s.ticked = map[string]bool{}
	for _, n := range s.boxes() {
		if in[boxName(n)] == "yes" {
			s.ticked[n.ID] = true
			accepted = append(accepted, n.ID)
		}
	}
	return accepted, nil
}

// carried are the ticks that the page brings to the other language.
func (s *startView) carried() []components.Hidden {
	var out []components.Hidden
	for _, n := range s.boxes() {
		if s.ticked[n.ID] {
			out = append(out, components.Hidden{Name: boxName(n), Value: "yes"})
		}
	}
	return out
}

// boxes are the notices with a box, in the order of the definition.
func (s *startView) boxes() []*workflow.Notice {
	var out []*workflow.Notice
	for _, n := range dossier.EntryNotices(s.proc) {
		if n.Ack == "required" {
			out = append(out, n)
		}
	}
	return out
}

// others are what is to be known at the entry without a box, such as the ways that need no internet (RP-024).
func (s *startView) others() []*workflow.Notice {
	var out []*workflow.Notice
	for _, n := range dossier.EntryNotices(s.proc) {
		if n.Ack != "required" {
			out = append(out, n)
		}
	}
	return out
}

func (s *startView) miss(v *web.Visit) {
	for _, n := range s.boxes() {
		if !s.ticked[n.ID] {
			s.summary = append(s.summary, components.Problem{ID: boxName(n), Text: missedWords(v, n)})
		}
	}
}

func missedWords(v *web.Visit, n *workflow.Notice) string {
	return v.P.T("portal.start.missed", "title", n.Title.In(v.P.Lang))
}

func boxName(n *workflow.Notice) string { return "accept." + n.ID }

// box shows the words to agree to, to the letter.
func (s *startView) box(pg components.Page, n *workflow.Notice) components.Field {
	f := s.p.consentBox(s.proc, n, pg.P.Lang)
	f.ID, f.Name = boxName(n), boxName(n)
	if s.ticked[n.ID] {
		f.Value = "yes"
	}
	for _, x := range s.summary {
		if x.ID == f.ID {
			f.Error = x.Text
		}
	}
	return f
}
