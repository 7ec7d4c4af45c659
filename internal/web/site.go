package web

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"guichet/internal/fault"
	"guichet/internal/text"
	"guichet/web/components"
)

// Config is what the doors need from outside.
type Config struct {
	Applicants, Agents, Files string // public addresses, such as https://guichet.example
	Site                      *components.Site
	Texts                     *text.Catalogue
	Sessions                  Sessions
	Log                       *slog.Logger
	Now                       func() time.Time
	Proxies                   []netip.Prefix                    // whose X-Forwarded-For is believed
	AdminNetworks             []netip.Prefix                    // from which administration is open; none = from everywhere
	ProviderNetworks          []netip.Prefix                    // from which who holds a provider's role is let in; none = from everywhere
	Contract                  func(procedure, role string) bool // tells a provider's role; nil: none is
	LinkKey                   []byte                            // signs the links of FileURL: 32 random bytes, the same on every server
	LimitScale                int                               // multiplies the limits by address, for tests and load runs; 0 means 1
	Health                    func(ctx context.Context) error
}

// Site is the three doors behind one listener (ASVS 3.5.4).
type Site struct {
	Applicants, Agents, Files *Door

	cfg     Config
	byHost  map[string]*Door
	finding *Turn // of sessions, and of what travels with them
}

// Sessions end after the first of: no request for idle, or absolute since sign-in (ASVS 7.3.1, 7.3.2).
const (
	personIdle, personAbsolute = 30 * time.Minute, 12 * time.Hour
	agentIdle, agentAbsolute   = 15 * time.Minute, 10 * time.Hour
)

// findPatience is some ten times what finding a session takes when all want one.
const findPatience = 25 * time.Millisecond

// New makes the doors, without routes. It refuses addresses that are not three different origins.
func New(cfg Config) (_ *Site, err error) {
	defer fault.Wrap(&err, "web.New")
	s := &Site{cfg: cfg, byHost: map[string]*Door{}, finding: NewTurn(2, 0, findPatience)}
	if s.Applicants, err = newDoor(s, "applicants", "person", cfg.Applicants); err != nil {
		return nil, err
	}
	if s.Agents, err = newDoor(s, "agents", "agent", cfg.Agents); err != nil {
		return nil, err
	}
	if s.Files, err = newDoor(s, "files", "", cfg.Files); err != nil {
		return nil, err
	}
	s.Applicants.frame, s.Agents.frame, s.Files.frame = components.Layout, components.Desk, components.Layout
	s.Applicants.withSessions(personIdle, personAbsolute)
	s.Agents.withSessions(agentIdle, agentAbsolute)
	for _, d := range []*Door{s.Applicants, s.Agents, s.Files} {
		if s.byHost[d.host] != nil {
			return nil, fmt.Errorf("%s serves two doors: each needs a host of its own", d.host)
		}
		s.byHost[d.host] = d
		d.headers = d.policyHeaders()
		d.serveAssets()
	}
	return s, nil
}

// ServeHTTP sends a request to the door its host names; another host is answered 421, except for the health check.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == HealthPath {
		s.serveHealth(w, r)
		return
	}
	if d := s.byHost[hostOf(r)]; d != nil {
		d.ServeHTTP(w, r)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Error(w, "This server does not answer for this address. / Ce serveur ne répond pas à cette adresse.\n"+s.Applicants.Origin, http.StatusMisdirectedRequest)
}

// HealthPath answers 200 on any host while the server can work, for load balancers and monitoring.
const HealthPath = "/healthz"

func (s *Site) serveHealth(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	if s.cfg.Health != nil && s.cfg.Health(ctx) != nil {
		http.Error(w, "unavailable", http.StatusServiceUnavailable)
		return
	}
	_, _ = w.Write([]byte("ok\n")) // the caller may have left
}

func canonicalHost(u *url.URL) string {
	host := strings.ToLower(u.Host)
	if h, port, err := net.SplitHostPort(host); err == nil && (u.Scheme == "http" && port == "80" || u.Scheme == "https" && port == "443") {
		return h
	}
	return host
}

func hostOf(r *http.Request) string {
	host := strings.ToLower(r.Host)
	if h, port, err := net.SplitHostPort(host); err == nil && (port == "80" || port == "443") {
		return h
	}
	return host
}

func (d *Door) serveAssets() {
	if d.site.cfg.Site == nil || d.site.cfg.Site.Assets == nil {
		return
	}
	d.Get(components.Prefix+"*", Public, func(v *Visit) error {
		v.W.Header().Del("Cache-Control")
		d.site.cfg.Site.Assets.ServeHTTP(v.W, v.R)
		return nil
	}, noSession)
}
