package web

import "net/http"

// policyHeaders are the headers of every response of a door (ASVS 3.4). Pages hold no inline script or style.
func (d *Door) policyHeaders() http.Header {
	csp := "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
	if d.kind == "" { // the origin of files runs nothing at all
		csp = "sandbox; default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
	}
	h := http.Header{
		"Content-Security-Policy":      {csp},
		"X-Content-Type-Options":       {"nosniff"},
		"Referrer-Policy":              {"same-origin"}, // no-referrer would make browsers send Origin: null
		"Cross-Origin-Opener-Policy":   {"same-origin"},
		"Cross-Origin-Resource-Policy": {"same-origin"},
		"Permissions-Policy":           {"camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
		"X-Frame-Options":              {"DENY"},
		"Cache-Control":                {"no-store"},
		"Vary":                         {"Cookie, Accept-Language, Accept-Encoding"},
	}
	if d.https {
		h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
	}
	return h
}
