package web

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"guichet/internal/account"
	"guichet/internal/fault"
	"guichet/internal/openid"
	"guichet/internal/text"
	"guichet/web/components"
)

// Sensitive makes an act wait until who does it has proven again who they are, unless they did within [account.LinkFresh]
// (ASVS 7.5.1, 7.5.3). What they typed is carried along, sealed, and done once they have.
func Sensitive(_ *Door, rt *Route) { rt.sensitive, rt.carries = true, true }

// AsksPassword is Sensitive for a form that asks for the password itself: who has no other proof is not asked twice.
func AsksPassword(_ *Door, rt *Route) { rt.sensitive, rt.carries, rt.ownPassword = true, true, true }

// Carries lets a route be done with a form of [Visit.Carry].
func Carries(_ *Door, rt *Route) { rt.carries = true }

// Bounds of a form that is carried past a proof: how long it waits, how long it is, and how long in a session.
const (
	carryLife   = time.Hour
	mostCarried = 160 << 10
	mostParked  = 16 << 10
)

// carried is an act that waits: the address, and the form as it was filled in.
type carried struct {
	Path string     `json:"path"`
	Form url.Values `json:"form"`
	At   time.Time  `json:"at"`
	Page bool       `json:"page,omitempty"` // it leads to a page and does nothing: it may be asked for again
}

const carryPurpose = "carried act"

// Carry seals a form for one account, to be done at path once its person has proven who they are; "" when it is too long. The
// route must be one that [Carries].
func (v *Visit) Carry(id int64, path string, form url.Values) (string, error) {
	return v.carry(id, carried{Path: path, Form: form, At: v.Now})
}

func (v *Visit) carry(id int64, c carried) (string, error) {
	raw, err := json.Marshal(c)
	if err != nil || len(raw) > mostCarried {
		return "", err
	}
	sealed, err := v.Door.factors.Accounts.Keys.SealFor(id, carryPurpose, raw)
	return base64.RawURLEncoding.EncodeToString(sealed), err
}

// takeUp does what was carried, as if it came now: the route's own policy decides again.
func (v *Visit) takeUp(kept string) error {
	var c carried
	sealed, err := base64.RawURLEncoding.DecodeString(kept)
	var plain []byte
	if err == nil {
		plain, err = v.Door.factors.Accounts.Keys.OpenFor(v.Self().AccountID, carryPurpose, sealed)
	}
	if err != nil || json.Unmarshal(plain, &c) != nil {
		return fault.New(fault.Invalid, "error.form")
	}
	to, err := url.Parse(c.Path)
	if err != nil || v.Now.Sub(c.At) > carryLife {
		return fault.New(fault.Invalid, "factor.again.late")
	}
	at := chi.NewRouteContext()
	rt := v.Door.route(http.MethodPost, v.Door.mux.Find(at, http.MethodPost, to.Path))
	if rt == nil || !rt.carries {
		return fault.New(fault.NotFound, "")
	}
	if err := v.once(sealed, c); err != nil {
		return err
	}
	v.route, v.form = rt, c.Form
	v.R = v.R.WithContext(context.WithValue(v.R.Context(), chi.RouteCtxKey, at))
	v.R.URL = to
	if err := rt.Policy.allow(v); err != nil {
		return err
	}
	return rt.handle(v)
}

// once lets an act that was carried be done one time: who goes back and sends it again does not do it twice.
func (v *Visit) once(sealed []byte, c carried) error {
	if c.Page {
		return nil
	}
	hash := sha256.Sum256(append([]byte(carryPurpose+"\n"), sealed...))
	first, err := v.Door.factors.Accounts.Once(v.R.Context(), hash[:], c.At.Add(carryLife))
	if err == nil && !first {
		return fault.New(fault.Conflict, "factor.again.done")
	}
	return err
}

// switchLang shows the page that was posted in the other language, when that is what the person pressed.
func (v *Visit) switchLang(action string) bool {
	l, ok := text.ParseLang(strings.TrimPrefix(action, "lang:"))
	if !ok || !strings.HasPrefix(action, "lang:") {
		return false
	}
	v.SetLang(l)
	v.choosePrinter()
	return true
}

func (d *Door) route(method, pattern string) *Route {
	for _, rt := range d.routes {
		if rt.Method == method && rt.Pattern == pattern {
			return rt
		}
	}
	return nil
}

// Nearest is the page that is nearest above where a form was sent to, "/" where none is.
func (v *Visit) Nearest() string {
	for at := v.R.URL.Path; len(at) > 1; at = path.Dir(at) {
		if v.Door.route(http.MethodGet, v.Door.mux.Find(chi.NewRouteContext(), http.MethodGet, at)) != nil {
			return at
		}
	}
	return "/"
}

