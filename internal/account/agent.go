package account

import (
	"context"
	"slices"
	"strings"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/notify"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
)

// Invitation is an agent to be: the account works once its owner has chosen a password by the link.
type Invitation struct {
	Profile Profile
	Lang    text.Lang
	Rights  []Right
}

// Everything is the procedure of the administrator of the installation, and Administrator that role.
const (
	Everything    = "*"
	Administrator = "admin"
)

// CreateAdmin makes the first administrator from the command line; see InviteHere. Further ones are invited, so that
// somebody answers for each.
func (d *Desk) CreateAdmin(ctx context.Context, in Invitation) (link string, _ *Problem, err error) {
	in.Rights = []Right{{Procedure: Everything, Role: Administrator}}
	return d.InviteHere(ctx, in)
}

// InviteHere makes an agent's account for whoever runs the installation, and gives the link to choose a password,
// which works for seven days; nothing is sent.
func (d *Desk) InviteHere(ctx context.Context, in Invitation) (link string, _ *Problem, err error) {
	defer fault.Wrap(&err, "account.InviteHere")
	email, p := cleanEmail(in.Profile.Email)
	if p != nil {
		return "", p, nil
	}
	in.Profile.Email = email
	err = d.Store.InTx(ctx, func(tx *store.Tx) error {
		id, err := d.invite(ctx, tx, in, 0)
		if err != nil {
			return err
		}
		token, err := mint(ctx, tx, id, invite, inviteLife)
		link = d.Origins.Agents + InvitePath + token
		return err
	})
	if fault.Of(err) == fault.Conflict {
		return "", problem("email", "account.problem.taken"), nil
	}
	return link, nil, err
}

// Administrators counts those who can sign in or were invited.
func (d *Desk) Administrators(ctx context.Context) (n int64, err error) {
	defer fault.Wrap(&err, "account.Administrators")
	now := d.Store.Now()
	return d.Store.Q().AdministratorCount(ctx, &now)
}

// Invite makes an agent's account with its rights and sends the link to choose a password. Errors are those of Give.
func (d *Desk) Invite(ctx context.Context, by access.Actor, in Invitation) (_ *Problem, err error) {
	defer fault.Wrap(&err, "account.Invite by %d", by.AccountID)
	if !access.Administers(by) {
		return nil, fault.New(fault.Forbidden, "")
	}
	email, p := cleanEmail(in.Profile.Email)
	if p != nil {
		return p, nil
	}
	if strings.TrimSpace(in.Profile.LastName) == "" {
		return problem("last_name", "account.problem.name"), nil
	}
	in.Profile.Email = email
	err = d.Store.InTx(ctx, func(tx *store.Tx) error {
		id, err := d.invite(ctx, tx, in, by.AccountID)
		if err != nil {
			return err
		}
		_, err = notify.Queue(ctx, tx, notify.Mail{AccountID: id, Template: mailInvite})
		return err
	})
	if fault.Of(err) == fault.Conflict {
		return problem("email", "account.problem.taken"), nil
	}
	return nil, err
}

func (d *Desk) invite(ctx context.Context, tx *store.Tx, in Invitation, by int64) (int64, error) {
	id, err := d.create(ctx, tx, New{Kind: agent, Profile: in.Profile, Lang: in.Lang, state: invited})
	if err != nil {
		return 0, err
	}
	for _, r := range in.Rights {
		if by != 0 {
			err = d.give(ctx, tx, id, r, by)
		} else if err = d.bounded(r, tx.Now); err == nil {
			err = GiveRight(ctx, tx, id, r, 0)
		}
		if err != nil {
			return 0, err
		}
	}
	return id, nil
}

// Disable shuts an agent out: sessions end with the transaction, so their next request is refused on every server (ASVS 7.4.2).
func (d *Desk) Disable(ctx context.Context, by access.Actor, id int64) (err error) {
	defer fault.Wrap(&err, "account.Disable %d by %d", id, by.AccountID)
	return d.asAdministrator(ctx, by, id, func(tx *store.Tx, a sqlc.Account) error {
		if err := tx.Q.AccountSetState(ctx, sqlc.AccountSetStateParams{ID: id, State: disabled, Now: tx.Now}); err != nil {
			return err
		}
		if err := tx.Q.SessionDropAll(ctx, &id); err != nil {
			return err
		}
		return note(ctx, tx, id, a.Kind, logDisable)
	})
}

// Enable lets a disabled agent in again, by a new invitation: the old password, what a provider opened by and second
// proofs are not trusted any more.
func (d *Desk) Enable(ctx context.Context, by access.Actor, id int64) (err error) {
	defer fault.Wrap(&err, "account.Enable %d by %d", id, by.AccountID)
	return d.asAdministrator(ctx, by, id, func(tx *store.Tx, a sqlc.Account) error {
		if a.State != disabled && a.State != invited {
			return fault.New(fault.Conflict, "")
		}
		if err := tx.Q.AccountSetPassword(ctx, sqlc.AccountSetPasswordParams{ID: id, State: invited, Now: &tx.Now}); err != nil {
			return err
		}
		if err := tx.Q.IdentityDropAll(ctx, id); err != nil {
			return err
		}
		if err := dropFactors(ctx, tx, id); err != nil {
			return err
		}
		_, err := notify.Queue(ctx, tx, notify.Mail{AccountID: id, Template: mailInvite})
		return err
	})
}

// asAdministrator runs fn on another agent's locked account; nobody does it to their own.
func (d *Desk) asAdministrator(ctx context.Context, by access.Actor, id int64, fn func(tx *store.Tx, a sqlc.Account) error) error {
	if !access.Administers(by) || by.AccountID == id {
		return fault.New(fault.Forbidden, "")
	}
	return d.Store.InTx(ctx, func(tx *store.Tx) error {
		a, err := tx.Q.AccountForUpdate(ctx, id)
		if err != nil {
			return err
		}
		if a.Kind != agent {
			return fault.New(fault.NotFound, "")
		}
		return fn(tx, a)
	})
}

// Listed is an agent in the administrator's list.
type Listed struct {
	ID      int64
	Profile Profile
	State   string // invited, active or disabled
	Seen    time.Time
	Created time.Time // DS-033
	Changed time.Time // of its names, its password or whether it is open; changes of rights stand in their own journal (DS-034)
	Rights  []Right   // those in force, and those still to begin
	Past    []Right   // those that have ended
	Second  bool      // a second proof is asked at sign-in
}

// Agents lists all agents with their rights in force, oldest first.
func (d *Desk) Agents(ctx context.Context) (_ []Listed, err error) {
	defer fault.Wrap(&err, "account.Agents")
	rows, err := d.Store.Q().AccountAgents(ctx)
	if err != nil {
		return nil, err
	}
	rights, past, err := d.rightsByAccount(ctx)
	if err != nil {
		return nil, err
	}
	ids := make([]int64, len(rows))
	for i, a := range rows {
		ids[i] = a.ID
	}
	second, err := d.Store.Q().FactorHolders(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]Listed, 0, len(rows))
	for _, a := range rows {
		p, err := d.open(placeOf(a))
		if err != nil {
			return nil, err
		}
		l := Listed{ID: a.ID, Profile: p, State: a.State, Created: a.CreatedAt, Changed: a.ChangedAt, Rights: rights[a.ID], Past: past[a.ID], Second: slices.Contains(second, a.ID)}
		if a.SeenAt != nil {
			l.Seen = *a.SeenAt
		}
		out = append(out, l)
	}
	return out, nil
}
