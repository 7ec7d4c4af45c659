package dossier

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/internal/access"
	"guichet/internal/form"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// mandateOf reads by what right somebody acts, as the query of a dossier writes it: nine words, or none. Who is behind it is
// asked for where the words leave it open: members of a firm, and the applicant's account, which may have come since.
func mandateOf(ctx context.Context, q *sqlc.Queries, words string) (m access.Mandate, err error) {
	w := strings.Fields(words)
	if len(w) < 9 {
		return m, nil
	}
	m = access.Mandate{
		ID: id64(w[0]), HolderID: id64(w[1]), FirmID: id64(w[2]), PrincipalID: id64(w[3]), State: access.MandateState(w[4]),
		Starts: time.UnixMicro(id64(w[5])).UTC(), Ends: time.UnixMicro(id64(w[6])).UTC(), Scope: strings.Split(w[7], ","),
		Known: w[8] == "known", Wrong: w[8] == "wrong",
	}
	if m.FirmID == 0 && m.PrincipalID != 0 {
		return m, nil
	}
	who, err := q.MandateWho(ctx, m.ID)
	m.PrincipalID, m.Members = who.PrincipalID, who.Members
	return m, err
}

// id64 reads a number that the database wrote.
func id64(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64)
	return n
}

// verbOf is what somebody must be allowed to make a move in the person's place: taking the application back, or sending it.
func verbOf(p *workflow.Compiled, m *workflow.Move) access.Verb {
	erases := slices.ContainsFunc(m.Do, func(e workflow.Effect) bool { return e.Erase != "" })
	if to := p.State(m.To); erases || to != nil && to.Kind == workflow.Closed {
		return access.Withdraw
	}
	return access.Submit
}

// MayMove tells whether a person may make the move in the dossier's place: agents and the clock are judged by their roles.
func (d *Dossier) MayMove(a access.Actor, m *workflow.Move) bool {
	return a.Kind != access.Person || access.Can(a, verbOf(d.Def.Flow, m), d.Dossier, "")
}

// sentFor looks once more who acts before a draft is sent, and notes what proves it.
func (o *Office) sentFor(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, dec workflow.Decision, j func() *form.Journey) error {
	if d.StateKind == workflow.Waiting && a.UnderMandate(d.Dossier) && o.MandateRules(d) != nil && slices.Contains(dec.Move.Needs, "answered") {
		path := o.mandating(d).Flow.Mandate.Principal.Email
		if now, was := d.Correction[path], d.Filed[path]; len(now) != 1 || len(was) == 1 && string(o.mailbox(now[0])) == string(o.mailbox(was[0])) {
			return nil // what was asked was something else: the address may have been corrected since, without its answer
		}
		return o.followAnswer(ctx, tx, a, d, j())
	}
	if d.StateKind != workflow.Draft || dec.ToKind == workflow.Draft || erases(dec.Effects) {
		return nil
	}
	if err := o.whoActs(ctx, tx, a, d, "", j); err != nil {
		return err
	}
	return o.keepProof(ctx, tx, a, d)
}

// PersonSide tells whether an account writes for the person: theirs, or one that acts or has acted for them.
func (d *Dossier) PersonSide(id int64) bool {
	return id != 0 && (id == d.OwnerID || id == d.Mandate.PrincipalID || d.Mandate.Concerns(id))
}
