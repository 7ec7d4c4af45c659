package web

import (
	"net/netip"
	"slices"

	"guichet/internal/access"
	"guichet/internal/fault"
)

// Policy says who may call a route. Its zero value is refused at registration, so no route is open by omission
// (design, decision 8). It decides on the person alone; the dossier is judged in the room that reads it.
type Policy struct {
	name  string
	allow func(v *Visit) error
}

// String names the policy, for the table of routes.
func (p Policy) String() string { return p.name }

// Public lets everybody in: notices, sign-in, registration.
var Public = Policy{"public", func(*Visit) error { return nil }}

// SignedIn lets in whoever has a session of this door.
var SignedIn = Policy{"signed in", func(v *Visit) error {
	if !v.SignedIn() {
		return fault.New(fault.Unauthenticated, "")
	}
	cfg := v.Door.site.cfg
	if cfg.Contract != nil && slices.ContainsFunc(v.Actor.Grants, func(g access.Grant) bool { return cfg.Contract(g.Procedure, g.Role) }) {
		return v.from(cfg.ProviderNetworks) // providers come in by the access that is kept for them (DS-091)
	}
	return nil
}}

// FromNear ends the name of a policy of [Near].
const FromNear = ", from near"

// Near is a policy for who also comes from one of the networks of the administration, where some are named: one more wall before it
// than a password, a second proof and the right (ASVS 8.4.2).
func Near(p Policy) Policy {
	return Policy{p.name + FromNear, func(v *Visit) error {
		if err := p.allow(v); err != nil {
			return err
		}
		return v.from(v.Door.site.cfg.AdminNetworks)
	}}
}

// from refuses who comes from none of the networks, where some are named.
func (v *Visit) from(networks []netip.Prefix) error {
	at, err := netip.ParseAddr(v.IP())
	if len(networks) > 0 && (err != nil || !slices.ContainsFunc(networks, func(n netip.Prefix) bool { return n.Contains(at) })) {
		return fault.New(fault.Forbidden, "error.network")
	}
	return nil
}

// Linked lets in who holds a link of [Visit.FileURL] that is still valid; v.Actor is then the person it was made for.
var Linked = Policy{"signed link", (*Visit).followLink}

// Holder lets in those signed in whose grants pass may; name says which right it is, for the table of routes.
// Somebody signed in without the right gets Forbidden.
func Holder(name string, may func(a access.Actor) bool) Policy {
	return Policy{"right " + name, func(v *Visit) error {
		if err := SignedIn.allow(v); err != nil {
			return err
		}
		if !may(v.Actor) {
			return fault.New(fault.Forbidden, "")
		}
		return nil
	}}
}
