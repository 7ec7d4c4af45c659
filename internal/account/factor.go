package account

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/notify"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Second proofs of who somebody is, beside a password.
const (
	TOTP     = "totp"     // the code that an app shows
	Passkey  = "passkey"  // what a device or a security key signs, once it has verified its owner
	Recovery = "recovery" // a code on paper, for who has lost the rest
)

// Factor is a second proof of an account, as its owner sees it.
type Factor struct {
	ID         int64
	Kind       string // TOTP or Passkey
	Name       string // of a passkey, as its owner called it
	Made, Used time.Time
	Doubled    bool // a passkey that seems to have been copied: it proves nothing any more
}

// Factors are the second proofs of an account, the oldest first, and how many recovery codes are left.
func (d *Desk) Factors(ctx context.Context, id int64) (_ []Factor, codes int, err error) {
	defer fault.Wrap(&err, "account.Factors %d", id)
	a, err := d.Store.Q().AccountByID(ctx, id)
	if err != nil {
		return nil, 0, err
	}
	key, err := d.Keys.Unwrap(a.WrappedKey, a.WrappedBy)
	if err != nil {
		return nil, 0, err
	}
	rows, err := d.Store.Q().FactorsOf(ctx, id)
	if err != nil {
		return nil, 0, err
	}
	out := make([]Factor, len(rows))
	for i, r := range rows {
		k, err := openFactor(key, a, r)
		if err != nil {
			return nil, 0, err
		}
		out[i] = Factor{ID: r.ID, Kind: r.Kind, Name: k.Name, Made: r.MadeAt, Doubled: k.Doubled}
		if r.UsedAt != nil {
			out[i].Used = *r.UsedAt
		}
	}
	left, err := d.Store.Q().RecoveryLeft(ctx, id)
	return out, int(left), err
}

// Ways are what an account can prove itself by.
type Ways struct {
	Password, TOTP, Passkey bool
	Codes                   int // recovery codes left
}

// Second tells whether there is a proof beside the password.
func (w Ways) Second() bool { return w.TOTP || w.Passkey }

// Ways tells what an account can prove itself by.
func (d *Desk) Ways(ctx context.Context, id int64) (w Ways, err error) {
	defer fault.Wrap(&err, "account.Ways %d", id)
	a, err := d.Store.Q().AccountByID(ctx, id)
	if err != nil {
		return w, err
	}
	factors, codes, err := d.Factors(ctx, id)
	w.Password, w.Codes = a.PasswordHash != nil, codes
	for _, f := range factors {
		w.TOTP, w.Passkey = w.TOTP || f.Kind == TOTP, w.Passkey || f.Kind == Passkey
	}
	return w, err
}

// WantsSecond tells whether who signs in here at a door of this kind must have a second proof (ASVS 6.3.3). Whom a provider
// vouches for has proven it there.
func (d *Desk) WantsSecond(kind access.Kind) bool { return kind == access.Agent && !d.AgentsBare }

// factorContent is what is sealed of a second proof.
type factorContent struct {
	Name       string               `json:"name,omitempty"`
	Secret     []byte               `json:"secret,omitempty"`
	Credential *webauthn.Credential `json:"credential,omitempty"`
	Doubled    bool                 `json:"doubled,omitempty"`
}

// factorBinding says whose a second proof is: it opens under no other account.
func factorBinding(a sqlc.Account, kind string) []string {
	return []string{"factor", kind, a.Kind, hex.EncodeToString(a.EmailIndex)}
}

func openFactor(key seal.Key, a sqlc.Account, row sqlc.Factor) (k factorContent, err error) {
	plain, err := key.Open(row.Sealed, factorBinding(a, row.Kind)...)
	if err != nil {
		return k, err
	}
	return k, json.Unmarshal(plain, &k)
}

func closeFactor(key seal.Key, a sqlc.Account, kind string, k factorContent) ([]byte, error) {
	plain, err := json.Marshal(k)
	if err != nil {
		return nil, err
	}
	return key.Seal(plain, factorBinding(a, kind)...)
}

// holding is an account whose row is locked: what is done to its second proofs is done one after the other.
type holding struct {
	sqlc.Account
	key seal.Key
}

// hold locks an account that is in use.
func (d *Desk) hold(ctx context.Context, tx *store.Tx, id int64) (h holding, err error) {
	if h.Account, err = tx.Q.AccountForUpdate(ctx, id); err != nil {
		return h, err
	}
	if h.State != active {
		return h, fault.New(fault.Unauthenticated, "")
	}
	h.key, err = d.Keys.Unwrap(h.WrappedKey, h.WrappedBy)
	return h, err
}

// changed ends every session of an account whose proofs have changed, and tells its owner (ASVS 6.3.7, 7.4.3). The door opens
// a session anew for who did it.
func (d *Desk) changed(ctx context.Context, tx *store.Tx, a sqlc.Account, act, mail string) error {
	if err := tx.Q.SessionDropAll(ctx, &a.ID); err != nil {
		return err
	}
	if err := note(ctx, tx, a.ID, a.Kind, act); err != nil {
		return err
	}
	_, err := notify.Queue(ctx, tx, notify.Mail{AccountID: a.ID, Template: mail})
	return err
}

// RemoveFactor takes a second proof away; recovery codes go with the last one. Conflict "factor.last": the account must keep one.
func (d *Desk) RemoveFactor(ctx context.Context, by access.Actor, factor int64) (err error) {
	defer fault.Wrap(&err, "account.RemoveFactor %d", by.AccountID)
	return d.Store.InTx(ctx, func(tx *store.Tx) error {
		h, err := d.hold(ctx, tx, by.AccountID)
		if err != nil {
			return err
		}
		if _, err := tx.Q.FactorDrop(ctx, sqlc.FactorDropParams{ID: factor, AccountID: h.ID}); err != nil {
			return err
		}
		left, err := tx.Q.FactorCount(ctx, h.ID)
		if err != nil {
			return err
		}
		if left == 0 && h.PasswordHash != nil && d.WantsSecond(by.Kind) {
			return fault.New(fault.Conflict, "factor.last")
		}
		if left == 0 {
			if err := tx.Q.RecoveryDropAll(ctx, h.ID); err != nil {
				return err
			}
		}
		return d.changed(ctx, tx, h.Account, logFactorRemoved, mailFactorRemoved)
	})
}

// dropFactors forgets every second proof of an account.
func dropFactors(ctx context.Context, tx *store.Tx, id int64) error {
	if err := tx.Q.FactorDropAll(ctx, id); err != nil {
		return err
	}
	if err := tx.Q.RecoveryDropAll(ctx, id); err != nil {
		return err
	}
	return tx.Q.AccountSetFactorFailed(ctx, sqlc.AccountSetFactorFailedParams{ID: id})
}
