package firm

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/notify"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// invited is the address somebody was invited to, with the language of who did.
type invited struct {
	Email string `json:"email"`
	Lang  string `json:"lang"`
}

func invitedAD(firm int64, index []byte) []string {
	return []string{"firm_member", strconv.FormatInt(firm, 10), hex.EncodeToString(index)}
}

func openInvited(key seal.Key, m sqlc.FirmMember) (to invited, err error) {
	plain, err := key.Open(m.Sealed, invitedAD(m.FirmID, m.EmailIndex)...)
	if err != nil {
		return to, err
	}
	return to, json.Unmarshal(plain, &to)
}

// enrol writes a membership: of who is in at once, or of who is invited.
func (h *House) enrol(ctx context.Context, tx *store.Tx, key seal.Key, firm int64, to invited, role string, by int64, account *int64, since *time.Time) (int64, error) {
	index := h.Keys.Mailbox(string(access.Person), to.Email)
	plain, err := json.Marshal(to)
	if err != nil {
		return 0, err
	}
	sealed, err := key.Seal(plain, invitedAD(firm, index)...)
	if err != nil {
		return 0, err
	}
	return tx.Q.FirmMemberInsert(ctx, sqlc.FirmMemberInsertParams{
		FirmID: firm, AccountID: account, EmailIndex: index, Sealed: sealed, Role: role, At: tx.Now, Since: since, By: &by,
	})
}

// asHead locks the actor's firm for who is its head. NotFound to everybody else.
func (h *House) asHead(ctx context.Context, a access.Actor, do func(*store.Tx, sqlc.FirmOfRow) error) error {
	return h.asMember(ctx, a, func(tx *store.Tx, own sqlc.FirmOfRow) error {
		if own.Role != head {
			return errNotFound
		}
		return do(tx, own)
	})
}

// asMember locks the actor's firm, and looks again who they are in it: what was read before the lock may be over.
func (h *House) asMember(ctx context.Context, a access.Actor, do func(*store.Tx, sqlc.FirmOfRow) error) error {
	if a.Kind != access.Person {
		return errNotFound
	}
	return h.Store.InTx(ctx, func(tx *store.Tx) error {
		before, err := tx.Q.FirmOf(ctx, &a.AccountID)
		if err != nil {
			return err
		}
		if _, err := tx.Q.FirmLock(ctx, before.ID); err != nil {
			return err
		}
		own, err := tx.Q.FirmOf(ctx, &a.AccountID)
		if err != nil || own.ID != before.ID {
			return errNotFound
		}
		return do(tx, own)
	})
}

// Invite asks somebody into the firm by mail, whoever has an account. Errors: NotFound to who is no head, Invalid "firm.email",
// Conflict "firm.member" (in it, or invited), TooMany "firm.many".
func (h *House) Invite(ctx context.Context, a access.Actor, typed string) (err error) {
	defer fault.Wrap(&err, "firm.Invite")
	email := strings.TrimSpace(typed)
	parsed, err := mail.ParseAddress(email)
	_, domain, _ := strings.Cut(email, "@")
	if err != nil || parsed.Address != email || len(email) > 254 || !strings.Contains(domain, ".") {
		return fault.New(fault.Invalid, "firm.email")
	}
	_, lang, err := h.Address(ctx, a.AccountID)
	if err != nil {
		return err
	}
	return h.asHead(ctx, a, func(tx *store.Tx, own sqlc.FirmOfRow) error {
		if err := tx.Q.FirmInvitationsSweep(ctx, sqlc.FirmInvitationsSweepParams{At: &tx.Now, After: tx.Now.Add(-inviteLife)}); err != nil {
			return err
		}
		if err := h.room(ctx, tx, own.ID, h.Keys.Mailbox(string(access.Person), email)); err != nil {
			return err
		}
		key, err := h.Keys.Unwrap(own.WrappedKey, own.WrappedBy)
		if err != nil {
			return err
		}
		id, err := h.enrol(ctx, tx, key, own.ID, invited{email, string(lang)}, member, a.AccountID, nil, nil)
		if err != nil {
			return err
		}
		_, err = notify.Queue(ctx, tx, notify.Mail{Template: mailInvited + "." + strconv.FormatInt(id, 10), Via: notify.Email})
		return err
	})
}

// room tells whether there is room for another, who is not in yet.
func (h *House) room(ctx context.Context, tx *store.Tx, firm int64, index []byte) error {
	members, err := tx.Q.FirmMembers(ctx, firm)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(members, func(m sqlc.FirmMember) bool { return string(m.EmailIndex) == string(index) }) {
		return fault.New(fault.Conflict, "firm.member")
	}
	lately, err := tx.Q.FirmInvitedLately(ctx, sqlc.FirmInvitedLatelyParams{FirmID: firm, Since: tx.Now.AddDate(0, 0, -1)})
	if err != nil {
		return err
	}
	if len(members) >= mostMembers || int(lately) >= mostInvited {
		return fault.New(fault.TooMany, "firm.many")
	}
	return nil
}

