package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/document"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/procedure"
	"guichet/internal/store"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// hand makes dossiers, one after the other, through the office that everybody uses, with a clock of its own.
type hand struct {
	*staff
	clock  clock
	store  *store.Store
	office *dossier.Office
	desk   *account.Desk
	script *script
	def    *procedure.Procedure
	entry  []string // notices to accept before the first step
	review []string // and before submitting
	push   func(context.Context, *store.Tx, dossier.Leaving) error
}

func (l *Loader) newHand(ctx context.Context, p *procedure.Procedure, s *script, people *staff) (_ *hand, err error) {
	h := &hand{staff: people, script: s, def: p, clock: clock{l.Office.Store.Now()}}
	if h.store, err = l.open(ctx, &h.clock); err != nil {
		return nil, err
	}
	office := l.Office.On(h.store)
	if _, plain := office.Blobs.(*document.Folder); plain && l.Blobs != "" {
		office.Blobs = bulk{office.Blobs, l.Blobs}
	}
	h.office, h.desk, h.push = office, l.desk(h.store), office.Push
	for _, n := range dossier.EntryNotices(p) {
		h.entry = append(h.entry, n.ID)
	}
	for _, n := range p.Flow.NoticesAt("review") {
		h.review = append(h.review, n.ID)
	}
	return h, nil
}

// subject is a dossier in the making.
type subject struct {
	plan
	*filler
	r     *rand.Rand
	id    string
	owner access.Actor
	agent access.Actor
	asked []dossier.Pick
}

// over tells whether nobody works on the dossier any more once its story is told.
func (h *hand) over(p plan) bool {
	return slices.ContainsFunc(p.acts, func(a planned) bool {
		m := h.def.Flow.Move(a.Move)
		if m == nil {
			return false
		}
		to := h.def.Flow.State(m.To)
		return to != nil && to.Kind == workflow.Closed
	})
}

// make takes one dossier from its account to its last act.
func (h *hand) make(ctx context.Context, p plan) (err error) {
	h.clock.at = p.start
	h.office.Push = h.push
	if h.over(p) {
		h.office.Push = nil // another system would have it long since
	}
	s := &subject{plan: p, filler: newFiller(h.def.Form, h.script, p.home, p.story.ID, p.start), r: rand.New(rand.NewPCG(p.seed, 4))}
	s.agent = h.agents[s.r.IntN(len(h.agents))]
	if err := h.come(ctx, s); err != nil {
		return err
	}
	for _, a := range p.acts {
		h.clock.at = a.at
		if err := h.act(ctx, s, a.act); err != nil {
			return fmt.Errorf("%s: %w", a.Move, err)
		}
	}
	return nil
}

// come takes the dossier in, by the way that its story says.
func (h *hand) come(ctx context.Context, s *subject) (err error) {
	if s.person == nil && s.story.Comes != "" {
		return h.comeWithout(ctx, s)
	}
	if s.owner, err = h.account(ctx, s); err != nil {
		return err
	}
	s.id, err = h.office.Import(ctx, s.owner, h.prepare(s))
	return err
}

// account finds or makes the account of who files.
func (h *hand) account(ctx context.Context, s *subject) (access.Actor, error) {
	a := access.Actor{Kind: access.Person, At: h.clock.at}
	if id, ok := h.firms[s.facts["account.email"]]; ok {
		a.AccountID = id
		return a, nil
	}
	who := account.Profile{Email: s.facts["account.email"], LastName: s.facts["account.last_name"], FirstNames: s.facts["account.first_names"]}
	id, err := h.person(ctx, h.store, h.desk, who, text.Lang(s.facts["account.language"]), s.person != nil)
	a.AccountID = id
	return a, err
}

