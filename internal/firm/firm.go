// Package firm is practices whose members act for the same people: who is in one, who is invited, and who is out again.
package firm

import (
	"context"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
)

// House keeps the firms.
type House struct {
	Store      *store.Store
	Keys       *seal.Keyring
	Texts      *text.Catalogue
	Service    text.Words
	Address    func(ctx context.Context, account int64) (email string, lang text.Lang, err error)
	Applicants string // address of the applicants' door, in mails
}

// Limits of a firm.
const (
	mostName    = 120                 // characters
	mostMembers = 100                 // with those invited
	mostInvited = 20                  // in a day
	inviteLife  = 30 * 24 * time.Hour // of an invitation
)

// Roles of a member. A head says who is in.
const (
	head   = "head"
	member = "member"
)

// Own is the firm somebody is in.
type Own struct {
	ID      int64
	Name    string
	Member  int64 // their own membership
	Head    bool
	Members []Member
}

// Member is somebody in a firm, or invited.
type Member struct {
	ID, AccountID int64
	Email         string // to which they were invited
	Head          bool
	Invited       time.Time
	Since         time.Time // zero = has not said yet
}

// Invitation waits for an answer.
type Invitation struct {
	ID   int64
	Firm string
	At   time.Time
}

var (
	errNotFound = fault.New(fault.NotFound, "")
	errAlready  = fault.New(fault.Conflict, "firm.already")
)

func nameAD(id int64) []string { return []string{"firm", strconv.FormatInt(id, 10)} }

// Of gives the firm somebody is in, with its members. NotFound when they are in none.
func (h *House) Of(ctx context.Context, a access.Actor) (out Own, err error) {
	defer fault.Wrap(&err, "firm.Of %d", a.AccountID)
	row, err := h.Store.Q().FirmOf(ctx, &a.AccountID)
	if err != nil || a.Kind != access.Person {
		if err == nil {
			err = errNotFound
		}
		return out, err
	}
	key, err := h.Keys.Unwrap(row.WrappedKey, row.WrappedBy)
	if err != nil {
		return out, err
	}
	name, err := key.Open(row.Sealed, nameAD(row.ID)...)
	if err != nil {
		return out, err
	}
	out = Own{ID: row.ID, Name: string(name), Member: row.MemberID, Head: row.Role == head}
	members, err := h.Store.Q().FirmMembers(ctx, row.ID)
	if err != nil {
		return out, err
	}
	for _, m := range members {
		if m.Since == nil && !m.InvitedAt.After(h.Store.Now().Add(-inviteLife)) {
			continue
		}
		to, err := openInvited(key, m)
		if err != nil {
			return out, err
		}
		x := Member{ID: m.ID, Email: to.Email, Head: m.Role == head, Invited: m.InvitedAt}
		if m.Since != nil {
			x.Since, x.AccountID = *m.Since, *m.AccountID
		}
		out.Members = append(out.Members, x)
	}
	return out, nil
}

// Found makes a firm of which the actor is the head. Errors: Invalid "firm.name", Conflict "firm.already" to who is in one.
func (h *House) Found(ctx context.Context, a access.Actor, name string) (err error) {
	defer fault.Wrap(&err, "firm.Found")
	name = strings.TrimSpace(name)
	if n := utf8.RuneCountInString(name); n == 0 || n > mostName || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' }) {
		return fault.New(fault.Invalid, "firm.name")
	}
	if a.Kind != access.Person {
		return fault.New(fault.Forbidden, "")
	}
	email, lang, err := h.Address(ctx, a.AccountID)
	if err != nil {
		return err
	}
	return already(h.Store.InTx(ctx, func(tx *store.Tx) error {
		key, wrapped, by, err := h.Keys.NewKey()
		if err != nil {
			return err
		}
		id, err := tx.Q.FirmInsert(ctx, sqlc.FirmInsertParams{WrappedKey: wrapped, WrappedBy: by, At: tx.Now})
		if err != nil {
			return err
		}
		sealed, err := key.Seal([]byte(name), nameAD(id)...)
		if err != nil {
			return err
		}
		if err := tx.Q.FirmSeal(ctx, sqlc.FirmSealParams{ID: id, Sealed: sealed}); err != nil {
			return err
		}
		_, err = h.enrol(ctx, tx, key, id, invited{email, string(lang)}, head, a.AccountID, &a.AccountID, &tx.Now)
		return err
	}))
}

// already names the conflict of an account that is in a firm.
func already(err error) error {
	if fault.Of(err) == fault.Conflict && fault.Key(err) == "" {
		return errAlready
	}
	return err
}

// Names are those of firms by id.
func (h *House) Names(ctx context.Context, ids []int64) (_ map[int64]string, err error) {
	defer fault.Wrap(&err, "firm.Names")
	out := map[int64]string{}
	if len(ids) == 0 {
		return out, nil
	}
	rows, err := h.Store.Q().FirmsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		key, err := h.Keys.Unwrap(r.WrappedKey, r.WrappedBy)
		if err != nil {
			return nil, err
		}
		name, err := key.Open(r.Sealed, nameAD(r.ID)...)
		if err != nil {
			return nil, err
		}
		out[r.ID] = string(name)
	}
	return out, nil
}
