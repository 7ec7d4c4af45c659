package portal

import (
	"encoding/json"

	"guichet/internal/web"
)

// actProvider is the button of who signs in at a provider of identities and has no password here.
const actProvider = "provider"

// parkedKey is where a session keeps what was typed, sealed for its account, while its person is at the provider.
const parkedKey = "portal.parked"

// mostParked bounds it: longer steps are filled in again.
const mostParked = 16 << 10

// parked is a step that waits.
type parked struct{ Path, Kept, Account string }

func (p *portal) providerLabel(v *web.Visit) string {
	if p.provider == nil {
		return ""
	}
	return p.OpenID.Label.In(v.P.Lang)
}

// resumeThere sends who was filling in a step to the provider; what was typed waits in the session.
func (p *portal) resumeThere(v *web.Visit, in map[string]string) error {
	if len(in["kept"]) <= mostParked {
		raw, err := json.Marshal(parked{v.R.URL.Path, in["kept"], in["account"]})
		if err != nil {
			return err
		}
		v.Put(parkedKey, string(raw))
	}
	return p.provider.Send(v, v.R.URL.Path)
}

// getResume is where the provider leads back to: what was typed is put back with one press. Whoever else came back, or another
// page than the one that waited, is led to the step and finds there what is theirs.
func (p *portal) getResume(v *web.Visit) error {
	var waits parked
	if raw := v.Take(parkedKey); raw != "" {
		if err := json.Unmarshal([]byte(raw), &waits); err != nil {
			return err
		}
	}
	if waits.Kept == "" || waits.Path != v.R.URL.Path || !keptBy(waits.Account, v.Actor.AccountID) {
		return v.Redirect(stepOf(v))
	}
	return v.Page(resumePage(resumeFrame(v), &resumeView{action: v.R.URL.Path, sealed: waits.Kept, account: waits.Account, proved: true}))
}

func stepOf(v *web.Visit) string {
	return "/dossier/" + v.Param("dossier") + "/step/" + v.Param("step")
}
