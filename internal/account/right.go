package account

import (
	"context"
	"strings"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Right is a role of a procedure given to an agent, between two instants or until it is taken away (RP-157 to RP-161).
type Right struct {
	ID              int64 // 0 before it is given
	Procedure, Role string
	Team            string
	From            time.Time // zero: from when it is given
	Until           time.Time // zero: no end
	Reason          string    // why it is given, sealed where it is kept
	By              int64     // who gave it, 0 for the installation
	Since           time.Time // when it was given
	EndedBy         int64     // who ended it before its time, 0 for nobody
	Group           string    // of the agents' provider that gives it, "" when somebody here gave it
}

// InForce tells whether the right counts at an instant.
func (r Right) InForce(at time.Time) bool {
	return !r.From.After(at) && (r.Until.IsZero() || r.Until.After(at))
}

// LongestReason is how many characters may say why a right is given.
const LongestReason = 500

// GiveRight gives a right in the caller's transaction; by 0 is the installation itself (first administrator, demonstration).
// The same right, where it is in force, ends with it and stays as history.
func GiveRight(ctx context.Context, tx *store.Tx, id int64, r Right, by int64) (err error) {
	return giveRight(ctx, tx, id, r, by, nil)
}

func giveRight(ctx context.Context, tx *store.Tx, id int64, r Right, by int64, reason []byte) (err error) {
	defer fault.Wrap(&err, "account.GiveRight %s of %s to %d", r.Role, r.Procedure, id)
	old, err := tx.Q.GrantsAlike(ctx, sqlc.GrantsAlikeParams{AccountID: id, Procedure: r.Procedure, Role: r.Role, Team: r.Team, Now: &tx.Now})
	if err != nil {
		return err
	}
	before := make([]string, len(old))
	for i, g := range old {
		before[i] = lineOf(g)
		if _, err := tx.Q.GrantEnd(ctx, sqlc.GrantEndParams{ID: g.ID, AccountID: id, Now: &tx.Now, EndedBy: orNull(by)}); err != nil {
			return err
		}
	}
	row := sqlc.GrantInsertParams{
		AccountID: id, Procedure: r.Procedure, Role: r.Role, Team: r.Team, Now: tx.Now, GrantedBy: orNull(by), Reason: reason,
		Begins: instant(r.From), Until: instant(r.Until),
	}
	given, err := tx.Q.GrantInsert(ctx, row)
	if err != nil {
		return err
	}
	after := lineOf(sqlc.AgentGrant{Procedure: r.Procedure, Role: r.Role, Team: r.Team, Begins: row.Begins, Until: row.Until})
	return tx.Q.RightActInsert(ctx, sqlc.RightActInsertParams{
		At: tx.Now, ActorID: orNull(by), AccountID: id, GrantID: given, Act: "give", Before: strings.Join(before, "\n"), After: after,
	})
}

// lineOf is a right as the journal of rights keeps it: ids and instants.
func lineOf(g sqlc.AgentGrant) string {
	words := []string{g.Procedure, g.Role, g.Team, "", ""}
	if g.Begins != nil {
		words[3] = g.Begins.UTC().Format(time.RFC3339)
	}
	if g.Until != nil {
		words[4] = g.Until.UTC().Format(time.RFC3339)
	}
	return strings.Join(words, "\t")
}

func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func orNull(id int64) *int64 {
	if id == 0 {
		return nil
	}
	return &id
}

// Give gives another agent a right; nobody gives one to themselves. Errors: Invalid "right.reason" (nobody says why, or too
// much), "right.until" (a role that a contract bounds needs an end, and an end comes after the beginning).
func (d *Desk) Give(ctx context.Context, by access.Actor, id int64, r Right) (err error) {
	defer fault.Wrap(&err, "account.Give to %d by %d", id, by.AccountID)
	return d.asAdministrator(ctx, by, id, func(tx *store.Tx, _ sqlc.Account) error {
		return d.give(ctx, tx, id, r, by.AccountID)
	})
}

func (d *Desk) give(ctx context.Context, tx *store.Tx, id int64, r Right, by int64) error {
	reason, err := d.fit(r, by, tx.Now)
	if err != nil {
		return err
	}
	return giveRight(ctx, tx, id, r, by, reason)
}

// fit refuses a right that may not be given so, and seals why it is given.
func (d *Desk) fit(r Right, by int64, now time.Time) (reason []byte, err error) {
	if err := d.bounded(r, now); err != nil {
		return nil, err
	}
	words := strings.TrimSpace(r.Reason)
	if words == "" || len([]rune(words)) > LongestReason {
		return nil, fault.New(fault.Invalid, "right.reason")
	}
	return d.Keys.SealFor(by, "right", []byte(words))
}

// bounded wants an end after the beginning, and one at all where a contract sets it (RP-163).
func (d *Desk) bounded(r Right, now time.Time) error {
	from := now
	if r.From.After(now) {
		from = r.From
	}
	if r.Until.IsZero() && d.Contract != nil && d.Contract(r.Procedure, r.Role) || !r.Until.IsZero() && !r.Until.After(from) {
		return fault.New(fault.Invalid, "right.until")
	}
	return nil
}

// Withdraw ends a right of another agent from the next request on.
func (d *Desk) Withdraw(ctx context.Context, by access.Actor, id, right int64) (err error) {
	defer fault.Wrap(&err, "account.Withdraw %d from %d by %d", right, id, by.AccountID)
	return d.asAdministrator(ctx, by, id, func(tx *store.Tx, _ sqlc.Account) error {
		was, err := tx.Q.GrantEnd(ctx, sqlc.GrantEndParams{ID: right, AccountID: id, Now: &tx.Now, EndedBy: &by.AccountID})
		if err != nil {
			return err
		}
		after := lineOf(was)
		was.Until = nil
		return tx.Q.RightActInsert(ctx, sqlc.RightActInsertParams{
			At: tx.Now, ActorID: &by.AccountID, AccountID: id, GrantID: right, Act: "withdraw", Before: lineOf(was), After: after,
		})
	})
}

// rightsByAccount are the rights in force or still to begin, and those that have ended.
func (d *Desk) rightsByAccount(ctx context.Context) (standing, past map[int64][]Right, err error) {
	rows, err := d.Store.Q().GrantsAll(ctx)
	if err != nil {
		return nil, nil, err
	}
	now := d.Store.Now()
	standing, past = map[int64][]Right{}, map[int64][]Right{}
	for _, g := range rows {
		if g.Until == nil || g.Until.After(now) {
			standing[g.AccountID] = append(standing[g.AccountID], d.rightOf(g))
		} else {
			past[g.AccountID] = append(past[g.AccountID], d.rightOf(g))
		}
	}
	return standing, past, nil
}

func (d *Desk) rightOf(g sqlc.AgentGrant) Right {
	r := Right{ID: g.ID, Procedure: g.Procedure, Role: g.Role, Team: g.Team, Since: g.GrantedAt, By: number(g.GrantedBy), EndedBy: number(g.EndedBy)}
	if g.Begins != nil {
		r.From = *g.Begins
	}
	if g.Until != nil {
		r.Until = *g.Until
	}
	if g.Reason != nil {
		if words, err := d.Keys.OpenFor(r.By, "right", g.Reason); err == nil { // under another keyring nothing is said
			r.Reason = string(words)
		}
	}
	if g.ByGroup != nil {
		r.Group = *g.ByGroup
	}
	return r
}

func number(id *int64) int64 {
	if id == nil {
		return 0
	}
	return *id
}

// RightAct is a change of somebody's rights, with what stood before and what stands after.
type RightAct struct {
	At            time.Time
	By, Of        int64 // 0: the installation
	Before, After []Right
}

// RightActs lists the last changes of rights, the latest first; who may read them is the caller's to know.
func (d *Desk) RightActs(ctx context.Context) (_ []RightAct, err error) {
	defer fault.Wrap(&err, "account.RightActs")
	rows, err := d.Store.Q().RightActs(ctx)
	out := make([]RightAct, len(rows))
	for i, r := range rows {
		out[i] = RightAct{r.At, number(r.ActorID), r.AccountID, rightsIn(r.Before), rightsIn(r.After)}
	}
	return out, err
}

// rightsIn reads what lineOf wrote, a line each.
func rightsIn(lines string) []Right {
	var out []Right
	for _, line := range strings.Split(lines, "\n") {
		words := strings.Split(line, "\t")
		if len(words) != 5 {
			continue
		}
		r := Right{Procedure: words[0], Role: words[1], Team: words[2]}
		r.From, _ = time.Parse(time.RFC3339, words[3]) // zero where nothing is written
		r.Until, _ = time.Parse(time.RFC3339, words[4])
		out = append(out, r)
	}
	return out
}
