package web

import (
	"context"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/httprate"

	"guichet/internal/fault"
)

// Handler answers one visit. It either answers by a method of v and returns what that returned,
// or returns an error of a [fault.Kind], which the door turns into a page.
type Handler func(v *Visit) error

// Route is one line of a door's table.
type Route struct {
	Method, Pattern string
	Policy          Policy
	handle          Handler
	body            int64
	patience        time.Duration
	limit           *httprate.RateLimiter
	lapsed          Handler
	ahead           func(v *Visit) context.Context
	anonymous       bool // no session is looked up
	sensitive       bool // it wants a proof of a moment ago
	ownPassword     bool // its own form asks for the password
	carries         bool // it can be done with a form that was carried past a proof
}

// Option refines a route.
type Option func(d *Door, rt *Route)

// PerIP allows n calls of this route in a window from one address (an IPv6 /64), then answers TooMany.
func PerIP(n int, window time.Duration) Option {
	return func(d *Door, rt *Route) {
		rt.limit = httprate.NewRateLimiter(n*max(1, d.site.cfg.LimitScale), window, httprate.WithResponseHeaders(httprate.ResponseHeaders{RetryAfter: "Retry-After"}))
	}
}

// Upload allows a body of n bytes, to be read with v.R.MultipartReader, and gives it five minutes to arrive.
func Upload(n int64) Option {
	return func(_ *Door, rt *Route) { rt.body, rt.patience = n, 5*time.Minute }
}

// Slow gives a route more time than the usual ten seconds.
func Slow(limit time.Duration) Option {
	return func(_ *Door, rt *Route) { rt.patience = limit }
}

// OnLapse answers instead of the way to sign-in who is in no session any more: v.Lapsed is the person of one that ran out of time,
// 0 where nobody knows, since it was ended elsewhere, or the browser has forgotten it.
// The form the person had filled can still be read from v, and must not be acted on.
func OnLapse(h Handler) Option {
	return func(_ *Door, rt *Route) { rt.lapsed = h }
}

// Ahead names what the page will read whoever asks, by the context under which the session is looked up: both then go to the
// database together. Nobody's right is known yet when it is read.
func Ahead(of func(v *Visit) context.Context) Option {
	return func(_ *Door, rt *Route) { rt.ahead = of }
}

const (
	formBody = 1 << 20
	patience = 10 * time.Second
)

// Get registers a page. It must change nothing: mail scanners and browsers fetch ahead of people.
func (d *Door) Get(pattern string, p Policy, h Handler, opts ...Option) {
	d.add(http.MethodGet, pattern, p, h, opts)
}

// Post registers an act.
func (d *Door) Post(pattern string, p Policy, h Handler, opts ...Option) {
	d.add(http.MethodPost, pattern, p, h, opts)
}

func (d *Door) add(method, pattern string, p Policy, h Handler, opts []Option) {
	if p.allow == nil || h == nil {
		panic("web: " + method + " " + pattern + " needs a policy and a handler") //nolint:forbidigo // at the start of the program alone
	}
	rt := &Route{Method: method, Pattern: pattern, Policy: p, handle: h, body: formBody, patience: patience}
	for _, o := range opts {
		o(d, rt)
	}
	d.routes = append(d.routes, rt)
	serve := func(w http.ResponseWriter, r *http.Request) { d.serve(rt, r) }
	d.mux.MethodFunc(method, pattern, serve)
	if method == http.MethodGet {
		d.mux.MethodFunc(http.MethodHead, pattern, serve)
	}
}

// Routes lists what was registered, in order.
func (d *Door) Routes() []*Route { return d.routes }

// Mux is the router, for tests that walk it and find each of its lines in Routes.
func (d *Door) Mux() chi.Routes { return d.mux }

func (rt *Route) guardRate(v *Visit) error {
	if rt.limit != nil && rt.limit.OnLimit(v.W, v.R, httprate.CanonicalizeIP(v.IP())) {
		return fault.New(fault.TooMany, "")
	}
	return nil
}
