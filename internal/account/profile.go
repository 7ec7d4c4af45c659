package account

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"strings"

	"guichet/internal/fault"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
)

// Profile is what is known of a person beside their dossiers. It is sealed under the account's own data key.
type Profile struct {
	Email      string `json:"email"`
	LastName   string `json:"last_name,omitempty"`
	FirstNames string `json:"first_names,omitempty"`
}

// Shown is how the person is named on screens.
func (p Profile) Shown() string {
	if name := strings.TrimSpace(p.FirstNames + " " + p.LastName); name != "" {
		return name
	}
	return p.Email
}

// binding says where a profile belongs: it opens under no other account.
func binding(kind string, index []byte) []string {
	return []string{"account", kind, hex.EncodeToString(index)}
}

// place is the sealed part of an account's row.
type place struct {
	kind                       string
	index, wrappedKey, content []byte
	wrappedBy                  string
}

func placeOf(a sqlc.Account) place {
	return place{a.Kind, a.EmailIndex, a.WrappedKey, a.Sealed, a.WrappedBy}
}

func (d *Desk) open(at place) (p Profile, err error) {
	key, err := d.Keys.Unwrap(at.wrappedKey, at.wrappedBy)
	if err != nil {
		return p, err
	}
	plain, err := key.Open(at.content, binding(at.kind, at.index)...)
	if err != nil {
		return p, err
	}
	return p, json.Unmarshal(plain, &p)
}

func closeProfile(key seal.Key, kind string, index []byte, p Profile) ([]byte, error) {
	plain, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	return key.Seal(plain, binding(kind, index)...)
}

// Profile reads the profile and the language of an account.
func (d *Desk) Profile(ctx context.Context, id int64) (_ Profile, _ text.Lang, err error) {
	defer fault.Wrap(&err, "account.Profile %d", id)
	a, err := d.Store.Q().AccountByID(ctx, id)
	if err != nil {
		return Profile{}, "", err
	}
	p, err := d.open(placeOf(a))
	return p, text.Lang(a.Lang), err
}

// SetNames corrects the names of an account (RP-156).
func (d *Desk) SetNames(ctx context.Context, id int64, lastName, firstNames string) (err error) {
	defer fault.Wrap(&err, "account.SetNames %d", id)
	defer d.shown.forget(id)
	return d.Store.InTx(ctx, func(tx *store.Tx) error {
		a, err := tx.Q.AccountForUpdate(ctx, id)
		if err != nil {
			return err
		}
		p, err := d.open(placeOf(a))
		if err != nil {
			return err
		}
		key, err := d.Keys.Unwrap(a.WrappedKey, a.WrappedBy)
		if err != nil {
			return err
		}
		p.LastName, p.FirstNames = lastName, firstNames
		sealed, err := closeProfile(key, a.Kind, a.EmailIndex, p)
		if err != nil {
			return err
		}
		return tx.Q.AccountSetSealed(ctx, sqlc.AccountSetSealedParams{ID: id, Sealed: sealed, Now: tx.Now})
	})
}

// SetLang keeps the language that an account is written to in (RP-032).
func (d *Desk) SetLang(ctx context.Context, id int64, l text.Lang) (err error) {
	defer fault.Wrap(&err, "account.SetLang %d", id)
	return d.Store.InTx(ctx, func(tx *store.Tx) error {
		return tx.Q.AccountSetLang(ctx, sqlc.AccountSetLangParams{ID: id, Lang: string(l)})
	})
}

// Surnames gives the last names of accounts by id; those whose key was destroyed, and those without a name, are left out.
func (d *Desk) Surnames(ctx context.Context, ids []int64) (_ map[int64]string, err error) {
	defer fault.Wrap(&err, "account.Surnames")
	rows, err := d.Store.Q().AccountsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	names := map[int64]string{}
	for _, a := range rows {
		p, err := d.open(placeOf(a))
		if err != nil && fault.Of(err) != fault.NotFound {
			return nil, err
		}
		if err == nil && p.LastName != "" {
			names[a.ID] = p.LastName
		}
	}
	return names, nil
}
