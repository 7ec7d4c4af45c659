package firm

import (
	"context"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
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
		key, err := h.Keys.Unwrap(r.WrappedKey, r.WrappedBy)
		if err != nil {
			return nil, err
		}
		name, err := key.Open(r.Sealed, nameAD(r.ID)...)
		if err != nil {
			return nil, err
		}
		x := Held{Firm: string(name), Head: r.Role == head, Invited: r.InvitedAt, Until: r.Until}
		if r.Since != nil {
			x.Since = *r.Since
		}
		out = append(out, x)
	}
	return out, nil
}
