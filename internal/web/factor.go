package web

import (
	"encoding/json"
	"net/url"
	"strconv"
	"time"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/fault"
	"guichet/internal/text"
	"guichet/web/components"
)

// Addresses of a door at which second proofs are made and given.
const (
	SecondPath  = SignInPath + "/second"  // after the password
	PasskeyPath = SignInPath + "/passkey" // instead of it
	FactorsPath = "/account/factors"      // those of whoever is signed in
	AgainPath   = "/again"                // once more, before an act that wants it

	SittingPath     = "/account/session/end"  // ends one session
	EndSittingsPath = "/account/sessions/end" // ends them all; the door registers it, since it knows where that leads
)

// Factors is how people at a door prove who they are beside a password. The door says what follows.
type Factors struct {
	Accounts *account.Desk
	Kind     access.Kind
	Contact  string // where to write when every proof is lost
	Back     string // the page that leads to the list of proofs, "" for none
	// Enter signs somebody in by [Visit.SignInVia] and leads on to next.
	Enter func(v *Visit, o account.Opened, next string) error
}

// ServeFactors registers the addresses that second proofs need. From then on the door knows [Visit.Admit] and [Sensitive], and
// lets nobody further who must have a second proof and gave none.
func (d *Door) ServeFactors(f *Factors) {
	d.factors = f
	few := func() Option { return PerIP(30, 5*time.Minute) }
	d.Get(SecondPath, Public, f.getSecond)
	d.Post(SecondPath, Public, f.postSecond, few(), Slow(time.Minute))
	d.Get(PasskeyPath, Public, f.getPasskey, PerIP(60, 5*time.Minute))
	d.Post(PasskeyPath, Public, f.postPasskey, PerIP(60, 5*time.Minute)) // a press to ask, one to answer
	d.Get(AgainPath, Inside, f.getAgain)
	d.Post(AgainPath, Inside, f.postAgain, few(), Slow(5*time.Minute)) // as long as the slowest act that waits

	d.Get(FactorsPath, Inside, f.getFactors)
	d.Post(FactorsPath+"/totp", MakesProofs, f.postTOTP, Sensitive)
	d.Get(FactorsPath+"/totp", MakesProofs, f.getTOTP)
	d.Get(FactorsPath+"/totp/code.png", MakesProofs, f.getPicture)
	d.Post(FactorsPath+"/totp/confirm", MakesProofs, f.postConfirm, few(), Sensitive)
	d.Get(FactorsPath+"/passkey", MakesProofs, f.getNewPasskey)
	d.Post(FactorsPath+"/passkey", MakesProofs, f.postNewPasskey, few(), Sensitive)
	d.Post(SittingPath, SignedIn, f.postSitting)
	d.Post(FactorsPath+"/codes", SignedIn, f.postCodes, Sensitive)
	d.Post(FactorsPath+"/{factor}/remove", SignedIn, f.postRemove, Sensitive)
}

// What a session keeps of its proofs. None of it outlives a sign-in.
const (
	secondKey   = "factor.second"   // the kind of second proof that was given
	provedKey   = "factor.proved"   // when somebody last proved who they are, in seconds
	halfKey     = "factor.half"     // whose password was right, until the second proof
	ceremonyKey = "factor.ceremony" // what a passkey was asked
	addingKey   = "factor.adding"   // what a device was asked to make: a proof that is due meanwhile does not take its place
	pendingTOTP = "factor.totp"     // the app that was begun in this session
	carriedKey  = "factor.carried"  // an act that waits while its person is at the provider
	invitedKey  = "factor.invited"  // the ticket of who has just followed an invitation, and once they are in that they had it
)

// halfLife is how long a right password waits for its second proof.
const halfLife = 10 * time.Minute

// half is somebody whose password was right and who has still to give a second proof.
type half struct {
	account.Arrival
	At   time.Time
	Next string
}

// Admit lets in whose password was right, or asks for the second proof first, and leads on to next.
func (v *Visit) Admit(in account.Arrival, next string) error { return v.AdmitWith(in, next, "") }

// AdmitWith is Admit for who was filling something in: kept, of [Visit.Carry], is done once they are in.
func (v *Visit) AdmitWith(in account.Arrival, next, kept string) error {
	f := v.Door.factors
	if !in.Second {
		return f.Enter(v, account.Opened{Account: in.Account, Via: account.Via{Mark: in.Mark, Invited: v.Take(invitedKey) == in.Ticket()}}, next)
	}
	if err := v.Renew(); err != nil {
		return err
	}
	raw, err := json.Marshal(half{in, v.Now, next})
	if err != nil {
		return err
	}
	v.Put(halfKey, string(raw))
	if kept == "" {
		return v.Redirect(SecondPath)
	}
	return f.askSecond(v, half{Arrival: in}, kept, nil)
}

// halfIn is whose password was right in this browser a moment ago.
func (v *Visit) halfIn() (h half, ok bool) {
	raw := v.Get(halfKey)
	if raw == "" || json.Unmarshal([]byte(raw), &h) != nil {
		return h, false
	}
	return h, v.Now.Sub(h.At) <= halfLife
}

