package demo

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"guichet/internal/access"
	"guichet/internal/account"
	practice "guichet/internal/firm"
	"guichet/internal/procedure"
	"guichet/internal/store"
	"guichet/internal/text"
)

// staff is everybody who is there before the first dossier.
type staff struct {
	agents []access.Actor // those who process
	firms  map[string]int64
	terms  []account.Accepted
	hash   string // of the password
	papers *drawer
}

// hire makes the accounts of agents, firms and of who has no dossier yet.
func (l *Loader) hire(ctx context.Context, p *procedure.Procedure, s *script, w *world, now time.Time) (*staff, error) {
	hash, err := l.Accounts.Hash(ctx, Password)
	if err != nil {
		return nil, err
	}
	out := &staff{firms: map[string]int64{}, hash: hash, terms: l.terms(p)}
	at := clock{now.AddDate(-1, 0, 0)}
	st, err := l.open(ctx, &at)
	if err != nil {
		return nil, err
	}
	defer st.Close()
	desk := l.desk(st)
	for _, a := range s.Agents {
		actor, err := l.agent(ctx, st, desk, p, a, hash)
		if err != nil {
			return nil, err
		}
		if a.Works {
			out.agents = append(out.agents, actor)
		}
	}
	for _, f := range w.Firms {
		if s.Counted {
			break // those who file for others do so in one procedure
		}
		who := account.Profile{Email: f.mailbox(), LastName: f.LastName, FirstNames: f.FirstNames}
		if out.firms[f.mailbox()], err = out.person(ctx, st, desk, who, text.FR, f.Email != ""); err != nil {
			return nil, err
		}
		if err := l.practice(ctx, st, desk, out, f); err != nil {
			return nil, err
		}
	}
	for _, x := range s.People {
		if x.Story != "" {
			continue
		}
		if _, err := out.person(ctx, st, desk, account.Profile{Email: x.Email}, text.FR, true); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// practice makes the firm of those who file for others with a colleague.
func (l *Loader) practice(ctx context.Context, st *store.Store, desk *account.Desk, people *staff, f *firm) error {
	if f.Colleague == nil {
		return nil
	}
	c := f.Colleague
	id, err := people.person(ctx, st, desk, account.Profile{Email: c.Email, LastName: c.LastName, FirstNames: c.FirstNames}, text.FR, true)
	if err != nil {
		return err
	}
	house := &practice.House{Store: st, Keys: l.Office.Keys, Address: desk.Address}
	boss, other := access.Actor{Kind: access.Person, AccountID: people.firms[f.mailbox()]}, access.Actor{Kind: access.Person, AccountID: id}
	if err := house.Found(ctx, boss, f.Company); err != nil {
		return err
	}
	if err := house.Invite(ctx, boss, c.Email); err != nil {
		return err
	}
	asked, err := house.Invitations(ctx, other)
	if err != nil {
		return err
	}
	if len(asked) != 1 {
		return errors.New("the colleague was not asked in")
	}
	return house.Answer(ctx, other, asked[0].ID, true)
}

// person makes an applicant's account; without a password nobody can sign in to it.
func (s *staff) person(ctx context.Context, st *store.Store, desk *account.Desk, who account.Profile, lang text.Lang, signsIn bool) (id int64, err error) {
	n := account.New{Kind: string(access.Person), Profile: who, Lang: lang, Terms: slices.Clone(s.terms)}
	if signsIn {
		n.PasswordHash = s.hash
	}
	err = st.InTx(ctx, func(tx *store.Tx) error {
		id, err = desk.CreateActive(ctx, tx, n)
		return err
	})
	return id, err
}

func (l *Loader) agent(ctx context.Context, st *store.Store, desk *account.Desk, p *procedure.Procedure, a agent, hash string) (access.Actor, error) {
	out := access.Actor{Kind: access.Agent}
	err := st.InTx(ctx, func(tx *store.Tx) (err error) {
		out.AccountID, err = desk.CreateActive(ctx, tx, account.New{
			Kind: string(access.Agent), Lang: text.FR, PasswordHash: hash,
			Profile: account.Profile{Email: a.Email, LastName: a.LastName, FirstNames: a.FirstNames},
		})
		if err != nil {
			return err
		}
		rights := []account.Right{}
		for _, role := range a.Roles {
			rights = append(rights, account.Right{Procedure: p.ID, Role: role, Team: a.Team})
			verbs, hidden := desk.Roles(p.ID, role)
			out.Grants = append(out.Grants, access.Grant{Procedure: p.ID, Role: role, Team: a.Team, Verbs: verbs, Hidden: hidden})
		}
		if a.Administers {
			rights = append(rights, account.Right{Procedure: account.Everything, Role: account.Administrator})
		}
		for _, r := range rights {
			if err := account.GiveRight(ctx, tx, out.AccountID, r, 0); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// terms are the notices that whoever makes an account has accepted (RP-035).
func (l *Loader) terms(p *procedure.Procedure) []account.Accepted {
	fill := strings.NewReplacer("{controller}", l.Controller, "{contact}", l.Contact)
	var out []account.Accepted
	for _, n := range p.Flow.NoticesAt("account") {
		if n.Ack == "required" {
			out = append(out, account.Accepted{Notice: n.ID, Text: fill.Replace(n.Text.FR), Lang: text.FR})
		}
	}
	return out
}