// Invitations are those that wait for an account's answer: of its own address, which it has proven.
func (h *House) Invitations(ctx context.Context, a access.Actor) (out []Invitation, err error) {
	defer fault.Wrap(&err, "firm.Invitations")
	if a.Kind != access.Person {
		return nil, errNotFound
	}
	rows, err := h.Store.Q().FirmInvitations(ctx, sqlc.FirmInvitationsParams{AccountID: a.AccountID, After: h.Store.Now().Add(-inviteLife)})
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		key, err := h.Keys.Unwrap(r.WrappedKey, r.WrappedBy)
		if err != nil {
			return nil, err
		}
		name, err := key.Open(r.Sealed, nameAD(r.FirmID)...)
		if err != nil {
			return nil, err
		}
		out = append(out, Invitation{r.ID, string(name), r.InvitedAt})
	}
	return out, nil
}

// Answer says yes or no to an invitation. Of any number of answers at once one counts. Errors: NotFound (not theirs, answered, taken
// back, too old), Conflict "firm.already" to who is in a firm.
func (h *House) Answer(ctx context.Context, a access.Actor, id int64, yes bool) (err error) {
	defer fault.Wrap(&err, "firm.Answer %d", id)
	if a.Kind != access.Person {
		return errNotFound
	}
	return already(h.Store.InTx(ctx, func(tx *store.Tx) error {
		if yes {
			firm, err := tx.Q.FirmMemberJoin(ctx, sqlc.FirmMemberJoinParams{ID: id, At: &tx.Now, AccountID: &a.AccountID, After: tx.Now.Add(-inviteLife)})
			if err != nil {
				return err
			}
			return tellHeads(ctx, tx, firm, mailJoined)
		}
		_, err := tx.Q.FirmMemberDecline(ctx, sqlc.FirmMemberDeclineParams{ID: id, At: &tx.Now, AccountID: &a.AccountID})
		return err
	}))
}

// Remove takes somebody out of the firm, or an invitation back; from the next request on they see nothing of its clients. A head
// removes others; everybody removes themself. Errors: NotFound; Conflict "firm.head" when no head would be left.
func (h *House) Remove(ctx context.Context, a access.Actor, id int64) (err error) {
	defer fault.Wrap(&err, "firm.Remove %d", id)
	return h.asMember(ctx, a, func(tx *store.Tx, own sqlc.FirmOfRow) error {
		if own.Role != head && id != own.MemberID {
			return errNotFound
		}
		return h.out(ctx, tx, a, own.ID, id, false)
	})
}

// Quit takes whoever closes their account out of their firm; where no head is left, who has been in it longest becomes one.
func (h *House) Quit(ctx context.Context, a access.Actor) (err error) {
	defer fault.Wrap(&err, "firm.Quit")
	err = h.asMember(ctx, a, func(tx *store.Tx, own sqlc.FirmOfRow) error {
		return h.out(ctx, tx, a, own.ID, own.MemberID, true)
	})
	if fault.Of(err) == fault.NotFound {
		return nil
	}
	return err
}

func (h *House) out(ctx context.Context, tx *store.Tx, a access.Actor, firm, id int64, heir bool) error {
	members, err := tx.Q.FirmMembers(ctx, firm)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(members, func(m sqlc.FirmMember) bool { return m.ID == id })
	if at < 0 {
		return errNotFound
	}
	gone := members[at]
	rest := slices.DeleteFunc(members, func(m sqlc.FirmMember) bool { return m.ID == id || m.Since == nil })
	headed := slices.ContainsFunc(rest, func(m sqlc.FirmMember) bool { return m.Role == head })
	switch {
	case gone.Since == nil || headed:
	case len(rest) == 0:
		err = tx.Q.MandatesToHolder(ctx, sqlc.MandatesToHolderParams{FirmID: &firm, HolderID: gone.AccountID})
	case heir:
		_, err = tx.Q.FirmMemberHead(ctx, sqlc.FirmMemberHeadParams{ID: rest[0].ID, FirmID: firm})
	default:
		err = fault.New(fault.Conflict, "firm.head")
	}
	if err != nil {
		return err
	}
	if _, err := tx.Q.FirmMemberEnd(ctx, sqlc.FirmMemberEndParams{ID: id, At: &tx.Now, By: &a.AccountID}); err != nil || gone.Since == nil || *gone.AccountID == a.AccountID {
		return err
	}
	_, err = notify.Queue(ctx, tx, notify.Mail{AccountID: *gone.AccountID, Template: mailRemoved, Via: notify.Email})
	return err
}

// Promote makes another member a head too, and tells every head. NotFound to who is none.
func (h *House) Promote(ctx context.Context, a access.Actor, id int64) (err error) {
	defer fault.Wrap(&err, "firm.Promote %d", id)
	return h.asHead(ctx, a, func(tx *store.Tx, own sqlc.FirmOfRow) error {
		members, err := tx.Q.FirmMembers(ctx, own.ID)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(members, func(m sqlc.FirmMember) bool { return m.ID == id && m.Role == head }) { // pressed twice
			return nil
		}
		if _, err := tx.Q.FirmMemberHead(ctx, sqlc.FirmMemberHeadParams{ID: id, FirmID: own.ID}); err != nil {
			return err
		}
		return tellHeads(ctx, tx, own.ID, mailHeaded)
	})
}
