package dossier

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/journal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// Where a proposal stands.
const (
	ProposalWaits     = "waiting"
	ProposalMade      = "made"
	ProposalBack      = "back"      // sent back with a word
	ProposalWithdrawn = "withdrawn" // by who proposed
	ProposalVoid      = "void"      // the dossier changed before it was approved
)

// longestBack is how long the word that sends a proposal back may be, in characters.
const longestBack = 1000

// Proposal is a move that one agent wants to make and another one decides.
type Proposal struct {
	PublicID string
	Move     string
	State    string
	By       int64
	At       time.Time
	Fields   map[string][]string
	Reason   string
	Stands   bool // nothing it rests on has changed since
	Decider  int64
	Word     string // why it was sent back

	id   int64
	from string // state in which it was proposed
}

// proposed is what is sealed of a proposal; Rests is what the dossier was when it was made.
type proposed struct {
	Fields map[string][]string `json:"fields,omitempty"`
	Reason string              `json:"reason,omitempty"`
	From   string              `json:"from"`
	Rests  []byte              `json:"rests"`
}

// decided is a move as the definition in force has it: dossiers already under way are under it too. One that it has no more, or
// calls otherwise, is as the dossier's own definition says: nobody is freed of a second person by a new name.
func (o *Office) decided(d *Dossier, move string) *workflow.Move {
	if m := newest(o.Catalogue, d.Def).Flow.Move(move); m != nil {
		return m
	}
	return d.Def.Flow.Move(move)
}

// Second is what a move has that two people make for this reason. Nil for one that is made alone.
func (o *Office) Second(d *Dossier, move, reason string) *workflow.Second {
	if m := o.decided(d, move); m != nil {
		return m.SecondFor(reason)
	}
	return nil
}

// secondNow is Second as the dossier stands now: whether it resembles another one at work, which alone makes the reason true, is
// looked up in the same transaction. One that somebody is moving meanwhile counts for none, so that neither ends for the other.
func (o *Office) secondNow(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, move, reason string) (*workflow.Second, error) {
	if s := o.Second(d, move, reason); s != nil || !o.IfAlike(d, move, reason) {
		return s, nil
	}
	others, err := tx.Q.AlikeAtWork(ctx, sqlc.AlikeAtWorkParams{DossierID: d.ID, Agent: a.AccountID})
	if err != nil || len(others) > 0 {
		return nil, err
	}
	return o.decided(d, move).Second, nil
}

// IfAlike tells whether one person makes the move for this reason only of a dossier that resembles another one.
func (o *Office) IfAlike(d *Dossier, move, reason string) bool {
	m := o.decided(d, move)
	return m != nil && m.Second != nil && slices.Contains(m.Second.Alike, reason)
}

// TakesTwo tells whether nobody makes the move alone, whatever the reason.
func (o *Office) TakesTwo(d *Dossier, move string) bool {
	m := o.decided(d, move)
	return m != nil && m.Second != nil && len(m.OfferedToMany()) == 0
}

// MaySecond tells whether the actor may decide what somebody proposed on a dossier: never their own.
func (o *Office) MaySecond(a access.Actor, d *Dossier, p *Proposal) bool {
	m := o.decided(d, p.Move)
	return m != nil && access.Seconds(a, p.By, d.Dossier) && m.Approves(roles(d.Def, a, d.Dossier))
}

// moving are the roles a move is judged by: who approves has been found to be one of those who may, and the move is as its proposer's.
func moving(m *workflow.Move, act Act, own []string) []string {
	if act.second != nil && m != nil {
		return m.By
	}
	return own
}

// lay keeps what an agent wants to do until a second person decides; nothing else of the dossier changes.
func (o *Office) lay(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, second *workflow.Second, act Act) error {
	if a.Kind != access.Agent {
		return fault.New(fault.Forbidden, "move.not_yours")
	}
	if d.Proposer != 0 {
		p, err := o.proposal(ctx, tx.Q, d)
		switch {
		case err != nil:
			return err
		case p.Stands:
			return fault.New(fault.Conflict, "second.waiting")
		}
		if err := o.overtake(ctx, tx, d); err != nil { // it rests on what is no more
			return err
		}
	}
	id := newPublicID()
	sealed, err := d.sealProposal(id, proposed{act.Fields, act.Reason, d.State, d.rests()})
	if err != nil {
		return err
	}
	line := journal.Line{Role: role(d.Def, a, d.Dossier), Act: workflow.Proposed, ActorID: a.AccountID, Detail: journal.Detail{"move": act.Move, "reason": act.Reason}}
	if err := o.inscribe(ctx, tx, d, line); err != nil {
		return err
	}
	_, err = tx.Q.ProposalInsert(ctx, sqlc.ProposalInsertParams{
		PublicID: id, DossierID: d.ID, Move: act.Move, ProposedBy: a.AccountID, At: tx.Now, Sealed: sealed,
	})
	if fault.Of(err) == fault.NotFound {
		return fault.New(fault.Conflict, "second.waiting")
	}
	if err != nil {
		return err
	}
	d.Proposer, d.proposed = a.AccountID, true
	return o.notify(ctx, tx, d, second.Tells, 0, false)
}

