package web

import (
	"net/http"
	"net/netip"
	"strings"
)

// IP is the address of who asks: the nearest hop that is no proxy of ours (ASVS 4.1.3). "" when it cannot be known.
// It serves limits, and the connection log of agents where a procedure notes it there; it stands in no other log.
func (v *Visit) IP() string { return clientIP(v.R, v.Door.site.cfg.Proxies) }

func clientIP(r *http.Request, proxies []netip.Prefix) string {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	addr := peer.Addr().Unmap().WithZone("")
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && ours(addr, proxies); i-- {
		next, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		addr = next.Unmap().WithZone("")
	}
	return addr.String()
}

func ours(a netip.Addr, proxies []netip.Prefix) bool {
	for _, p := range proxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
