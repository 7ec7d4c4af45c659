package retention

import (
	"cmp"
	"context"
	"errors"
	"time"

	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Certificate is a line of what was erased. It names nobody, so that it can be kept elsewhere: after a restore it says what must
// go again.
type Certificate struct {
	ID        int64     `json:"id"`
	Rule      string    `json:"rule"`
	Procedure string    `json:"procedure,omitempty"`
	Dossier   int64     `json:"dossier,omitempty"`
	Account   int64     `json:"account,omitempty"`
	Category  string    `json:"category"`
	Count     int       `json:"count"`
	Whole     bool      `json:"whole"` // the dossier went, and not only what the rule names; of an account: its row went, and it was not only left
	At        time.Time `json:"at"`
}

// Certificates hands over the certificates written since an instant, in order.
func (k *Keeper) Certificates(ctx context.Context, since time.Time, each func(Certificate) error) (err error) {
	defer fault.Wrap(&err, "retention.Certificates")
	for after := int64(0); ; {
		rows, err := k.Store.Q().CertificatesSince(ctx, sqlc.CertificatesSinceParams{Since: since, After: after, Lim: 1000})
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, r := range rows {
			c := Certificate{r.ID, r.Rule, r.Procedure, deref(r.DossierID), deref(r.AccountID), r.Category, int(r.Count), r.Whole, r.At}
			if err := each(c); err != nil {
				return err
			}
			after = r.ID
		}
	}
}

func deref(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}

// Replayed is what a replay did: how many lines it has read, and how many dossiers it has erased in whole.
type Replayed struct{ Certificates, Erased int }

// Replay erases again what the certificates say was erased: for a database brought back from before, so that no backup brings
// anybody back. A number that was given anew since is somebody else's and is left alone: what is erased began before its
// certificate. It can be repeated at will. What one line cannot erase holds up no other.
func (k *Keeper) Replay(ctx context.Context, lines []Certificate) (out Replayed, err error) {
	defer fault.Wrap(&err, "retention.Replay")
	type act struct {
		dossier, account int64
		rule             string
		whole            bool
	}
	last := map[act]time.Time{} // a dossier has a line for each category
	var order []act
	for _, c := range lines {
		a := act{c.Dossier, c.Account, c.Rule, c.Whole}
		if _, known := last[a]; !known {
			order = append(order, a)
		}
		if c.At.After(last[a]) {
			last[a] = c.At
		}
	}
	out.Certificates = len(lines)
	var faults []error
	for _, a := range order {
		done, err := k.again(ctx, a.dossier, a.account, a.rule, a.whole, last[a])
		faults, out.Erased = append(faults, err), out.Erased+done
		if ctx.Err() != nil {
			return out, cmp.Or(ctx.Err(), err)
		}
	}
	return out, errors.Join(faults...)
}

// agentClosed is the rule of what was erased of an agent whose account was closed (DS-110).
const agentClosed = "agent_closed"

func (k *Keeper) again(ctx context.Context, dossierID, accountID int64, rule string, whole bool, at time.Time) (done int, err error) {
	if accountID != 0 {
		return 0, k.Store.InTx(ctx, func(tx *store.Tx) error {
			if rule == agentClosed { // the next sweep erases it
				return tx.Q.AccountClosedAgain(ctx, sqlc.AccountClosedAgainParams{ID: accountID, At: at})
			}
			if !whole { // it was left, and its row stays while it owns a dossier
				return tx.Q.AccountLeftAgain(ctx, sqlc.AccountLeftAgainParams{ID: accountID, At: at})
			}
			return tx.Q.AccountCertified(ctx, sqlc.AccountCertifiedParams{ID: accountID, At: at})
		})
	}
	rows, err := k.Store.Q().CertifiedStanding(ctx, sqlc.CertifiedStandingParams{Ids: []int64{dossierID}, At: at})
	for _, r := range rows {
		err = errors.Join(err, k.Office.Reapply(ctx, r.PublicID, rule, whole))
		if err == nil && whole {
			done++
		}
	}
	return done, err
}
