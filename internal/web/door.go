package web

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/a-h/templ"
	"github.com/alexedwards/scs/v2"
	"github.com/go-chi/chi/v5"

	"guichet/internal/fault"
	"guichet/web/components"
)

// Door is one origin: its table of routes, and the sessions that open it.
type Door struct {
	Name   string // applicants, agents or files
	Origin string // scheme://host[:port], as people see it

	// Nav gives the links under the header of every page; nil for none. A door sets it when it registers its routes.
	Nav func(v *Visit) []components.Link

	site     *Site
	host     string
	https    bool
	kind     string        // of the accounts that may sign in here, "" where nobody does
	idle     time.Duration // without a request
	absolute time.Duration // since sign-in
	frame    func(components.Page) templ.Component
	headers  http.Header
	mux      *chi.Mux
	routes   []*Route
	sessions *scs.SessionManager
	factors  *Factors  // nil: a password is all that is ever asked
	provider *Provider // nil: people sign in here alone
}

// Paths every door with sessions has; the doors register their handlers.
const (
	SignInPath  = "/sign-in"
	SignOutPath = "/sign-out"
)

func newDoor(s *Site, name, kind, origin string) (*Door, error) {
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || (u.Path != "" && u.Path != "/") || u.RawQuery != "" {
		return nil, fault.New(fault.Invalid, "config.public_url")
	}
	d := &Door{Name: name, Origin: u.Scheme + "://" + u.Host, site: s, host: canonicalHost(u), https: u.Scheme == "https", kind: kind, mux: chi.NewMux()}
	d.mux.NotFound(func(_ http.ResponseWriter, r *http.Request) { d.serve(notFound, r) })
	d.mux.MethodNotAllowed(func(_ http.ResponseWriter, r *http.Request) { d.serve(wrongMethod, r) })
	return d, nil
}

var (
	notFound    = &Route{Pattern: "404", Policy: Public, handle: func(*Visit) error { return fault.New(fault.NotFound, "") }, body: formBody, patience: patience}
	wrongMethod = &Route{Pattern: "405", Policy: Public, handle: refuseMethod, body: formBody, patience: patience}
)

// refuseMethod says which methods the address has (ASVS 4.1.4).
func refuseMethod(v *Visit) error {
	for _, m := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
		if v.Door.mux.Match(chi.NewRouteContext(), m, v.R.URL.Path) {
			v.W.Header().Add("Allow", m)
		}
	}
	return v.refuse(http.StatusMethodNotAllowed, "error.method")
}

// ServeHTTP opens the visit, lets the router find its route, and logs one line at the end.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v := &Visit{Door: d, Now: d.site.cfg.Now().UTC().Truncate(time.Microsecond), ID: requestID()}
	v.W = &reply{ResponseWriter: w, before: v.commitLate}
	for k, vs := range d.headers {
		w.Header()[k] = vs
	}
	defer v.close(r)
	d.mux.ServeHTTP(v.W, r.WithContext(context.WithValue(r.Context(), visitKey{}, v)))
}

type visitKey struct{}

func visitIn(ctx context.Context) *Visit {
	v, _ := ctx.Value(visitKey{}).(*Visit)
	return v
}

// serve runs one route: every guard, the session, the policy, the handler; an error becomes a page.
func (d *Door) serve(rt *Route, r *http.Request) {
	v := visitIn(r.Context())
	ctx, cancel := context.WithTimeout(r.Context(), rt.patience)
	defer cancel()
	v.R, v.route = r.WithContext(ctx), rt
	sent := v.R.Body
	v.R.Body = http.MaxBytesReader(v.W, sent, rt.body)
	if err := v.run(rt); err != nil {
		if kindOf(err) == fault.TooLarge {
			_, _ = io.CopyN(io.Discard, sent, drained) // who is still sending would see a broken line, not the page
		}
		v.fail(err)
	}
}

// drained is how much of a body that is too large is read and thrown away, so that its sender hears why.
const drained = 32 << 20

func (v *Visit) run(rt *Route) error {
	if err := v.guardOrigin(); err != nil {
		return err
	}
	if err := rt.guardRate(v); err != nil {
		return err
	}
	if err := v.openSession(); err != nil {
		return err
	}
	v.choosePrinter()
	err := rt.Policy.allow(v)
	if err == nil && rt.sensitive {
		return v.sure(rt)
	}
	if err == nil {
		return rt.handle(v)
	}
	if fault.Of(err) == fault.Unauthenticated && rt.lapsed != nil && v.Self().AccountID == 0 {
		return rt.lapsed(v)
	}
	return err
}
