package account

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Bounds of passkeys: how many an account may have, how long one may be called, how long an answer may take and be.
const (
	mostPasskeys   = 10
	LongestName    = 60 // characters
	ceremonyLife   = 5 * time.Minute
	longestPasskey = 16 << 10 // bytes
)

// Purposes of a ceremony: an answer to one is none to another.
const (
	toAdd   = "add"
	toProve = "prove"
	toEnter = "enter" // as whoever the passkey says
)

// ceremony is a question to a passkey. It stands in the session of the browser that was asked, and nowhere else.
type ceremony struct {
	Purpose string               `json:"purpose"`
	Account int64                `json:"account,omitempty"`
	At      time.Time            `json:"at"`
	Data    webauthn.SessionData `json:"data"`
}

// party is a door as passkeys know it: they answer to its address alone, and there is one door for a kind of account.
func (d *Desk) party(kind string) (*webauthn.WebAuthn, error) {
	origin := d.Origins.Applicants
	if kind == agent {
		origin = d.Origins.Agents
	}
	u, err := url.Parse(origin)
	if err != nil {
		return nil, err
	}
	return webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPOrigins: []string{origin}, RPDisplayName: d.Service.FR, AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(), UserVerification: protocol.VerificationRequired,
		},
	})
}

// owner is an account as passkeys know it.
type owner struct {
	handle      []byte
	name, shown string
	keys        []webauthn.Credential
	rows        []sqlc.Factor // of keys
	doubled     []bool        // of keys: it seems to have been copied
}

func (o owner) WebAuthnID() []byte                         { return o.handle }
func (o owner) WebAuthnName() string                       { return o.name }
func (o owner) WebAuthnDisplayName() string                { return o.shown }
func (o owner) WebAuthnCredentials() []webauthn.Credential { return o.keys }

// handle is what a passkey remembers of its account: nothing that says who it is of.
func (d *Desk) handle(a sqlc.Account) []byte {
	return d.Keys.Index("passkey owner/"+a.Kind, strconv.FormatInt(a.ID, 10))
}

func (d *Desk) owner(ctx context.Context, q *sqlc.Queries, a sqlc.Account) (o owner, err error) {
	p, err := d.open(placeOf(a))
	if err != nil {
		return o, err
	}
	key, err := d.Keys.Unwrap(a.WrappedKey, a.WrappedBy)
	if err != nil {
		return o, err
	}
	o = owner{handle: d.handle(a), name: p.Email, shown: p.Shown()}
	rows, err := q.FactorsOf(ctx, a.ID)
	if err != nil {
		return o, err
	}
	for _, r := range rows {
		if r.Kind != Passkey {
			continue
		}
		k, err := openFactor(key, a, r)
		if err != nil {
			return o, err
		}
		o.keys, o.rows, o.doubled = append(o.keys, *k.Credential), append(o.rows, r), append(o.doubled, k.Doubled)
	}
	return o, nil
}

// BeginPasskey asks a device for a new passkey: options is for the browser, kept for its session.
func (d *Desk) BeginPasskey(ctx context.Context, by access.Actor) (options, kept string, err error) {
	defer fault.Wrap(&err, "account.BeginPasskey %d", by.AccountID)
	a, err := d.Store.Q().AccountByID(ctx, by.AccountID)
	if err != nil {
		return "", "", err
	}
	o, err := d.owner(ctx, d.Store.Q(), a)
	if err != nil {
		return "", "", err
	}
	party, err := d.party(a.Kind)
	if err != nil {
		return "", "", err
	}
	asked, data, err := party.BeginRegistration(o, webauthn.WithExclusions(webauthn.Credentials(o.keys).CredentialDescriptors()))
	if err != nil {
		return "", "", err
	}
	return d.pose(ceremony{Purpose: toAdd, Account: a.ID, Data: *data}, asked)
}

// AskPasskey asks for a passkey of an account; 0 is for whoever the passkey says, at a door of this kind.
func (d *Desk) AskPasskey(ctx context.Context, kind access.Kind, id int64) (options, kept string, err error) {
	defer fault.Wrap(&err, "account.AskPasskey %d", id)
	party, err := d.party(string(kind))
	if err != nil {
		return "", "", err
	}
	if id == 0 {
		asked, data, err := party.BeginDiscoverableLogin()
		if err != nil {
			return "", "", err
		}
		return d.pose(ceremony{Purpose: toEnter, Data: *data}, asked)
	}
	a, err := d.Store.Q().AccountByID(ctx, id)
	if err != nil {
		return "", "", err
	}
	o, err := d.owner(ctx, d.Store.Q(), a)
	if err != nil {
		return "", "", err
	}
	asked, data, err := party.BeginLogin(o)
	if err != nil {
		return "", "", err
	}
	return d.pose(ceremony{Purpose: toProve, Account: id, Data: *data}, asked)
}

