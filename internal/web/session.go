package web

import (
	"context"
	"crypto/sha256"
	"strconv"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/fault"
	"guichet/internal/text"
)

// Sessions keeps sessions and says who holds one; account implements it, so that web holds no SQL.
type Sessions interface {
	// FindSession reads a session and its person; ok is false when there is none.
	// A session past its Expires is returned too: web decides what it is good for.
	FindSession(ctx context.Context, hash [32]byte, now time.Time) (s account.Session, ok bool, err error)
	SaveSession(ctx context.Context, s account.Session) error
	TouchSession(ctx context.Context, hash [32]byte, seen, expires time.Time) error
	DropSession(ctx context.Context, hash [32]byte) error
	// Actor gives the person of an account, nobody when the account may no longer act.
	Actor(ctx context.Context, accountID int64, now time.Time) (access.Actor, error)
}

// held is what a visit knows of its session.
type held struct {
	known    account.Session
	lang     text.Lang
	account  int64
	via      account.Via // what opened the session
	created  time.Time
	row      [32]byte // where the session stands, zero for one that is not written yet
	renewing bool     // it goes on under another token: its row is kept for that
	done     bool     // written, or nothing to write
	dropped  bool
	problems error
}

// touchEvery bounds how often reading pages writes to the session.
const touchEvery = time.Minute

func (d *Door) withSessions(idle, absolute time.Duration) {
	d.idle, d.absolute = idle, absolute
	m := scs.New()
	m.Store, m.Codec, m.Lifetime = ledger{d}, codec{}, absolute
	m.Cookie.Name, m.Cookie.Secure, m.Cookie.Persist = d.cookieName(), d.https, false
	d.sessions = m
}

// cookieName has the prefix that pins a cookie to this host and to TLS (ASVS 3.3.1); browsers refuse it without TLS.
func (d *Door) cookieName() string {
	if d.https {
		return "__Host-" + d.Name
	}
	return "guichet-" + d.Name
}

// noSession spares the look-up for routes that are the same for everybody.
func noSession(_ *Door, rt *Route) { rt.lapsed, rt.limit = nil, nil; rt.anonymous = true }

func (v *Visit) openSession() error {
	if v.Door.sessions == nil || v.route.anonymous {
		v.held.done = true
		return nil
	}
	token := v.token()
	ctx := v.R.Context()
	if v.route.ahead != nil {
		ctx = v.route.ahead(v)
	}
	ctx, err := v.Door.sessions.Load(ctx, token)
	if err != nil {
		return fault.From(fault.Of(err), "", err)
	}
	if v.Door == v.Door.site.Agents { // the connection log of agents notes it, where a procedure says so
		ctx = account.From(ctx, v.IP())
	}
	v.R = v.R.WithContext(ctx)
	v.shutOut()
	v.visits()
	return v.touch()
}

func (v *Visit) token() string {
	c, err := v.R.Cookie(v.Door.cookieName())
	if err != nil || len(c.Value) > 100 {
		return ""
	}
	return c.Value
}

func (v *Visit) bearsSession() bool {
	return v.Door.sessions != nil && strings.Contains(v.R.Header.Get("Cookie"), v.Door.cookieName()+"=")
}

func (v *Visit) touch() error {
	s := &v.held.known
	if s.Created.IsZero() || v.Now.Sub(s.Seen) < touchEvery {
		return nil
	}
	return v.Door.site.cfg.Sessions.TouchSession(v.R.Context(), s.Hash, v.Now, v.Door.expiry(s.Created, v.Now))
}

func (d *Door) expiry(created, seen time.Time) time.Time {
	idle, end := seen.Add(d.idle), created.Add(d.absolute)
	if idle.Before(end) {
		return idle
	}
	return end
}

// hintKey is where a session keeps what signs its person out at the provider that opened it.
const hintKey = "openid.hint"

// SignIn gives the visit a new session of the account; the one it came with is dead from now on (ASVS 7.2.4).
func (v *Visit) SignIn(accountID int64) error { return v.SignInVia(accountID, account.Via{}) }

// SignInVia is SignIn for who comes from a provider of identities, which may end the session.
func (v *Visit) SignInVia(accountID int64, via account.Via) (err error) {
	defer fault.Wrap(&err, "web.SignIn %d", accountID)
	if err := v.Door.sessions.RenewToken(v.R.Context()); err != nil {
		return err
	}
	for _, key := range []string{hintKey, secondKey, provedKey, halfKey, ceremonyKey, addingKey, pendingTOTP, carriedKey, invitedKey, guestKey} {
		v.Take(key)
	}
	if v.held.via = via; via.Hint != "" {
		v.Put(hintKey, via.Hint)
	}
	if via.Second != "" {
		v.Put(secondKey, via.Second)
	}
	if via.Invited {
		v.Put(invitedKey, "yes")
	}
	if via.Identity == 0 { // a provider may let in whoever sits at its screen
		v.Put(provedKey, strconv.FormatInt(v.Now.Unix(), 10))
	}
	v.held.account, v.held.created, v.held.done = accountID, v.Now, false
	v.Log("account", accountID)
	return nil
}

