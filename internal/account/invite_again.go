package account

import (
	"context"

	"guichet/internal/fault"
	"guichet/internal/store/sqlc"
)

// InviteGoesOn tells whether an invitation that was taken up leads on still: its agent has chosen a password by it, and no second
// proof is made yet.
func (d *Desk) InviteGoesOn(ctx context.Context, token string) (_ bool, err error) {
	defer fault.Wrap(&err, "account.InviteGoesOn")
	_, err = d.takenUp(ctx, token)
	if fault.Of(err) == fault.NotFound {
		return false, nil
	}
	return err == nil, err
}

// ResumeInvite gives the ticket of [Desk.AcceptInvite] once more to who was interrupted before a second proof was made: by the link of
// the invitation, as long as it lasts, and the password that was chosen by it. Either alone gives nothing, and a password that was
// chosen otherwise since, as by the link of a mail, ends it. Wrong guesses count as at sign-in. Not good any more: NotFound.
func (d *Desk) ResumeInvite(ctx context.Context, token, password string) (ticket string, _ *Problem, err error) {
	defer fault.Wrap(&err, "account.ResumeInvite")
	a, err := d.takenUp(ctx, token)
	if err != nil {
		return "", nil, err
	}
	proven, err := d.prove(ctx, agent, a.EmailIndex, password)
	if err != nil || proven.problem != nil {
		return "", proven.problem, err
	}
	return Arrival{Account: a.ID, Mark: markOf(*proven.account)}.Ticket(), nil, nil
}

func (d *Desk) takenUp(ctx context.Context, token string) (a sqlc.Account, err error) {
	if d.AgentsBare {
		return a, errUsed
	}
	now := d.Store.Now()
	a, err = d.Store.Q().InviteTakenUp(ctx, sqlc.InviteTakenUpParams{Hash: hashToken(token), Now: now})
	if fault.Of(err) == fault.NotFound {
		return a, errUsed
	}
	return a, err
}
