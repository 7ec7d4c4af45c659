package account

import (
	"context"
	"slices"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/openid"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
)

// GroupRight is what being in a group of the agents' provider gives (RP-167).
type GroupRight struct {
	Group string
	Right Right
}

// groupLife is how long what a group gave stands after its agent last came from the provider. It counts in sessions that the
// provider opened alone, which are shorter; until then work can be handed to the agent.
const groupLife = 7 * 24 * time.Hour

// rightsBy are those that groups give, each once; Group names the first that gives it.
func (d *Desk) rightsBy(groups []string) []GroupRight {
	var out []GroupRight
	for _, g := range d.Groups {
		same := func(x GroupRight) bool { return x.Right == g.Right }
		if slices.Contains(groups, g.Group) && !slices.ContainsFunc(out, same) {
			out = append(out, g)
		}
	}
	return out
}

// followGroups makes the rights that groups gave those of today's groups. What was given by hand is left alone.
func (d *Desk) followGroups(ctx context.Context, tx *store.Tx, id int64, groups []string) error {
	rights, kept := d.rightsBy(groups), []string{}
	for _, g := range rights {
		kept = append(kept, g.Right.Procedure+"\t"+g.Right.Role+"\t"+g.Right.Team)
	}
	ended, err := tx.Q.GrantsOfGroupsEnd(ctx, sqlc.GrantsOfGroupsEndParams{AccountID: id, Now: &tx.Now, Kept: kept})
	if err != nil {
		return err
	}
	if err := noteEnded(ctx, tx, ended); err != nil {
		return err
	}
	until := tx.Now.Add(groupLife)
	if err := tx.Q.GrantsOfGroupsRenew(ctx, sqlc.GrantsOfGroupsRenewParams{AccountID: id, Now: &tx.Now, Until: &until}); err != nil {
		return err
	}
	for _, g := range rights {
		if err := giveByGroup(ctx, tx, id, g); err != nil {
			return err
		}
	}
	return nil
}

func noteEnded(ctx context.Context, tx *store.Tx, ended []sqlc.AgentGrant) error {
	for _, g := range ended {
		after := lineOf(g)
		g.Until = nil
		if err := tx.Q.RightActInsert(ctx, sqlc.RightActInsertParams{At: tx.Now, AccountID: g.AccountID, GrantID: g.ID, Act: "withdraw", Before: lineOf(g), After: after}); err != nil {
			return err
		}
	}
	return nil
}

// endUnmapped ends the rights of groups that give them no more, of agents who are away too.
func (d *Desk) endUnmapped(ctx context.Context, tx *store.Tx) error {
	kept := []string{}
	for _, g := range d.Groups {
		kept = append(kept, g.Group+"\t"+g.Right.Procedure+"\t"+g.Right.Role+"\t"+g.Right.Team)
	}
	ended, err := tx.Q.GrantsOfGroupsUnmapped(ctx, sqlc.GrantsOfGroupsUnmappedParams{Now: &tx.Now, Kept: kept})
	if err != nil {
		return err
	}
	return noteEnded(ctx, tx, ended)
}

// giveByGroup gives what a group gives, unless it is given already.
func giveByGroup(ctx context.Context, tx *store.Tx, id int64, g GroupRight) error {
	given, err := tx.Q.GrantByGroup(ctx, sqlc.GrantByGroupParams{
		AccountID: id, Procedure: g.Right.Procedure, Role: g.Right.Role, Team: g.Right.Team, Now: tx.Now, Until: tx.Now.Add(groupLife), ByGroup: g.Group,
	})
	if err != nil {
		return err
	}
	for _, row := range given {
		if err := tx.Q.RightActInsert(ctx, sqlc.RightActInsertParams{At: tx.Now, AccountID: id, GrantID: row.ID, Act: "give", After: lineOf(row)}); err != nil {
			return err
		}
	}
	return nil
}

// leaveGroups ends what groups gave an agent who is in none any more, and the sessions that the provider opened.
func (d *Desk) leaveGroups(ctx context.Context, tx *store.Tx, i sqlc.IdentityBySubjectRow) error {
	if err := d.followGroups(ctx, tx, i.AccountID, nil); err != nil {
		return err
	}
	return tx.Q.SessionDropIdentity(ctx, &i.ID)
}

// hire makes the account of an agent whom nobody here knows. An address that another account has joins nothing: its owner
// proves it by signing in, see [Desk.Link].
func (d *Desk) hire(ctx context.Context, tx *store.Tx, kind access.Kind, lang text.Lang, c openid.Claims) (o Opened, err error) {
	if kind != access.Agent {
		return o, nil
	}
	email, problem := cleanEmail(c.Email)
	if problem != nil {
		return o, fault.New(fault.Forbidden, "openid.no_email")
	}
	_, err = tx.Q.AccountByEmail(ctx, sqlc.AccountByEmailParams{Kind: agent, EmailIndex: d.index(agent, email)})
	if err == nil || fault.Of(err) != fault.NotFound {
		return o, err
	}
	id, err := d.create(ctx, tx, New{
		Kind: agent, Profile: Profile{Email: email, LastName: c.LastName, FirstNames: c.FirstNames}, Lang: lang, state: active,
	})
	if err != nil {
		return o, err
	}
	if err := note(ctx, tx, id, agent, logLink); err != nil {
		return o, err
	}
	identity, err := d.attach(ctx, tx, agent, id, c, true)
	if err != nil {
		return o, err
	}
	return d.admitBy(ctx, tx, id, identity, c)
}