// Fresh tells whether whoever is signed in has proven a moment ago who they are. A provider may let in whoever sits at its screen.
func (v *Visit) Fresh() bool {
	at, err := strconv.ParseInt(v.Get(provedKey), 10, 64)
	return err == nil && v.Now.Sub(time.Unix(at, 0)) <= account.LinkFresh
}

// proved notes that whoever is signed in has just proven who they are, by second or, when it is "", by what proves no second
// time. The session goes on under another token (ASVS 7.2.4).
func (v *Visit) proved(second string) error {
	if err := v.Renew(); err != nil {
		return err
	}
	v.noteProof(second)
	return nil
}

// provedAnew is proved for who has changed their proofs, which ended every session.
func (v *Visit) provedAnew(second string) error {
	if err := v.begin(); err != nil {
		return err
	}
	v.noteProof(second)
	return nil
}

func (v *Visit) noteProof(second string) {
	v.Put(provedKey, strconv.FormatInt(v.Now.Unix(), 10))
	if second != "" {
		v.Put(secondKey, second)
	}
}

// shutOut takes everything but the making of a second proof from who must have one here and gave none (ASVS 6.3.3). Whom a
// provider vouches for gave it there.
func (v *Visit) shutOut() {
	f := v.Door.factors
	if f == nil || !v.SignedIn() || v.held.via.Identity != 0 || v.Get(secondKey) != "" || !f.Accounts.WantsSecond(f.Kind) {
		return
	}
	v.enrolling, v.Actor = v.Actor, access.Actor{}
}

// Self is whoever is signed in, also one who may only make a second proof; zero for nobody.
func (v *Visit) Self() access.Actor {
	if v.SignedIn() {
		return v.Actor
	}
	return v.enrolling
}

// Invited keeps the ticket of who has just followed an invitation, for their first sign-in in this browser: the second proof that
// the door wants is made then. Who signs in without it by a password alone makes none, and asks for another invitation.
func (v *Visit) Invited(ticket string) error {
	if err := v.Renew(); err != nil {
		return err
	}
	v.Put(invitedKey, ticket)
	return nil
}

// makesProofs tells whether the visit may make second proofs: the first one that must be there wants an invitation.
func (v *Visit) makesProofs() bool { return v.SignedIn() || v.Get(invitedKey) != "" }

// MakesProofs lets in who may make second proofs.
var MakesProofs = Policy{"makes proofs", func(v *Visit) error {
	if err := Inside.allow(v); err != nil {
		return err
	}
	if !v.makesProofs() {
		return fault.New(fault.Forbidden, "factor.uninvited.text")
	}
	return nil
}}

// Inside lets in whoever has a session of this door, also one who may only make a second proof.
var Inside = Policy{"inside", func(v *Visit) error {
	if v.Self().AccountID == 0 {
		return fault.New(fault.Unauthenticated, "")
	}
	return nil
}}

// askPasskey gives the question to a passkey of an account, for the page, and keeps it in the session; "" when there is none.
func (f *Factors) askPasskey(v *Visit, id int64, has bool) (string, error) {
	if !has {
		return "", nil
	}
	options, kept, err := f.Accounts.AskPasskey(v.R.Context(), f.Kind, id)
	if err != nil {
		return "", err
	}
	v.Put(ceremonyKey, kept)
	return options, nil
}

// proofView is a page on which somebody proves who they are.
type proofView struct {
	title, action string
	hidden        []components.Hidden
	password      *components.Field
	code          *components.Field
	passkey       string // what it is asked, "" for none
	name          *components.Field
	provider      string // its label, "" where it cannot help
	contact       string
	problems      []components.Problem
	carried       bool // an act waits
	fits          bool // and its form is carried along
}

func (x *proofView) blame(v *Visit, p *account.Problem) {
	if p == nil {
		return
	}
	said := components.Problem{Text: p.Say(v.P)}
	for _, f := range []*components.Field{x.password, x.code, x.name} {
		if f != nil && f.Name == p.Field {
			f.Error, said.ID = said.Text, f.ID
		}
	}
	x.problems = append(x.problems, said)
}

func codeField(v *Visit, w account.Ways) *components.Field {
	f := &components.Field{ID: "code", Name: "code", Label: v.P.T("factor.code"), Hint: v.P.T("factor.code_hint"), Autocomplete: "one-time-code", Width: 30}
	if !w.TOTP {
		f.Label, f.Hint, f.Autocomplete = v.P.T("factor.recovery"), v.P.T("factor.recovery_hint"), "off"
	}
	return f
}

// passkeyIn is the page that leads to the question, in a language.
func passkeyIn(l text.Lang, next string) string {
	q := url.Values{"lang": {string(l)}}
	if next != "" && next != "/" {
		q.Set("next", next)
	}
	return PasskeyPath + "?" + q.Encode()
}

// factorName is how a second proof is called on pages.
func factorName(p text.Printer, f account.Factor) string {
	if f.Kind == account.Passkey {
		return p.T("factor.kind.passkey_named", "name", f.Name)
	}
	return p.T("factor.kind.totp")
}

// sittingWords tell a session from others.
func sittingWords(p text.Printer, s account.Sitting) string {
	key := "factor.sitting.own"
	if s.Provider {
		key = "factor.sitting.provider"
	}
	return p.T(key, "began", p.ShortDateTimeAt(s.Began), "seen", p.ShortDateTimeAt(s.Seen))
}