// Approve makes the move that another agent proposed, as it was proposed: all that a move is checked for is checked again, on the
// dossier as it is now. Errors are those of Move, and Forbidden "second.own" (nobody approves what they proposed), Conflict
// "second.decided" and "second.changed" (what it rested on is no more).
func (o *Office) Approve(ctx context.Context, a access.Actor, publicID, proposal string) (err error) {
	defer fault.Wrap(&err, "dossier.Approve %s %s", publicID, proposal)
	var d *Dossier
	var blobs []string
	err = o.Store.InTx(ctx, func(tx *store.Tx) error {
		var p *Proposal
		if d, p, err = o.deciding(ctx, tx, a, publicID, proposal); err != nil {
			return err
		}
		switch {
		case !o.MaySecond(a, d, p):
			return fault.New(fault.Forbidden, "second.own")
		case !p.Stands:
			return fault.New(fault.Conflict, "second.changed")
		}
		if blobs, err = o.move(ctx, tx, a, d, Act{Move: p.Move, State: p.from, Fields: p.Fields, Reason: p.Reason, second: p}); err != nil {
			return err
		}
		if err := endProposal(ctx, tx, p, a, ProposalMade, nil); err != nil {
			return err
		}
		if m := o.decided(d, p.Move); m.Second != nil {
			return o.notify(ctx, tx, d, m.Second.Made, p.By, false)
		}
		return nil
	})
	if err == nil {
		o.moved(ctx, d, blobs)
	}
	return err
}

// SendBack ends a proposal: another agent sends it back with a word, which its proposer is told of; who proposed takes it back
// without one. Errors: NotFound, Forbidden "second.own", Conflict "second.decided", Invalid "second.word".
func (o *Office) SendBack(ctx context.Context, a access.Actor, publicID, proposal, word string) (err error) {
	defer fault.Wrap(&err, "dossier.SendBack %s %s", publicID, proposal)
	word = strings.TrimSpace(word)
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, p, err := o.deciding(ctx, tx, a, publicID, proposal)
		if err != nil {
			return err
		}
		if p.By == a.AccountID && access.Can(a, access.Process, d.Dossier, "") {
			if err := o.note(ctx, tx, a, d, workflow.TakenBack, journal.Detail{"move": p.Move}); err != nil {
				return err
			}
			return endProposal(ctx, tx, p, a, ProposalWithdrawn, nil)
		}
		switch {
		case !o.MaySecond(a, d, p):
			return fault.New(fault.Forbidden, "second.own")
		case word == "" || utf8.RuneCountInString(word) > longestBack:
			return fault.New(fault.Invalid, "second.word")
		}
		sealed, err := d.key.Seal([]byte(word), "proposal word", p.PublicID)
		if err != nil {
			return err
		}
		if err := o.note(ctx, tx, a, d, workflow.SentBack, journal.Detail{"move": p.Move}); err != nil {
			return err
		}
		if err := endProposal(ctx, tx, p, a, ProposalBack, sealed); err != nil {
			return err
		}
		if err := tx.Q.ReadingEnd(ctx, sqlc.ReadingEndParams{DossierID: d.ID, AccountID: a.AccountID}); err != nil {
			return err // who looked at it to decide holds it no longer
		}
		if m := o.decided(d, p.Move); m.Second != nil {
			return o.notify(ctx, tx, d, m.Second.Back, p.By, false)
		}
		return nil
	})
}

// deciding locks a dossier on which the proposal waits, for an agent who may read it and has said why where they must.
func (o *Office) deciding(ctx context.Context, tx *store.Tx, a access.Actor, publicID, proposal string) (*Dossier, *Proposal, error) {
	d, err := o.lock(ctx, tx, publicID)
	if err != nil {
		return nil, nil, err
	}
	if a.Kind != access.Agent || !access.Can(a, access.Read, d.Dossier, "") || access.Glass(a, d.Dossier) != "" {
		return nil, nil, errNotFound
	}
	p, err := o.proposal(ctx, tx.Q, d)
	switch {
	case err != nil:
		return nil, nil, err
	case p == nil:
		return nil, nil, errNotFound
	case p.PublicID != proposal || p.State != ProposalWaits:
		return nil, nil, fault.New(fault.Conflict, "second.decided")
	}
	_, err = o.basis(ctx, tx.Q, a, d) // who has not said why they read decides nothing
	return d, p, err
}

func endProposal(ctx context.Context, tx *store.Tx, p *Proposal, a access.Actor, state string, word []byte) error {
	_, err := tx.Q.ProposalEnd(ctx, sqlc.ProposalEndParams{ID: p.id, State: state, DecidedBy: ref(a.AccountID), At: &tx.Now, Word: word})
	if fault.Of(err) == fault.NotFound {
		return fault.New(fault.Conflict, "second.decided")
	}
	return err
}

