package dossier

import (
	"context"
	"slices"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// Colleagues lists the accounts of the agents who process dossiers of a procedure: those one can be given to (RP-030).
// It answers NotFound to who may not read such dossiers.
func (o *Office) Colleagues(ctx context.Context, a access.Actor, procedureID string) (_ []int64, err error) {
	defer fault.Wrap(&err, "dossier.Colleagues %s", procedureID)
	p := o.Catalogue.Get(procedureID)
	if p == nil || !access.May(a, access.Read, procedureID) {
		return nil, errNotFound
	}
	now := o.Store.Now()
	rows, err := o.queries().AgentsOf(ctx, sqlc.AgentsOfParams{Procedure: procedureID, Roles: processing(p), At: &now})
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	return ids, err
}

// processing are the roles that work on dossiers.
func processing(p *procedure.Procedure) []string {
	out := []string{}
	for _, r := range p.Flow.Roles {
		if r.Kind == "agent" && r.May(string(access.Process)) {
			out = append(out, r.ID)
		}
	}
	return out
}

// Duty is a notice that an agent has to have read before working on a procedure (RP-041).
type Duty struct {
	Procedure *procedure.Procedure
	Notice    *workflow.Notice
}

// Duties lists what the agent has still to read, of every procedure there is a right for; the administrator's is for all.
func (o *Office) Duties(ctx context.Context, a access.Actor) (_ []Duty, err error) {
	defer fault.Wrap(&err, "dossier.Duties %d", a.AccountID)
	rows, err := o.queries().AgentNotices(ctx, a.AccountID)
	if err != nil {
		return nil, err
	}
	read, wordings := map[[2]string]bool{}, map[[3]string]bool{}
	for _, r := range rows {
		read[[2]string{r.Scope, r.Notice}], wordings[[3]string{r.Scope, r.Notice, string(r.TextHash)}] = true, true
	}
	var out []Duty
	for _, p := range o.Catalogue.All() {
		for _, n := range owed(a, p) {
			if !read[[2]string{p.ID, n.ID}] {
				out = append(out, Duty{p, n})
			}
		}
		for _, n := range staffed(a, p) {
			if sum := wordingOf(n); !wordings[[3]string{p.ID, n.ID, string(sum)}] {
				out = append(out, Duty{p, n})
			}
		}
	}
	return out, nil
}

// owed are the notices an agent must have read of a procedure: a provider's, its own duties too (RP-164).
func owed(a access.Actor, p *procedure.Procedure) []*workflow.Notice {
	if !concerns(a, p.ID) {
		return nil
	}
	out := slices.Clone(p.Flow.NoticesAt("agent_first_login"))
	for _, g := range a.Grants {
		if r := p.Flow.Role(g.Role); g.Procedure == p.ID && g.Only == nil && r != nil && r.Kind == "support" {
			return append(out, p.Flow.NoticesAt("support_first_login")...)
		}
	}
	return out
}

func concerns(a access.Actor, procedureID string) bool {
	for _, g := range a.Grants {
		if g.Procedure == procedureID {
			return true
		}
	}
	return access.Administers(a)
}

// Informed records that an agent has read a notice, with its words (RP-041). Once is enough.
func (o *Office) Informed(ctx context.Context, a access.Actor, d Duty, lang text.Lang) (err error) {
	defer fault.Wrap(&err, "dossier.Informed %d", a.AccountID)
	if a.Kind != access.Agent || !concerns(a, d.Procedure.ID) {
		return errNotFound
	}
	words := d.Notice.Text.FR // the French text is authoritative
	sum := wordingOf(d.Notice)
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.Q.NoticeTextInsert(ctx, sqlc.NoticeTextInsertParams{Hash: sum, Text: words}); err != nil {
			return err
		}
		return tx.Q.AgentNoticeInsert(ctx, sqlc.AgentNoticeInsertParams{
			AccountID: a.AccountID, Notice: d.Notice.ID, Scope: d.Procedure.ID, TextHash: sum, Lang: string(lang), At: tx.Now,
			EachWording: slices.Contains(d.Notice.Show, workflow.Staff),
		})
	})
}
