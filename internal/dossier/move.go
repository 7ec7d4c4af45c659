package dossier

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/journal"
	"guichet/internal/notify"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// Act is a move as somebody wants to make it.
type Act struct {
	Move     string
	State    string              // as the mover saw it; "" = whatever it is now
	Fields   map[string][]string // agent fields, as typed, by id (dates: three boxes)
	Picks    []Pick              // items asked for
	Left     []string            // paths of the request in the making that the mover saw and left out
	Until    time.Time           // day until which the person may answer, for a move that sets one; zero = the one proposed
	Reason   string
	Assignee int64    // for a move that assigns
	Team     string   // for a move that hands to a team
	Accepted []string // notices of the review page that were ticked
	Facts    form.Facts

	timer  *workflow.Timed // of the day to answer, that makes the move
	second *Proposal       // what another agent proposed, and this one approves
	many   bool            // on many dossiers at once, of which nothing is proposed
}

// Missing is the cause of an Invalid "move.missing": what the mover has not filled in.
type Missing struct {
	Names    []string       // agent fields, "reason", "items", "due"
	Problems []form.Problem // what is wrong with the agent fields
}

func (m *Missing) Error() string { return fmt.Sprintf("missing %v", m.Names) }

// Move is the one way a dossier changes state (design, decision 1): under its lock, access, the workflow's decision, answers,
// journal and effects are one transaction. Errors: NotFound, Forbidden "move.not_yours", Conflict "move.not_from_here" (the
// dossier has moved on since), Conflict "move.held" caused by *Held (a colleague is deciding it), Invalid "move.assignee" (chosen is nobody who processes such dossiers), Invalid "move.unmet" caused by *workflow.Unmet, Invalid "move.missing" caused by *Missing,
// Conflict "second.waiting" (it is proposed already). A move that takes two people is only proposed: see [Office.Approve].
func (o *Office) Move(ctx context.Context, a access.Actor, publicID string, act Act) (err error) {
	defer fault.Wrap(&err, "dossier.Move %s %s", publicID, act.Move)
	var d *Dossier
	var blobs []string
	err = o.Store.InTx(ctx, func(tx *store.Tx) (err error) {
		if d, err = o.lock(ctx, tx, publicID); err != nil {
			return err
		}
		blobs, err = o.move(ctx, tx, a, d, act)
		return err
	})
	if err == nil {
		o.moved(ctx, d, blobs)
	}
	return err
}

// moved is what a move leaves to do once it has committed: the numbers of the queue are counted anew, files that are nobody's go.
func (o *Office) moved(ctx context.Context, d *Dossier, blobs []string) {
	o.counted.forget(d.Procedure)
	o.dropKeys(ctx, d.lost)
	o.dropBlobs(ctx, blobs)
}

