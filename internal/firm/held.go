package firm

import (
	"context"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/store/sqlc"
)

// Held is one time somebody was in a firm.
type Held struct {
	Firm           string
	Head           bool
	Invited, Since time.Time
	Until          *time.Time // nil as long as they are in it
}

// Held lists the firms somebody is in, or was, newest first (RP-154).
func (h *House) Held(ctx context.Context, a access.Actor) (out []Held, err error) {
	defer fault.Wrap(&err, "firm.Held %d", a.AccountID)
	if a.Kind != access.Person {
		return nil, errNotFound
	}
	rows, err := h.Store.Q().HeldFirms(ctx, &a.AccountID)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		name, err := h.name(r)
		if err != nil {
			return nil, err
		}
		x := Held{Firm: name, Head: r.Role == head, Invited: r.InvitedAt, Until: r.Until}
		if r.Since != nil {
			x.Since = *r.Since
		}
		out = append(out, x)
	}
	return out, nil
}

// name opens what a firm is called; one whose key was destroyed has no name.
func (h *House) name(r sqlc.HeldFirmsRow) (string, error) {
	key, err := h.Keys.Unwrap(r.WrappedKey, r.WrappedBy)
	if fault.Of(err) == fault.NotFound {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	name, err := key.Open(r.Sealed, nameAD(r.ID)...)
	return string(name), err
}
