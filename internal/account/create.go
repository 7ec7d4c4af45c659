package account

import (
	"context"
	"crypto/sha256"

	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
)

// New is an account to be made.
type New struct {
	Kind         string // access.Person or access.Agent
	Profile      Profile
	PasswordHash string // from Hash; "" for none yet
	Lang         text.Lang
	Terms        []Accepted
	state        string
}

// Accepted is a notice that was accepted with its words as shown, so that the consent proves what was agreed to (RP-035).
type Accepted struct {
	Notice string
	Text   string // the French text, which is the authoritative one
	Lang   text.Lang
}

// CreateActive makes an account that can sign in at once, for demonstrations and imports. An address that is taken is a Conflict.
func (d *Desk) CreateActive(ctx context.Context, tx *store.Tx, n New) (id int64, err error) {
	defer fault.Wrap(&err, "account.CreateActive %s", n.Kind)
	n.state = active
	return d.create(ctx, tx, n)
}

func (d *Desk) create(ctx context.Context, tx *store.Tx, n New) (int64, error) {
	key, wrapped, by, err := d.Keys.NewKey()
	if err != nil {
		return 0, err
	}
	index := d.index(n.Kind, n.Profile.Email)
	sealed, err := closeProfile(key, n.Kind, index, n.Profile)
	if err != nil {
		return 0, err
	}
	row := sqlc.AccountInsertParams{
		Kind: n.Kind, EmailIndex: index, WrappedKey: wrapped, WrappedBy: by, Sealed: sealed,
		State: n.state, Lang: langOr(n.Lang), Now: tx.Now,
	}
	if n.PasswordHash != "" {
		row.PasswordHash = &n.PasswordHash
	}
	id, err := tx.Q.AccountInsert(ctx, row)
	if err != nil {
		return 0, err
	}
	return id, accept(ctx, tx, id, n.Terms)
}

func accept(ctx context.Context, tx *store.Tx, id int64, terms []Accepted) error {
	for _, t := range terms {
		hash := sha256.Sum256([]byte(t.Text))
		if err := tx.Q.NoticeTextKeep(ctx, sqlc.NoticeTextKeepParams{Hash: hash[:], Text: t.Text}); err != nil {
			return err
		}
		err := tx.Q.AccountConsentInsert(ctx, sqlc.AccountConsentInsertParams{
			AccountID: id, Notice: t.Notice, TextHash: hash[:], Lang: langOr(t.Lang), Now: tx.Now,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func langOr(l text.Lang) string {
	if l == "" {
		return string(text.FR)
	}
	return string(l)
}