// move returns the blobs that are nobody's once the transaction has committed.
func (o *Office) move(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, act Act) (blobs []string, err error) {
	if !access.Can(a, access.Read, d.Dossier, "") {
		return nil, fault.New(fault.NotFound, "")
	}
	if access.Glass(a, d.Dossier) != "" {
		return nil, fault.New(fault.Forbidden, "move.not_yours")
	}
	if act.State != "" && act.State != d.State || act.timer != nil && !d.rings(act.timer, tx.Now) {
		return nil, fault.New(fault.Conflict, "move.not_from_here")
	}
	asked, err := o.askedNow(ctx, tx.Q, d)
	if err != nil {
		return nil, err
	}
	j := d.Journey(act.Facts, tx.Now)
	m := d.Def.Flow.Move(act.Move)
	met := d.met(m, j, asked, act.Accepted)
	if m != nil && slices.Contains(m.Needs, "valid") {
		if met["valid"], err = o.valid(ctx, tx, d, j); err != nil {
			return nil, err
		}
	}
	decision, err := d.Def.Flow.Decide(workflow.Ask{
		Move: act.Move, State: d.State, Overdue: d.OverdueAt != nil, Roles: moving(m, act, roles(d.Def, a, d.Dossier)), Values: j.Values(), Met: met,
	})
	if err != nil {
		return nil, err
	}
	if err := o.mayDecide(ctx, tx, a, d, m); err != nil {
		return nil, err
	}
	if err := o.sentFor(ctx, tx, a, d, decision, func() *form.Journey { return j }); err != nil {
		return nil, err
	}
	if !d.MayMove(a, m) {
		return nil, fault.New(fault.Forbidden, "move.not_yours")
	}
	if o.awaited(d, m) {
		return nil, fault.From(fault.Invalid, "move.unmet", &workflow.Unmet{Needs: []string{"scan"}})
	}
	if err := o.searched(ctx, tx, d, decision.Effects); err != nil {
		return nil, err
	}
	if act, err = o.whose(ctx, tx, a, d, decision.Effects, act); err != nil {
		return nil, err
	}
	next, err := d.filledIn(m, act, tx.Now)
	if err != nil {
		return nil, err
	}
	second, err := o.secondNow(ctx, tx, a, d, act.Move, act.Reason)
	if err != nil {
		return nil, err
	}
	if second != nil && act.second == nil {
		if act.many {
			return nil, fault.New(fault.Conflict, "second.not_many")
		}
		return nil, o.lay(ctx, tx, a, d, second, act)
	}
	if err := o.keepAgent(ctx, tx, d, next); err != nil {
		return nil, err
	}
	line := journal.Line{Role: role(d.Def, a, d.Dossier), Act: act.Move, ActorID: a.AccountID, Detail: journal.Detail{"from": d.State, "to": decision.To}}
	if act.Reason != "" {
		line.Detail["reason"] = act.Reason
	}
	if d.granted != nil {
		line.Detail["due"] = d.granted.Format(time.DateOnly)
	}
	if files := d.proofsOf(m); len(files) > 0 {
		if err := tx.Q.DocumentsUse(ctx, sqlc.DocumentsUseParams{DossierID: d.ID, Paths: files, At: &tx.Now}); err != nil {
			return nil, err
		}
	}
	if err := o.grant(ctx, tx, d); err != nil {
		return nil, err
	}
	if act.second != nil {
		line.Detail["proposed_by"] = strconv.FormatInt(act.second.By, 10)
	}
	if d.AnswerBy != nil && m.Form.Due != "" {
		line.Detail["until"] = d.AnswerBy.Format(time.DateOnly)
	}
	if m.Form.Pick || len(m.Form.Asks) > 0 {
		if err := o.ask(ctx, tx, d, a.AccountID, act); err != nil {
			return nil, err
		}
	}
	dropped, err := o.hand(ctx, tx, a, d, decision, j, act.Accepted)
	if err != nil {
		return nil, err
	}
	before := d.near(a)
	if blobs, err = o.enter(ctx, tx, a, d, decision, act, line); err != nil {
		return nil, err
	}
	return append(blobs, dropped...), o.leftHands(ctx, tx, a, d, before, erases(decision.Effects))
}

// enter writes the new state where the old one still stands, and queues what follows.
func (o *Office) enter(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, dec workflow.Decision, act Act, line journal.Line) ([]string, error) {
	if erases(dec.Effects) {
		return o.eraseAndTell(ctx, tx, d, dec)
	}
	var ended []string // files of what goes at once
	var err error
	from := d.State
	d.State, d.StateKind = dec.To, dec.ToKind
	d.AssigneeID = act.Assignee
	d.keepDay(dec, act, tx.Now)
	if dec.Closes {
		if ended, err = o.close(ctx, tx, d); err != nil {
			return nil, err
		}
	}
	if err := journal.Append(ctx, tx, d.key, &d.chain, line); err != nil {
		return nil, err
	}
	if act.second == nil && from != d.State {
		if err := o.overtake(ctx, tx, d); err != nil {
			return nil, err
		}
	}
	if err := o.storeMove(ctx, tx, d, from); err != nil {
		return nil, err
	}
	if act.Team != d.Team {
		d.Team = act.Team
		if err := tx.Q.DossierTeam(ctx, sqlc.DossierTeamParams{ID: d.ID, Team: d.Team}); err != nil {
			return nil, err
		}
	}
	for _, e := range dec.Effects {
		if err := o.effect(ctx, tx, d, dec.Move, e); err != nil {
			return nil, err
		}
	}
	forgotten, err := o.forgetMessage(ctx, tx, d, from)
	return append(ended, forgotten...), err
}

func erases(effects []workflow.Effect) bool {
	for _, e := range effects {
		if e.Erase == "dossier" {
			return true
		}
	}
	return false
}

