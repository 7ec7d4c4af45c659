package dossier

import (
	"context"
	"time"

	"guichet/internal/access"
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

// asksOften tells whether another message would be a nuisance: the address is a stranger's until its owner has answered, and has
// said so once and for all for that day when they said no.
func (o *Office) asksOften(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, index []byte) (bool, error) {
	n, err := tx.Q.MandatesLately(ctx, sqlc.MandatesLatelyParams{
		PrincipalIndex: index, DossierID: d.ID, HolderID: &a.AccountID, Since: tx.Now.Add(-24 * time.Hour),
	})
	if err != nil {
		return false, err
	}
	most := askedByOne * o.MandateRules(d).Daily
	return n.Denied || n.Address >= askedAtAddress || n.Dossier >= askedForDossier || int(n.Holder) >= most, nil
}
