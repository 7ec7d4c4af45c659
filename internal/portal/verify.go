package portal

import (
	"net/http"

	"guichet/internal/report"
	"guichet/internal/web"
)

// getVerify tells whether a receipt is genuine and of which date it is, and nothing else: the token bears its own proof, so no
// row of anybody is read, and whoever holds a receipt learns nothing that is not on it.
func (p *portal) getVerify(v *web.Visit) error {
	v.W.Header().Set("X-Robots-Tag", "noindex, nofollow, noarchive")
	v.W.Header().Set("Referrer-Policy", "no-referrer")
	at, ok := report.ReadToken(p.Receipts.Signer.Public(), v.Param("token"))
	pg := v.Frame(v.P.T("portal.verify.title"))
	if !ok {
		return v.PageStatus(http.StatusNotFound, verifyPage(pg, ""))
	}
	return v.Page(verifyPage(pg, v.P.DateAt(at)))
}