// sure runs an act for who has proven a moment ago who they are, and asks others to.
func (v *Visit) sure(rt *Route) error {
	f := v.Door.factors
	if f == nil {
		return fault.New(fault.Forbidden, "")
	}
	form, err := v.Form()
	if err != nil {
		return err
	}
	if err := v.alive(); err != nil {
		return err
	}
	if v.Fresh() {
		return rt.handle(v)
	}
	if rt.ownPassword {
		w, err := f.Accounts.Ways(v.R.Context(), v.Self().AccountID)
		if err != nil {
			return err
		}
		if !w.Second() {
			return rt.handle(v)
		}
	}
	kept, err := v.Carry(v.Self().AccountID, v.R.URL.RequestURI(), form)
	if err != nil {
		return err
	}
	return f.askAgain(v, kept, nil)
}

// getAgain is where the provider leads back to: the act that waited goes on with one press.
func (f *Factors) getAgain(v *Visit) error {
	kept := v.Get(carriedKey)
	if kept == "" {
		if v.Fresh() { // the form was too long to wait
			v.Flash("factor.again.retype")
		}
		return v.Redirect("/")
	}
	if !v.Fresh() {
		return f.askAgain(v, kept, nil)
	}
	v.Take(carriedKey)
	x := &proofView{title: v.P.T("factor.again.proved"), action: AgainPath, hidden: []components.Hidden{{Name: "kept", Value: kept}}}
	pg := v.Frame(x.title)
	return v.Page(v.Door.within(pg, goOnPage(pg, x)))
}

func (f *Factors) askAgain(v *Visit, kept string, problem *account.Problem) error {
	w, err := f.Accounts.Ways(v.R.Context(), v.Self().AccountID)
	if err != nil {
		return err
	}
	x := &proofView{title: v.P.T("factor.again.title"), action: AgainPath, carried: true, fits: kept != "", contact: f.Contact}
	x.hidden = []components.Hidden{{Name: "kept", Value: kept}}
	switch provider := v.Door.provider; {
	case w.Second():
		x.code = codeField(v, w)
	case w.Password:
		x.password = &components.Field{ID: "password", Name: "password", Label: v.P.T("factor.again.password"), Type: "password", Autocomplete: "current-password", Width: 30}
	case provider != nil:
		x.provider = provider.Label.In(v.P.Lang)
	}
	if v.held.via.Identity != 0 && v.Door.provider != nil {
		x.provider = v.Door.provider.Label.In(v.P.Lang)
	}
	if x.passkey, err = f.askPasskey(v, v.Self().AccountID, w.Passkey); err != nil {
		return err
	}
	x.blame(v, problem)
	pg := v.Frame(x.title)
	pg.LangForm = "language"
	status := http.StatusUnauthorized
	if problem != nil {
		pg.Error, status = true, http.StatusUnprocessableEntity
	}
	return v.PageStatus(status, v.Door.within(pg, againPage(pg, x)))
}

func (f *Factors) postAgain(v *Visit) error {
	in, err := v.OneEach("password", "code", "passkey", "kept", "action")
	if err != nil {
		return err
	}
	switch {
	case v.switchLang(in["action"]):
		return f.askAgain(v, in["kept"], nil)
	case v.Fresh():
		return f.goOn(v, in["kept"])
	case in["action"] == "provider" && v.Door.provider != nil:
		return f.askProvider(v, in["kept"])
	}
	answer := account.Answer{Password: in["password"], Code: in["code"], Passkey: in["passkey"], Ceremony: v.Take(ceremonyKey)}
	by, problem, err := f.Accounts.Again(v.R.Context(), v.Self(), answer)
	if err != nil {
		return err
	}
	if problem != nil {
		return f.askAgain(v, in["kept"], problem)
	}
	if err := f.recovered(v, v.Self().AccountID, by); err != nil {
		return err
	}
	if err := v.proved(by); err != nil {
		return err
	}
	return f.goOn(v, in["kept"])
}

// goOn does the act that waited. The proof is kept first: it stands also when the act fails.
func (f *Factors) goOn(v *Visit, kept string) error {
	if err := v.commit(); err != nil {
		return err
	}
	v.held.done = false
	if err := v.alive(); err != nil {
		return err
	}
	if kept == "" {
		v.Flash("factor.again.retype")
		return v.Redirect("/")
	}
	return v.takeUp(kept)
}

// askProvider sends who came by a provider there, to prove it anew; the act waits in the session meanwhile.
func (f *Factors) askProvider(v *Visit, kept string) error {
	p := v.Door.provider
	if err := v.Renew(); err != nil {
		return err
	}
	v.Take(carriedKey)
	if len(kept) <= mostParked {
		v.Put(carriedKey, kept)
	}
	address, err := p.Begin(v.R.Context(), v, v.P.Lang, openid.Carry{Next: AgainPath, Again: true})
	if err != nil {
		return p.turnAway(v, err)
	}
	return v.LeaveFor(address, p.Label.In(v.P.Lang))
}

// provedThere takes the provider's word that whoever is signed in has just proven who they are there.
func (p *Provider) provedThere(v *Visit, c openid.Claims) error {
	id, err := p.Accounts.Named(v.R.Context(), p.Kind, c)
	if err != nil {
		return err
	}
	if id == 0 || id != v.Self().AccountID {
		return p.turnAway(v, fault.New(fault.Conflict, "openid.taken"))
	}
	if err := v.proved(""); err != nil {
		return err
	}
	return v.Redirect(AgainPath)
}
