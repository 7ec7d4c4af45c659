package portal

import (
	"context"
	"strconv"
	"time"
)

// heldAccount is what the service holds about a person beside their dossiers. Instants are in UTC.
type heldAccount struct {
	Identifier  string           `json:"identifier"`
	Email       string           `json:"email"`
	EmailAsked  string           `json:"email_asked"`  // the address that it is to have, until its link is followed
	EmailBefore string           `json:"email_before"` // the one it had, as long as that can take the account back
	LastName    string           `json:"last_name"`
	FirstNames  string           `json:"first_names"`
	Language    string           `json:"language"`
	Mobile      string           `json:"mobile"`
	Channel     string           `json:"channel"`
	Password    bool             `json:"password"`
	Factors     []heldFactor     `json:"factors"`
	Recovery    int              `json:"recovery_codes"` // left
	Identities  []heldIdentity   `json:"identities"`
	Sessions    []heldSession    `json:"sessions"`
	Connections []heldConnection `json:"connections"`
	Mandates    []heldMandate    `json:"mandates"`
	Terms       []heldTerms      `json:"terms"`
	Firms       []heldFirm       `json:"firms"`
	Invitations []heldFirm       `json:"firm_invitations"`
}

type heldFactor struct {
	Kind string     `json:"kind"`
	Name string     `json:"name"`
	Made time.Time  `json:"made"`
	Used *time.Time `json:"used"`
}

type heldTerms struct {
	Notice    string     `json:"notice"`
	Text      string     `json:"text"`
	At        time.Time  `json:"at"`
	Withdrawn *time.Time `json:"withdrawn"`
}

// heldFirm is one time somebody was in a practice, or an invitation into it.
type heldFirm struct {
	Name    string     `json:"name"`
	Head    bool       `json:"head"`
	Invited time.Time  `json:"invited"`
	Since   *time.Time `json:"since"`
	Until   *time.Time `json:"until"`
}

type heldIdentity struct {
	Provider string    `json:"provider"`
	Linked   time.Time `json:"linked"`
}

type heldSession struct {
	Began      time.Time `json:"began"`
	LastUse    time.Time `json:"last_use"`
	Ends       time.Time `json:"ends"`
	ByProvider bool      `json:"by_provider"`
}

type heldConnection struct {
	At  time.Time `json:"at"`
	Act string    `json:"act"`
}

type heldMandate struct {
	Part      string     `json:"part"` // holder | applicant
	Reference string     `json:"reference"`
	Kind      string     `json:"kind"`
	State     string     `json:"state"`
	Scope     []string   `json:"scope"`
	Starts    time.Time  `json:"starts"`
	Ends      time.Time  `json:"ends"`
	Ended     *time.Time `json:"ended"`
	EndedBy   string     `json:"ended_by"`
}

// account is what is held beside dossiers, part by part.
func (h holdings) account(ctx context.Context) (out heldAccount, err error) {
	for _, read := range []func(context.Context, *heldAccount) error{h.who, h.proofs, h.sittings, h.mandates, h.terms, h.firms} {
		if err := read(ctx, &out); err != nil {
			return out, err
		}
	}
	return out, nil
}

func (h holdings) who(ctx context.Context, out *heldAccount) error {
	id := h.v.Actor.AccountID
	profile, lang, err := h.p.Accounts.Profile(ctx, id)
	if err != nil {
		return err
	}
	out.Identifier, out.Email, out.LastName, out.FirstNames, out.Language = strconv.FormatInt(id, 10), profile.Email, profile.LastName, profile.FirstNames, string(lang)
	change, err := h.p.Accounts.EmailChange(ctx, id)
	if err != nil {
		return err
	}
	out.EmailAsked, out.EmailBefore = change.To, change.Before
	reach, err := h.p.Accounts.Reach(ctx, id)
	out.Mobile, out.Channel = reach.Number, reach.Channel
	return err
}

// proofs are the ways by which the account is opened.
func (h holdings) proofs(ctx context.Context, out *heldAccount) error {
	id := h.v.Actor.AccountID
	identities, password, err := h.p.Accounts.Identities(ctx, id)
	if err != nil {
		return err
	}
	out.Password, out.Identities = password, []heldIdentity{}
	for _, x := range identities {
		out.Identities = append(out.Identities, heldIdentity{x.Issuer, x.Linked})
	}
	factors, codes, err := h.p.Accounts.Factors(ctx, id)
	out.Factors, out.Recovery = []heldFactor{}, codes
	for _, x := range factors {
		out.Factors = append(out.Factors, heldFactor{x.Kind, x.Name, x.Made, given(x.Used)})
	}
	return err
}

// given is nil for an instant that never was.
func given(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func (h holdings) sittings(ctx context.Context, out *heldAccount) error {
	id := h.v.Actor.AccountID
	out.Sessions, out.Connections = []heldSession{}, []heldConnection{}
	sessions, err := h.p.Accounts.Sessions(ctx, id, h.most(mostSittings))
	if err != nil {
		return err
	}
	for _, x := range sessions {
		out.Sessions = append(out.Sessions, heldSession{x.Began, x.Seen, x.Ends, x.ByProvider})
	}
	connections, err := h.p.Accounts.Connections(ctx, id, h.most(mostConnections))
	for _, x := range connections {
		out.Connections = append(out.Connections, heldConnection{x.At, x.Act})
	}
	return err
}

func (h holdings) mandates(ctx context.Context, out *heldAccount) error {
	out.Mandates = []heldMandate{}
	mandates, err := h.p.Office.Mandates(ctx, h.v.Actor, h.most(mostMandates))
	for _, m := range mandates {
		x := heldMandate{Part: "applicant", Reference: m.Reference, Kind: m.Kind, State: m.State, Scope: m.Scope, Starts: m.Starts, Ends: m.Ends, Ended: m.Ended, EndedBy: m.EndedBy}
		if m.Holds {
			x.Part = "holder"
		}
		out.Mandates = append(out.Mandates, x)
	}
	return err
}

func (h holdings) terms(ctx context.Context, out *heldAccount) error {
	out.Terms = []heldTerms{}
	terms, err := h.p.Accounts.Terms(ctx, h.v.Actor.AccountID)
	for _, x := range terms {
		out.Terms = append(out.Terms, heldTerms(x))
	}
	return err
}

// firms are the practices the reader is or was in, and those that wait for an answer; never who else is in them.
func (h holdings) firms(ctx context.Context, out *heldAccount) error {
	out.Firms, out.Invitations = []heldFirm{}, []heldFirm{}
	in, err := h.p.Firms.Held(ctx, h.v.Actor)
	if err != nil {
		return err
	}
	for _, x := range in {
		out.Firms = append(out.Firms, heldFirm{x.Firm, x.Head, x.Invited, given(x.Since), x.Until})
	}
	asked, err := h.p.Firms.Invitations(ctx, h.v.Actor)
	for _, x := range asked {
		out.Invitations = append(out.Invitations, heldFirm{Name: x.Firm, Invited: x.At})
	}
	return err
}