// overtake ends the proposal that waits, if one does, because the dossier moves on without it; the journal says so.
func (o *Office) overtake(ctx context.Context, tx *store.Tx, d *Dossier) error {
	if d.Proposer == 0 {
		return nil
	}
	p, err := o.proposal(ctx, tx.Q, d)
	if err != nil || p == nil || p.State != ProposalWaits {
		return err
	}
	d.Proposer = 0
	if err := endProposal(ctx, tx, p, access.Actor{}, ProposalVoid, nil); err != nil {
		return err
	}
	return o.inscribe(ctx, tx, d, journal.Line{Role: d.Def.Flow.Clockwork(), Act: workflow.Overtaken, Detail: journal.Detail{"move": p.Move}})
}

// unsettled ends the proposal that waits, if one does, when what it rests on has just changed: nobody is to be waited for who
// could not approve it.
func (o *Office) unsettled(ctx context.Context, tx *store.Tx, d *Dossier) error {
	if d.Proposer == 0 {
		return nil
	}
	p, err := o.proposal(ctx, tx.Q, d)
	if err != nil || p == nil || p.Stands {
		return err
	}
	return o.overtake(ctx, tx, d)
}

// proposal is the one that waits on a dossier, else the last; nil when there was none.
func (o *Office) proposal(ctx context.Context, q *sqlc.Queries, d *Dossier) (*Proposal, error) {
	if !d.proposed {
		return nil, nil
	}
	row, err := q.ProposalOf(ctx, d.ID)
	if fault.Of(err) == fault.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	p := &Proposal{
		PublicID: row.PublicID, Move: row.Move, State: row.State, By: row.ProposedBy, At: row.ProposedAt,
		Decider: deref(row.DecidedBy), id: row.ID,
	}
	plain, err := d.key.Open(row.Sealed, d.proposalAD(row.PublicID)...)
	if err != nil {
		return nil, err
	}
	var kept proposed
	if err := json.Unmarshal(plain, &kept); err != nil {
		return nil, err
	}
	p.Fields, p.Reason, p.from = kept.Fields, kept.Reason, kept.From
	p.Stands = slices.Equal(kept.Rests, d.rests())
	if row.Word != nil {
		word, err := d.key.Open(row.Word, "proposal word", row.PublicID)
		p.Word = string(word)
		return p, err
	}
	return p, nil
}

func (d *Dossier) proposalAD(publicID string) []string {
	return []string{"proposal", strconv.FormatInt(d.ID, 10), publicID}
}

func (d *Dossier) sealProposal(publicID string, p proposed) ([]byte, error) {
	plain, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	return d.key.Seal(plain, d.proposalAD(publicID)...)
}

// rests is a digest of all a decision rests on: where the dossier stands, what was sent, and the papers. What a person has typed
// since they were asked, and has not sent, is none of it.
func (d *Dossier) rests() []byte {
	var papers []string
	for _, x := range d.Documents {
		if x.Round <= d.Round {
			papers = append(papers, x.ID+" "+x.Path)
		}
	}
	slices.Sort(papers)
	plain, _ := json.Marshal([]any{d.State, d.Round, d.AnswerBy, d.OverdueAt != nil, map[string][]string(d.Filed), papers}) // cannot fail: strings and instants
	sum := sha256.Sum256(plain)
	return sum[:]
}

// beyondDraft finds who has proposed what waits for a second person, and which documents were asked for. Agents alone do either, and
// what somebody fills in online is theirs alone: the many saves of drafts need not ask.
func (d *Dossier) beyondDraft(ctx context.Context, q *sqlc.Queries) error {
	if d.StateKind == workflow.Draft && !d.Paper {
		return nil
	}
	row, err := q.DossierBeyondDraft(ctx, d.ID)
	d.Proposer, d.proposed, d.requested = max(row.Proposer, 0), row.Proposer != 0, row.Requested
	return err
}

// awaitsSecond tells whether the dossier waits for a second person in a queue of the agent's: whoever proposed is not waited for.
func (d *Dossier) awaitsSecond(a access.Actor) bool {
	return d.Proposer != 0 && d.ofTeams(a) && access.Seconds(a, d.Proposer, d.Dossier)
}

// Waiting is the proposal that waits on a dossier for a second person. NotFound to who does not process it, and when there is none.
func (o *Office) Waiting(ctx context.Context, a access.Actor, publicID string) (_ *Proposal, err error) {
	defer fault.Wrap(&err, "dossier.Waiting %s", publicID)
	d, err := o.load(ctx, o.queries(), publicID)
	if err != nil {
		return nil, err
	}
	if a.Kind != access.Agent || !access.Can(a, access.Process, d.Dossier, "") {
		return nil, errNotFound
	}
	p, err := o.proposal(ctx, o.queries(), d)
	if err == nil && (p == nil || p.State != ProposalWaits) {
		err = errNotFound
	}
	return p, err
}
