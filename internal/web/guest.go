package web

import (
	"strconv"

	"guichet/internal/access"
)

// guestKey is where a session keeps the one dossier that who has no account is let into.
const guestKey = "guest"

// LetIn lets the visit into one dossier, and out of any other, under a new token: what somebody planted or knows is dead.
func (v *Visit) LetIn(dossierID int64) error {
	if err := v.Renew(); err != nil {
		return err
	}
	v.Put(guestKey, strconv.FormatInt(dossierID, 10))
	return nil
}

// Guest tells whether the visit is let into a dossier without an account.
func (v *Visit) Guest() bool { return v.Actor.Guest != 0 }

// visits reads what the session is let into; an account is never a guest.
func (v *Visit) visits() {
	if v.Actor.Kind != access.Nobody || v.Door.kind != string(access.Person) || v.held.done || v.held.known.Created.IsZero() {
		return
	}
	if id, err := strconv.ParseInt(v.Get(guestKey), 10, 64); err == nil && id > 0 {
		v.Actor = access.Actor{Kind: access.Person, Guest: id, At: v.Now}
	}
}

// Within lets in whoever has a session of this door, and who was let into one dossier without an account.
var Within = Policy{"signed in, or let into one dossier", func(v *Visit) error {
	if v.Guest() {
		return nil
	}
	return SignedIn.allow(v)
}}