// prepare fills the draft, as far as the story goes.
func (h *hand) prepare(s *subject) dossier.Prepared {
	out := dossier.Prepared{Procedure: h.def.ID, Accepted: h.entry, Lang: text.Lang(s.facts["account.language"]), Answers: s.fill()}
	if s.story.Until > 0 {
		out.Answers = form.Raw{}
		steps := h.def.Form.Steps
		for _, step := range steps[:int(s.story.Until*float64(len(steps)))] {
			for path, v := range h.def.Form.Own(step.ID, s.raw) {
				out.Answers[path] = v
			}
		}
		return out
	}
	for _, f := range h.def.Form.Walk(s.raw, s.known(), s.day).MissingDocuments() {
		out.Papers = append(out.Papers, h.papers.paper(f.Path, s.story.Closed > 0 && s.person == nil))
	}
	return out
}

// act makes one move, and what the person must do before.
func (h *hand) act(ctx context.Context, s *subject, a act) error {
	move := dossier.Act{Move: a.Move, Fields: map[string][]string{}, Accepted: h.review}
	who := s.owner
	if a.By == "agent" {
		who = s.agent
	}
	who.At = h.clock.at
	for _, f := range a.Fields {
		v := s.agentAnswer(f)
		if x := h.def.Form.Field(f); x != nil && x.Kind == form.Date && len(v) == 3 {
			move.Fields[f+".day"], move.Fields[f+".month"], move.Fields[f+".year"] = v[:1], v[1:2], v[2:]
			continue
		}
		move.Fields[f] = v
	}
	if len(a.Reasons) > 0 {
		move.Reason = a.Reasons[s.r.IntN(len(a.Reasons))]
	}
	if len(a.Orders) > 0 {
		return h.office.OrderSearch(ctx, s.agent, s.id, dossier.Ask{Processings: a.Orders, Words: a.Word})
	}
	if a.Looks {
		_, err := h.office.SearchPerson(ctx, s.agent, s.id, dossier.Sought{Name: s.facts["person.last_name"] + " " + s.facts["person.first_names"]})
		return err
	}
	if a.Asks > 0 {
		s.asked = h.choose(s, a.Asks)
		move.Picks = s.asked
	}
	if err := h.bring(ctx, s, a, &move); err != nil {
		return err
	}
	if a.Answers {
		for _, p := range s.asked {
			if h.def.Form.Field(p.Path).Greyscale { // what it becomes as it arrives is seen to there
				paper := h.papers.paper(p.Path, false)
				if _, err := h.office.Attach(ctx, who, s.id, p.Path, paper.Name, bytes.NewReader(paper.Content)); err != nil {
					return err
				}
				continue
			}
			if err := h.office.AttachChecked(ctx, who, s.id, h.papers.paper(p.Path, s.story.Closed > 0)); err != nil {
				return err
			}
		}
	}
	if err := h.office.Move(ctx, who, s.id, move); err != nil || h.def.Flow.Move(a.Move).Second == nil {
		return err
	}
	return h.second(ctx, s)
}

// second is another agent who approves what the dossier's own has proposed, where one was not enough.
func (h *hand) second(ctx context.Context, s *subject) error {
	i := slices.IndexFunc(h.agents, func(a access.Actor) bool { return a.AccountID != s.agent.AccountID })
	if i < 0 {
		return errors.New("a decision of two people needs two agents")
	}
	other := h.agents[i]
	other.At = h.clock.at
	p, err := h.office.Waiting(ctx, other, s.id)
	if fault.Of(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return h.office.Approve(ctx, other, s.id, p.PublicID)
}

// choose draws what is asked for again; papers alone when the story has the person send them.
func (h *hand) choose(s *subject, n int) []dossier.Pick {
	answered := slices.ContainsFunc(s.story.Acts, func(a act) bool { return a.Answers })
	j := h.def.Form.Walk(s.raw, s.known(), s.day)
	var out []dossier.Pick
	for _, i := range s.r.Perm(len(h.script.Asks)) {
		a := h.script.Asks[i]
		f := j.Field(a.Path)
		if len(out) == n || f == nil || !f.Relevant || answered && f.Field.Kind != form.File {
			continue
		}
		out = append(out, dossier.Pick{Path: a.Path, Word: a.Word})
	}
	return out
}
