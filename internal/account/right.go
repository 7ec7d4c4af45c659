package account

import (
	"context"
	"math"
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
// The same right, where it would overlap the new one in time, ends where that begins, and stays as history.
func GiveRight(ctx context.Context, tx *store.Tx, id int64, r Right, by int64) (err error) {
	return giveRight(ctx, tx, id, r, by, nil)
}

func giveRight(ctx context.Context, tx *store.Tx, id int64, r Right, by int64, reason []byte) (err error) {
	defer fault.Wrap(&err, "account.GiveRight %s of %s to %d", r.Role, r.Procedure, id)
	if !r.From.After(tx.Now) {
		r.From = time.Time{}
	}
	before, after, err := makeRoom(ctx, tx, id, r, by)
	if err != nil {
		return err
	}
	row := sqlc.GrantInsertParams{
		AccountID: id, Procedure: r.Procedure, Role: r.Role, Team: r.Team, Now: tx.Now, GrantedBy: orNull(by), Reason: reason,
		Begins: instant(r.From), Until: instant(r.Until),
	}
	given, err := tx.Q.GrantInsert(ctx, row)
	if err != nil {
		return err
	}
	after = append(after, lineOf(sqlc.AgentGrant{Procedure: r.Procedure, Role: r.Role, Team: r.Team, Begins: row.Begins, Until: row.Until}))
	return tx.Q.RightActInsert(ctx, sqlc.RightActInsertParams{
		At: tx.Now, ActorID: orNull(by), AccountID: id, GrantID: given, Act: "give", Before: strings.Join(before, "\n"), After: strings.Join(after, "\n"),
	})
}

// makeRoom ends the same right where the new one takes its place: from when that begins, and at once where it was to begin later
// still. One that lies before the new one, or after it, stays as it is. It gives what stood and what still stands of them.
func makeRoom(ctx context.Context, tx *store.Tx, id int64, r Right, by int64) (before, after []string, err error) {
	old, err := tx.Q.GrantsAlike(ctx, sqlc.GrantsAlikeParams{AccountID: id, Procedure: r.Procedure, Role: r.Role, Team: r.Team, Now: &tx.Now})
	if err != nil {
		return nil, nil, err
	}
	from := tx.Now
	if !r.From.IsZero() {
		from = r.From
	}
	for _, g := range old {
		if g.Until != nil && !g.Until.After(from) || g.Begins != nil && !r.Until.IsZero() && !g.Begins.Before(r.Until) {
			continue
		}
		before = append(before, lineOf(g))
		end := from
		if g.Begins != nil && !g.Begins.Before(from) {
			end = tx.Now
		}
		if err := tx.Q.GrantEnd(ctx, sqlc.GrantEndParams{ID: g.ID, At: &end, EndedBy: orNull(by)}); err != nil {
			return nil, nil, err
		}
		if g.Until = &end; end.After(tx.Now) {
			after = append(after, lineOf(g))
		}
	}
	return before, after, nil
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
// much), "right.until" (a role that a contract bounds needs an end, and an end comes after the beginning), "right.holders" (as many hold it as may).
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
	if err := d.room(ctx, tx, id, r); err != nil {
		return err
	}
	return giveRight(ctx, tx, id, r, by, reason)
}

// room refuses a right that as many hold as may (DS-087): Invalid "right.holders". Who gives the same at the same time waits.
// A disabled account keeps its place until the right is taken away from it.
func (d *Desk) room(ctx context.Context, tx *store.Tx, id int64, r Right) error {
	if d.Holders == nil || d.Holders(r.Procedure, r.Role) == 0 {
		return nil
	}
	if err := tx.Q.GrantHoldersLock(ctx, sqlc.GrantHoldersLockParams{Procedure: r.Procedure, Role: r.Role}); err != nil {
		return err
	}
	n, err := tx.Q.GrantHolders(ctx, sqlc.GrantHoldersParams{Procedure: r.Procedure, Role: r.Role, AccountID: id, Now: &tx.Now})
	if err == nil && int(n) >= d.Holders(r.Procedure, r.Role) {
		return fault.New(fault.Invalid, "right.holders")
	}
	return err
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
		g, err := tx.Q.GrantStanding(ctx, sqlc.GrantStandingParams{ID: right, AccountID: id, Now: &tx.Now})
		if err != nil {
			return err
		}
		before := lineOf(g)
		if err := tx.Q.GrantEnd(ctx, sqlc.GrantEndParams{ID: right, At: &tx.Now, EndedBy: &by.AccountID}); err != nil {
			return err
		}
		g.Until = &tx.Now
		return tx.Q.RightActInsert(ctx, sqlc.RightActInsertParams{
			At: tx.Now, ActorID: &by.AccountID, AccountID: id, GrantID: right, Act: "withdraw", Before: before, After: lineOf(g),
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
	ID            int64 // the later, the higher
	At            time.Time
	By, Of        int64 // 0: the installation
	Before, After []Right
	Reset         bool // no right has changed: second proofs were taken away from who had lost them
}

// RightActs lists changes of rights, the latest first: the last n of those before one, 0 for all; who may read them is the
// caller's to know.
func (d *Desk) RightActs(ctx context.Context, before int64, n int) (_ []RightAct, err error) {
	defer fault.Wrap(&err, "account.RightActs")
	if before == 0 {
		before = math.MaxInt64
	}
	rows, err := d.Store.Q().RightActs(ctx, sqlc.RightActsParams{Before: before, Least: int32(n)})
	out := make([]RightAct, len(rows))
	for i, r := range rows {
		out[i] = RightAct{r.ID, r.At, number(r.ActorID), r.AccountID, rightsIn(r.Before), rightsIn(r.After), r.Act == actResetFactors}
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