func (d *Desk) pose(c ceremony, asked any) (options, kept string, err error) {
	c.At = d.Store.Now()
	o, err := json.Marshal(asked)
	if err != nil {
		return "", "", err
	}
	k, err := json.Marshal(c)
	return string(o), string(k), err
}

// resume finds the question that an answer is for: of this purpose and account, asked a moment ago, and answered by nobody
// before on any server (ASVS 6.5.1, 6.5.5).
func (d *Desk) resume(ctx context.Context, tx *store.Tx, kept, purpose string, account int64) (c ceremony, ok bool, err error) {
	if kept == "" || json.Unmarshal([]byte(kept), &c) != nil || c.Purpose != purpose || c.Account != account || tx.Now.Sub(c.At) > ceremonyLife {
		return c, false, nil
	}
	_, err = tx.Q.UseOnce(ctx, sqlc.UseOnceParams{Hash: hashToken("passkey " + c.Data.Challenge), ExpiresAt: c.At.Add(2 * ceremonyLife)})
	if fault.Of(err) == fault.NotFound {
		return c, false, nil
	}
	return c, err == nil, err
}

func badPasskey() *Problem { return problem("passkey", "factor.problem.passkey") }

// AddPasskey keeps a passkey that a device has made, under the name its owner gives it. With the first proof of an account come
// recovery codes, which are given this once.
func (d *Desk) AddPasskey(ctx context.Context, by access.Actor, kept, answer, name string) (codes []string, p *Problem, err error) {
	defer fault.Wrap(&err, "account.AddPasskey %d", by.AccountID)
	if name = strings.Join(strings.Fields(name), " "); name == "" || utf8.RuneCountInString(name) > LongestName {
		return nil, problem("name", "factor.problem.name", "n", LongestName), nil
	}
	err = d.Store.InTx(ctx, func(tx *store.Tx) error {
		h, err := d.hold(ctx, tx, by.AccountID)
		if err != nil {
			return err
		}
		made, wrong, err := d.madePasskey(ctx, tx, h, kept, answer)
		if err != nil || wrong != nil {
			p = wrong
			return err
		}
		sealed, err := closeFactor(h.key, h.Account, Passkey, factorContent{Name: name, Credential: made})
		if err != nil {
			return err
		}
		_, err = tx.Q.FactorInsert(ctx, sqlc.FactorInsertParams{
			AccountID: h.ID, Kind: Passkey, Sealed: sealed, Credential: d.credentialIndex(made.ID), Now: tx.Now, ConfirmedAt: &tx.Now,
		})
		if err != nil {
			return err
		}
		codes, err = d.added(ctx, tx, h)
		return err
	})
	if fault.Of(err) == fault.Conflict { // it is another account's already
		return nil, badPasskey(), nil
	}
	return codes, p, err
}

func (d *Desk) credentialIndex(id []byte) []byte { return d.Keys.Index("passkey", string(id)) }

