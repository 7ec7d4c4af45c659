package web

import (
	"time"

	"guichet/internal/account"
	"guichet/web/components"
)

// StrengthPath tells a browser what is thought of a password while its person chooses it (RP-173).
const StrengthPath = "/password-strength"

// ServeStrength registers the address that fields made by [NewPassword] ask.
func (d *Door) ServeStrength(accounts *account.Desk) {
	d.Post(StrengthPath, Public, func(v *Visit) error {
		in, err := v.OneEach("password", "email")
		if err != nil {
			return err
		}
		problem, bits, err := accounts.Weigh(in["password"], in["email"], v.Person())
		if err != nil {
			return err
		}
		said := v.P.T("account.strength.enough")
		switch {
		case problem != nil:
			said = problem.Say(v.P)
		case bits >= account.StrengthFull*3/4:
			said = v.P.T("account.strength.strong")
		}
		return v.JSON(meter{v.P.T("account.strength.label"), account.StrengthFull, account.StrengthWanted, bits, said})
	}, PerIP(200, 5*time.Minute))
}

// meter is how a password is shown: bits of full, of which wanted are enough, in a bar of that name, and why.
type meter struct {
	Label  string  `json:"label"`
	Full   float64 `json:"full"`
	Wanted float64 `json:"wanted"`
	Bits   float64 `json:"bits"`
	Said   string  `json:"said"`
}

// NewPassword makes of a field one in which a password is chosen: with a script, a meter tells how good it is before it is sent.
func NewPassword(f components.Field) components.Field {
	f.Type, f.Autocomplete, f.Weigh = "password", "new-password", StrengthPath
	return f
}
