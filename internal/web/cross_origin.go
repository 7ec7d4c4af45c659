package web

import (
	"net/http"

	"guichet/internal/fault"
)

var crossOrigin = http.NewCrossOriginProtection()

// guardOrigin refuses an act that another origin asked the browser for, and one that bears a session
// without telling where it comes from (ASVS 3.5.1; design, decision 10).
func (v *Visit) guardOrigin() error {
	if safe(v.R.Method) {
		return nil
	}
	if err := crossOrigin.Check(v.R); err != nil {
		return fault.From(fault.Forbidden, "error.cross_origin", err)
	}
	h := v.R.Header
	if o := h.Get("Origin"); o != "" && o != v.Door.Origin {
		return fault.New(fault.Forbidden, "error.cross_origin")
	}
	if h.Get("Origin") == "" && h.Get("Sec-Fetch-Site") == "" && v.bearsSession() {
		return fault.New(fault.Forbidden, "error.cross_origin")
	}
	return nil
}

func safe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead
}