// madePasskey checks what a device made: for this door, for this question, and with its owner verified.
func (d *Desk) madePasskey(ctx context.Context, tx *store.Tx, h holding, kept, answer string) (*webauthn.Credential, *Problem, error) {
	c, ok, err := d.resume(ctx, tx, kept, toAdd, h.ID)
	if err != nil || !ok || len(answer) > longestPasskey {
		return nil, badPasskey(), err
	}
	o, err := d.owner(ctx, tx.Q, h.Account)
	if err != nil {
		return nil, nil, err
	}
	if len(o.keys) >= mostPasskeys {
		return nil, problem("passkey", "factor.problem.many", "n", mostPasskeys), nil
	}
	party, err := d.party(h.Kind)
	if err != nil {
		return nil, nil, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes([]byte(answer))
	if err != nil {
		return nil, badPasskey(), nil //nolint:nilerr // what a stranger's device sends is a problem, not a fault
	}
	made, err := party.CreateCredential(o, c.Data, parsed)
	if err != nil {
		return nil, badPasskey(), nil //nolint:nilerr // as above
	}
	made.Attestation = webauthn.CredentialAttestation{} // says what device it is, which nobody needs to know
	return made, nil, nil
}

// acceptPasskey takes the answer of one of an account's passkeys.
func (d *Desk) acceptPasskey(ctx context.Context, tx *store.Tx, h holding, ans Answer) (*Problem, error) {
	c, ok, err := d.resume(ctx, tx, ans.Ceremony, toProve, h.ID)
	if err != nil || !ok {
		return badPasskey(), err
	}
	return d.checkPasskey(ctx, tx, h, ans.Passkey, func(party *webauthn.WebAuthn, o owner, parsed *protocol.ParsedCredentialAssertionData) (*webauthn.Credential, error) {
		return party.ValidateLogin(o, c.Data, parsed)
	})
}

type validation func(*webauthn.WebAuthn, owner, *protocol.ParsedCredentialAssertionData) (*webauthn.Credential, error)

// checkPasskey verifies an answer and keeps the counter of its passkey. One that counts backwards has a double: both are refused
// from then on, for nobody knows which of them is its owner's.
func (d *Desk) checkPasskey(ctx context.Context, tx *store.Tx, h holding, answer string, validate validation) (*Problem, error) {
	if len(answer) > longestPasskey {
		return badPasskey(), nil
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(answer))
	if err != nil {
		return badPasskey(), nil //nolint:nilerr // what a stranger's device sends is a problem, not a fault
	}
	o, err := d.owner(ctx, tx.Q, h.Account)
	if err != nil {
		return nil, err
	}
	party, err := d.party(h.Kind)
	if err != nil {
		return nil, err
	}
	used, err := validate(party, o, parsed)
	if err != nil {
		return badPasskey(), nil //nolint:nilerr // as above
	}
	i := slices.IndexFunc(o.keys, func(k webauthn.Credential) bool { return string(k.ID) == string(used.ID) })
	switch {
	case i < 0:
		return badPasskey(), nil
	case o.doubled[i]:
		return problem("passkey", "factor.problem.cloned"), note(ctx, tx, h.ID, h.Kind, logCloned)
	case used.Authenticator.CloneWarning:
		if err := d.keepUse(ctx, tx, h, o.rows[i], used); err != nil {
			return nil, err
		}
		return problem("passkey", "factor.problem.cloned"), d.changed(ctx, tx, h.Account, logCloned, mailCloned)
	}
	return nil, d.keepUse(ctx, tx, h, o.rows[i], used)
}

// keepUse keeps how far a passkey has counted, or that it has a double.
func (d *Desk) keepUse(ctx context.Context, tx *store.Tx, h holding, row sqlc.Factor, used *webauthn.Credential) error {
	k, err := openFactor(h.key, h.Account, row)
	if err != nil {
		return err
	}
	k.Credential, k.Doubled = used, used.Authenticator.CloneWarning
	sealed, err := closeFactor(h.key, h.Account, Passkey, k)
	if err != nil {
		return err
	}
	return tx.Q.FactorAccept(ctx, sqlc.FactorAcceptParams{ID: row.ID, Now: tx.Now, Sealed: sealed})
}

// EnterByPasskey signs in whoever a passkey is of: it is in their hand, and has verified that they are its owner. The problem
// says the same whatever is wrong, unless the passkey has a double.
func (d *Desk) EnterByPasskey(ctx context.Context, kind access.Kind, kept, answer string) (id int64, p *Problem, err error) {
	defer fault.Wrap(&err, "account.EnterByPasskey %s", kind)
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(answer))
	if err != nil || len(answer) > longestPasskey {
		return 0, badPasskey(), nil //nolint:nilerr // what a stranger's device sends is a problem, not a fault
	}
	err = d.Store.InTx(ctx, func(tx *store.Tx) error {
		c, ok, err := d.resume(ctx, tx, kept, toEnter, 0)
		if err != nil || !ok {
			p = badPasskey()
			return err
		}
		row, err := tx.Q.FactorByCredential(ctx, d.credentialIndex(parsed.RawID))
		if err != nil {
			return err
		}
		h, err := d.hold(ctx, tx, row.AccountID)
		if err != nil {
			return err
		}
		if h.Kind != string(kind) {
			return fault.New(fault.NotFound, "")
		}
		p, err = d.checkPasskey(ctx, tx, h, answer, func(party *webauthn.WebAuthn, o owner, parsed *protocol.ParsedCredentialAssertionData) (*webauthn.Credential, error) {
			_, used, err := party.ValidatePasskeyLogin(func(_, _ []byte) (webauthn.User, error) { return o, nil }, c.Data, parsed)
			return used, err
		})
		if err != nil || p != nil {
			return err
		}
		id = h.ID
		return d.admit(ctx, tx, h.Account)
	})
	if kind := fault.Of(err); kind == fault.NotFound || kind == fault.Unauthenticated {
		return 0, badPasskey(), nil
	}
	return id, p, err
}
