package notify

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// DeskMail is the mail that tells an agent’s mailbox what is new, with counts alone (RP-169).
const DeskMail = "desk.news"

// teamMail begins the template of a mail to a team's own mailbox; behind it stand the procedure and the team.
const teamMail = "desk.team."

// ToTeam tells whose mailbox a mail goes to, when it goes to a team's.
func (m Mail) ToTeam() (procedure, team string, ok bool) {
	of, ok := strings.CutPrefix(m.Template, teamMail)
	procedure, team, _ = strings.Cut(of, ".")
	return procedure, team, ok
}

// News is one thing that agents' mailboxes hear of. It holds nothing of a dossier: what is told is how often it happened.
type News struct {
	Procedure string
	Team      string // whose; "" = everybody who processes the procedure
	AccountID int64  // whose; 0 = the team's
	What      string // id in the procedure's definition
	Wait      time.Duration
}

// Mailboxes finds the agents of a team, or all who process a procedure.
type Mailboxes func(ctx context.Context, tx *store.Tx, procedure, team string) ([]int64, error)

// Gather is the clock's job that sends the news that are due.
type Gather struct{}

// Kind names the job for the queue.
func (Gather) Kind() string { return "notify.gather" }

// Tell notes news in the transaction. They go with all else that waits for the same people once they have waited as long as
// they may; at once when they may not wait.
func Tell(ctx context.Context, tx *store.Tx, n News) (err error) {
	defer fault.Wrap(&err, "notify.Tell %s", n.What)
	row := sqlc.NewsInsertParams{Procedure: n.Procedure, Team: n.Team, News: n.What, Now: tx.Now, DueAt: tx.Now.Add(n.Wait)}
	if n.AccountID != 0 {
		row.AccountID = &n.AccountID
	}
	if err := tx.Q.NewsInsert(ctx, row); err != nil || n.Wait > 0 {
		return err
	}
	return job.Insert(ctx, tx, Gather{})
}

// gather makes one mail for each agent of what is due.
func (p *Post) gather(ctx context.Context, _ Gather) (err error) {
	defer fault.Wrap(&err, "notify.gather")
	return p.Store.InTx(ctx, func(tx *store.Tx) error {
		rows, err := tx.Q.NewsTake(ctx, tx.Now)
		if err != nil || len(rows) == 0 {
			return err
		}
		letters := map[int64]map[string]int{}
		for of, counts := range byTeam(rows) {
			agents := []int64{of.account}
			if of.account == 0 {
				if agents, err = p.Mailboxes(ctx, tx, of.procedure, of.team); err != nil {
					return err
				}
			}
			if of.account != 0 || !p.hasMailbox(of) {
				add(letters, agents, of.procedure, counts)
				continue
			}
			if err := toTeam(ctx, tx, of, agents, counts); err != nil {
				return err
			}
		}
		for agent, counts := range letters {
			if _, err := Queue(ctx, tx, Mail{AccountID: agent, Template: DeskMail, News: counts}); err != nil {
				return err
			}
		}
		return nil
	})
}

// toTeam queues the mail to a team's mailbox. Its row is a member's, in whose language it is; nobody's as long as the team has none.
func toTeam(ctx context.Context, tx *store.Tx, of audience, members []int64, counts map[string]int) error {
	var member int64
	if len(members) > 0 {
		member = members[0]
	}
	one := map[int64]map[string]int{}
	add(one, []int64{member}, of.procedure, counts)
	_, err := Queue(ctx, tx, Mail{AccountID: member, Template: teamMail + of.procedure + "." + of.team, News: one[member]})
	return err
}

// hasMailbox tells whether a team has a mailbox of its own, which hears of its news in its members' place.
func (p *Post) hasMailbox(of audience) bool {
	return of.team != "" && p.TeamMailbox != nil && p.TeamMailbox(of.procedure, of.team) != ""
}

type audience struct {
	procedure, team string
	account         int64
}

func byTeam(rows []sqlc.NewsTakeRow) map[audience]map[string]int {
	out := map[audience]map[string]int{}
	for _, r := range rows {
		of := audience{procedure: r.Procedure, team: r.Team}
		if r.AccountID != nil {
			of.account = *r.AccountID
		}
		if out[of] == nil {
			out[of] = map[string]int{}
		}
		out[of][r.News]++
	}
	return out
}

func add(letters map[int64]map[string]int, agents []int64, procedure string, counts map[string]int) {
	for _, agent := range agents {
		if letters[agent] == nil {
			letters[agent] = map[string]int{}
		}
		for what, n := range counts {
			letters[agent][procedure+"."+what] += n
		}
	}
}

// counted writes what a mail tells; nil when it tells nothing.
func counted(news map[string]int) ([]byte, error) {
	if news == nil {
		return nil, nil
	}
	return json.Marshal(news)
}
