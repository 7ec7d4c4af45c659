package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"time"

	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Purposes of one-time links, and the pages they lead to: GET shows a button, POST uses the link up.
const (
	confirm = "confirm"
	reset   = "reset"
	invite  = "invite"
	regain  = "regain" // chooses a new password as reset does, and takes back the proofs that were added lately

	move = "move" // proves the address that an account is to have
	keep = "keep" // keeps the one it has, or had

	ConfirmPath = "/confirm/" // on the applicants' door, followed by the token
	ResetPath   = "/reset/"   // on the person's own door
	InvitePath  = "/invite/"  // on the agents' door
	MovePath    = "/email/confirm/"
	KeepPath    = "/email/keep/"
)

// mint makes a one-time token; those made before for the same purpose are dead. Only its hash is kept.
func mint(ctx context.Context, tx *store.Tx, id int64, purpose string, life time.Duration) (string, error) {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	token := base64.RawURLEncoding.EncodeToString(b)
	if err := tx.Q.TokenDropOthers(ctx, sqlc.TokenDropOthersParams{AccountID: id, Purpose: purpose}); err != nil {
		return "", err
	}
	return token, tx.Q.TokenInsert(ctx, sqlc.TokenInsertParams{Hash: hashToken(token), AccountID: id, Purpose: purpose, ExpiresAt: tx.Now.Add(life)})
}

func hashToken(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

// errUsed says that a link was used, replaced, or is too old; which of them is nobody's business.
var errUsed = fault.New(fault.NotFound, "account.problem.link")

// use burns a token: of any number of parallel uses one gets the account (ASVS 6.5.1).
func use(ctx context.Context, tx *store.Tx, token, purpose string) (int64, error) {
	id, err := tx.Q.TokenUse(ctx, sqlc.TokenUseParams{Hash: hashToken(token), Purpose: purpose, Now: &tx.Now})
	if fault.Of(err) == fault.NotFound {
		return 0, errUsed
	}
	return id, err
}

// LinkWorks tells whether a link is still good, for the page that shows its button. It uses nothing up.
func (d *Desk) LinkWorks(ctx context.Context, path, token string) (_ bool, err error) {
	defer fault.Wrap(&err, "account.LinkWorks %s", path)
	_, err = d.holder(ctx, purposes[path], token)
	if fault.Of(err) == fault.NotFound && path == ResetPath {
		_, err = d.holder(ctx, regain, token)
	}
	if fault.Of(err) == fault.NotFound {
		return false, nil
	}
	return err == nil, err
}

var purposes = map[string]string{ConfirmPath: confirm, ResetPath: reset, InvitePath: invite, MovePath: move, KeepPath: keep}

func (d *Desk) holder(ctx context.Context, purpose, token string) (int64, error) {
	id, err := d.Store.Q().TokenPeek(ctx, sqlc.TokenPeekParams{Hash: hashToken(token), Purpose: purpose, Now: d.Store.Now()})
	if fault.Of(err) == fault.NotFound {
		return 0, errUsed
	}
	return id, err
}
