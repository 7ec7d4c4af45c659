package dossier

import (
	"context"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Of messages that somebody says to act for one: how many go to one address and for one dossier in a day, and how many times what
// is usual in a day one person may have sent.
const (
	askedAtAddress  = 10
	askedForDossier = 4
	askedByOne      = 5
)

// asksOften tells why another message would be a nuisance, nil when it is none: "mandate.many" as the address is a stranger's until
// its owner has answered, "mandate.said_no" once they have said no. An agent, who speaks with people, may ask there again.
func (o *Office) asksOften(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, index []byte) (nuisance, err error) {
	n, err := tx.Q.MandatesLately(ctx, sqlc.MandatesLatelyParams{
		PrincipalIndex: index, DossierID: d.ID, HolderID: &a.AccountID, Since: tx.Now.Add(-24 * time.Hour),
	})
	if err != nil {
		return nil, err
	}
	most := askedByOne * o.MandateRules(d).Daily
	switch {
	case n.Denied && a.Kind != access.Agent:
		return fault.New(fault.Conflict, "mandate.said_no"), nil
	case n.Address >= askedAtAddress || n.Dossier >= askedForDossier || int(n.Holder) >= most:
		return fault.New(fault.TooMany, "mandate.many"), nil
	}
	return nil, nil
}