// eraseAndTell erases the dossier with the move; what it tells the person bears no dossier any more.
func (o *Office) eraseAndTell(ctx context.Context, tx *store.Tx, d *Dossier, dec workflow.Decision) ([]string, error) {
	for _, e := range dec.Effects {
		if e.Notify == "" || d.OwnerID == 0 || d.Mandate.Concerns(d.OwnerID) && !d.Mandate.Live(tx.Now) {
			continue
		}
		if _, err := notify.Queue(ctx, tx, notify.Mail{AccountID: d.OwnerID, Template: MailPrefix + e.Notify}); err != nil {
			return nil, err
		}
	}
	if err := o.tellErased(ctx, tx, d, mandateErased); err != nil {
		return nil, err
	}
	return o.erase(ctx, tx, d.ID, certificate{procedure: d.Procedure, rule: "move " + dec.Move.ID, whole: true, counts: d.counts(nil)})
}

func (o *Office) storeMove(ctx context.Context, tx *store.Tx, d *Dossier, from string) error {
	_, err := tx.Q.DossierMove(ctx, sqlc.DossierMoveParams{
		ID: d.ID, FromState: from, ToState: d.State, ToKind: d.StateKind, Reference: ref(d.Reference), Round: int32(d.Round),
		SubmittedAt: d.SubmittedAt, ClosedAt: d.ClosedAt, PurgeOn: d.PurgeOn, AssigneeID: ref(d.AssigneeID), At: tx.Now,
		AnswerBy: d.AnswerBy, OverdueAt: d.OverdueAt, Reminded: append([]string{}, d.reminded...),
		JournalSeq: int32(d.chain.Seq), JournalHead: d.chain.Head, Lang: string(d.Lang),
	})
	if fault.Of(err) == fault.NotFound {
		return fault.New(fault.Conflict, "move.not_from_here")
	}
	return err
}

// met finds out which of a move's needs are met.
func (d *Dossier) met(m *workflow.Move, j *form.Journey, asked []AskedItem, accepted []string) map[string]bool {
	met := map[string]bool{}
	if m == nil {
		return met
	}
	for _, need := range m.Needs {
		switch need {
		case "form":
			met[need] = !form.Blocking(j.Problems())
		case "documents":
			met[need] = len(j.MissingDocuments()) == 0
		case "consents":
			met[need] = len(d.Unticked(j)) == 0 && d.reviewed(accepted) // those of the entry stand since the start
		case "items":
			met[need] = true // the move's own form asks for them
		case "answered":
			met[need] = d.allAnswered(asked) && !d.Flawed(j, asked...)
		}
	}
	return met
}

// reviewed tells whether every notice of the review page that must be accepted was.
func (d *Dossier) reviewed(accepted []string) bool {
	for _, n := range d.Def.Flow.NoticesAt("review") {
		if n.Ack == "required" && !slices.Contains(accepted, n.ID) {
			return false
		}
	}
	return true
}

// Flawed tells whether one of the asked items has an answer that cannot stand. What lies in a row taken away is no answer any more.
func (d *Dossier) Flawed(j *form.Journey, asked ...AskedItem) bool {
	for _, p := range j.Problems() {
		if !p.Warn && askedFor(asked, p.Path) && !d.rowGone(p.Path) {
			return true
		}
	}
	return false
}

func (d *Dossier) allAnswered(asked []AskedItem) bool {
	for _, i := range asked {
		if !d.Answered(i) {
			return false
		}
	}
	return true
}

// Unticked lists the steps whose notice still has to be acknowledged: those on which something was typed (RP-042, RP-179).
func (d *Dossier) Unticked(j *form.Journey) []string {
	var out []string
	raw := d.Answers()
	for _, s := range j.Steps() {
		if s.Relevant && d.NeedsTick(s.Step, raw) && len(raw[tick(s.Step.Notice)]) == 0 {
			out = append(out, s.Step.ID)
		}
	}
	return out
}

// NeedsTick tells whether the step has a notice to acknowledge, and something typed that makes it needed.
func (d *Dossier) NeedsTick(s *form.Step, raw form.Raw) bool {
	n := d.Def.Flow.Notice(s.Notice)
	if n == nil || n.Ack != "required" {
		return false
	}
	for path, v := range d.Def.Form.Own(s.ID, raw) {
		if path != tick(s.Notice) && len(v) > 0 && v[0] != "" {
			return true
		}
	}
	return false
}
