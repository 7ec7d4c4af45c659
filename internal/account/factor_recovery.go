package account

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"strconv"
	"strings"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// A recovery code has 120 bits, so a plain hash would do (ASVS 6.5.2); what is kept is a keyed one all the same.
const (
	recoveryCodes = 10
	recoveryBytes = 15
	recoveryRunes = 24
)

// recoveryLetters leave out what is easily taken for something else.
var recoveryLetters = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// tidyCode reads a code of an app or a recovery code as typed: in groups or not, in capitals or not, with an o for a zero.
func tidyCode(typed string) string {
	if len(typed) > 100 {
		return ""
	}
	return strings.NewReplacer(" ", "", "\u00a0", "", "-", "", "–", "", "\t", "", "o", "0", "i", "1", "l", "1").Replace(strings.ToLower(typed))
}

func (d *Desk) recoveryHash(id int64, code string) []byte {
	return d.Keys.Index("recovery code", strconv.FormatInt(id, 10)+"\n"+code)
}

// mintCodes makes recovery codes, as their owner writes them down; those before are dead.
func (d *Desk) mintCodes(ctx context.Context, tx *store.Tx, id int64) ([]string, error) {
	if err := tx.Q.RecoveryDropAll(ctx, id); err != nil {
		return nil, err
	}
	codes, hashes := make([]string, recoveryCodes), make([][]byte, recoveryCodes)
	for i := range codes {
		b := make([]byte, recoveryBytes)
		_, _ = rand.Read(b) // never fails (crypto/rand)
		code := recoveryLetters.EncodeToString(b)
		codes[i], hashes[i] = spaced(code, "-"), d.recoveryHash(id, code)
	}
	return codes, tx.Q.RecoveryInsert(ctx, sqlc.RecoveryInsertParams{AccountID: id, Hashes: hashes})
}

// RenewCodes makes new recovery codes, which are given this once. Conflict: there is no second proof that they could stand for.
func (d *Desk) RenewCodes(ctx context.Context, by access.Actor) (codes []string, err error) {
	defer fault.Wrap(&err, "account.RenewCodes %d", by.AccountID)
	err = d.Store.InTx(ctx, func(tx *store.Tx) error {
		h, err := d.hold(ctx, tx, by.AccountID)
		if err != nil {
			return err
		}
		n, err := tx.Q.FactorCount(ctx, h.ID)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "")
		}
		if codes, err = d.mintCodes(ctx, tx, h.ID); err != nil {
			return err
		}
		return d.changed(ctx, tx, h.Account, logCodesRenewed, mailCodesRenewed)
	})
	return codes, err
}

// acceptRecovery uses a recovery code up: of any number of parallel uses one is right.
func (d *Desk) acceptRecovery(ctx context.Context, tx *store.Tx, h holding, code string) (bool, error) {
	_, err := tx.Q.RecoveryUse(ctx, sqlc.RecoveryUseParams{Hash: d.recoveryHash(h.ID, code), AccountID: h.ID, Now: tx.Now})
	if fault.Of(err) == fault.NotFound {
		return false, nil
	}
	return err == nil, err
}
