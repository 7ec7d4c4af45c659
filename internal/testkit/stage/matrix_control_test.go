package stage_test

import (
	"net/http"
	"slices"
	"strings"

	"guichet/internal/web"
)

// elsewhere are routes about what this house does not have, or that would end a caller's session: here they answer 404 to everybody,
// and the tests of their rooms show that who may gets in.
var elsewhere = []string{
	"/account/reach", "/sign-out", "/account/sessions/end", "/account/leave", // no SMS; the end of a session
	"/dossier/{dossier}/another/{copy}", "/dossier/{dossier}/letter/", "/dossier/{dossier}/receipt/{line}.pdf", "/dossier/{dossier}/made/",
	"/dossier/{dossier}/counter", "/dossier/{dossier}/ask", "/dossier/{dossier}/compare", "/dossier/{dossier}/correct", "/dossier/{dossier}/mandate/verify",
	"/bulk/{bulk}", "/release/{procedure}", "/release/file/", "/release/version/", "/release/design/{procedure}/register", "/tables/{procedure}/{question}", "/statistics/{procedure}/{figure}", "/breaches/{breach}", "/operation/duty/",
	"/setting/item", "/setting/change/", "/exchange/token/", "/incident", "/email/confirm/", "/glass/{request}/", "/watch/{alert}", "/admin/agent/",
}

// controlled demands that every other route let somebody in: one that answers 404 to all would shut out nobody that anybody could
// tell. What only acts on what there is, is tried now, by who may.
func (m *matrix) controlled(doors []*web.Door) {
	m.t.Helper()
	idle := slices.Clone(elsewhere)
	for _, door := range doors {
		for _, rt := range door.Routes() {
			name, need := rt.Method+" "+rt.Pattern, demanded(door.Name, rt.Method, rt.Pattern)
			if need == "anybody" || need == "nobody" {
				continue
			}
			if at := slices.IndexFunc(elsewhere, func(x string) bool { return strings.HasPrefix(rt.Pattern, x) }); at >= 0 && !m.controls[name] {
				idle = slices.DeleteFunc(idle, func(x string) bool { return x == elsewhere[at] })
				continue
			}
			if !m.controls[name] && (rt.Method != http.MethodPost || !m.acts(door, rt)) {
				m.unexpected++
				m.t.Errorf("%s %s: nobody gets in, so that others are kept out is not shown", door.Name, name)
			}
		}
	}
	if len(idle) > 0 {
		m.t.Errorf("somebody gets in after all: %s", idle)
	}
}

// acts sends a form that does something, as everybody in turn, until somebody gets in.
func (m *matrix) acts(door *web.Door, rt *web.Route) bool {
	for _, whose := range []string{"own", "mandated"} {
		r := &relation{door: door.Origin, dossier: whose}
		for caller := range m.callers {
			status, at := m.callers[caller].Probe(rt.Method, door.Origin, m.address(rt.Pattern, r, false), filled(rt.Pattern))
			if verdict(status, at) == "in" && status != http.StatusNotFound {
				return true
			}
		}
	}
	return false
}