// Renew gives the session another token, before it keeps what its owner alone may see or use: a cookie that somebody planted
// or knows is dead from now on (ASVS 7.2.4). A session that has ended meanwhile stays ended.
func (v *Visit) Renew() (err error) {
	defer fault.Wrap(&err, "web.Renew")
	v.held.done, v.held.renewing = false, v.held.known.Actor.AccountID != 0
	err = v.Door.sessions.RenewToken(v.R.Context())
	v.held.renewing = false
	return err
}

// begin makes the session a new one, for who has just ended all of them by an act of their own.
func (v *Visit) begin() (err error) {
	defer fault.Wrap(&err, "web.begin")
	v.held.done = false
	return v.Door.sessions.RenewToken(v.R.Context())
}

// alive refuses who holds a session that has ended since the request began: its sender may have held back the rest of it.
func (v *Visit) alive() error {
	_, ok, err := v.Door.site.cfg.Sessions.FindSession(v.R.Context(), v.held.row, v.Now)
	if err == nil && !ok {
		v.ended()
		return fault.New(fault.Unauthenticated, "")
	}
	return err
}

// ended makes the visit nobody's: what follows leads to sign-in.
func (v *Visit) ended() {
	v.Actor, v.enrolling, v.held.known, v.held.done = access.Actor{}, access.Actor{}, account.Session{}, true
}

// Via is how the session was opened: by which provider, and with which second proof.
func (v *Visit) Via() account.Via {
	via := v.held.via
	via.Hint, via.Second = v.Get(hintKey), v.Get(secondKey)
	return via
}

// Unbind makes a session that a provider opened, and that ended when its owner no longer let it, one like those opened here, as
// old as it was.
func (v *Visit) Unbind() error {
	v.held.via = account.Via{}
	v.Take(hintKey)
	return v.begin()
}

// SignOut ends the session and asks the browser to forget what it kept (ASVS 7.4.1, 14.3.1).
func (v *Visit) SignOut() (err error) {
	defer fault.Wrap(&err, "web.SignOut")
	v.W.Header().Set("Clear-Site-Data", `"cache", "storage"`)
	v.held.dropped, v.held.known, v.Actor = true, account.Session{}, access.Actor{} // the page that follows is nobody's
	return v.Door.sessions.Destroy(v.R.Context())
}

// Put keeps a short value in the session; never an answer. Take reads it once.
func (v *Visit) Put(key, value string) { v.Door.sessions.Put(v.R.Context(), key, value) }

// Get reads a value of the session.
func (v *Visit) Get(key string) string { return v.Door.sessions.GetString(v.R.Context(), key) }

// Take reads a value of the session and removes it.
func (v *Visit) Take(key string) string {
	if v.Get(key) == "" {
		return ""
	}
	return v.Door.sessions.PopString(v.R.Context(), key)
}

// commit writes the session when it changed, before anything else is written.
func (v *Visit) commit() error {
	if v.held.done {
		return v.held.problems
	}
	v.held.done = true
	m, ctx := v.Door.sessions, v.R.Context()
	switch m.Status(ctx) {
	case scs.Modified:
		token, expires, err := m.Commit(ctx)
		v.held.problems = err
		if err == nil && token != v.token() {
			v.setCookie(token, expires)
		}
	case scs.Destroyed:
		v.setCookie("", time.Time{})
	case scs.Unmodified:
	}
	return v.held.problems
}

// commitLate serves handlers that write by themselves; a failure can then only be logged.
func (v *Visit) commitLate() {
	if v.R != nil && !v.held.done && v.fault == nil {
		if err := v.commit(); err != nil {
			v.Log("error", err.Error())
		}
	}
}

// setCookie hands the token to the browser; the library's own Cache-Control line gives way to ours.
func (v *Visit) setCookie(token string, expires time.Time) {
	v.Door.sessions.WriteSessionCookie(v.R.Context(), v.W, token, expires)
	v.W.Header().Set("Cache-Control", "no-store")
}

func hashToken(token string) [32]byte { return sha256.Sum256([]byte(token)) }
