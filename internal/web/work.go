package web

import (
	"encoding/json"
	"time"

	"guichet/internal/account"
	"guichet/web/components"
)

// WorkPath gives a browser what to work on before it sends a form of a stranger (RP-182, RP-183).
const WorkPath = "/proof-of-work"

// Names of what such a form brings: work that was done, and when it was opened.
const (
	SolvedName = "altcha"
	OpenedName = "opened"
)

// WorkNames are both.
var WorkNames = []string{SolvedName, OpenedName}

// ServeWork registers the address that forms with [WorkField] need.
func (d *Door) ServeWork(accounts *account.Desk) {
	d.Get(WorkPath, Public, func(v *Visit) error { return v.JSON(accounts.Challenge()) }, PerIP(60, 5*time.Minute))
}

// TakeWork takes a form once. What comes back with a problem, then or later, can be sent again without another wait than the
// first: in keeps what its next page is to carry.
func (v *Visit) TakeWork(accounts *account.Desk, in map[string]string) (*account.Problem, error) {
	proof := account.Proof{Solved: in[SolvedName], Opened: in[OpenedName]}
	problem, err := accounts.Prove(v.R.Context(), proof)
	if err != nil {
		return nil, err
	}
	in[OpenedName] = accounts.ReopenForm(proof, problem == nil)
	return problem, nil
}

// workWords are what the widget says, by its own keys.
func workWords(pg components.Page) string {
	check, wait := pg.P.T("portal.proof.label"), pg.P.T("portal.proof.verifying")
	b, _ := json.Marshal(map[string]string{ // strings only
		"label": check, "verificationRequired": check, "verifying": wait, "waitAlert": wait,
		"verified": pg.P.T("portal.proof.verified"), "error": pg.P.T("portal.proof.failed"), "expired": pg.P.T("portal.proof.expired"),
	})
	return string(b)
}

// workSettings: two threads at most, nothing of the maker’s, and nothing told of how somebody moves a pointer.
const workSettings = `{"hideFooter":true,"hideLogo":true,"humanInteractionSignature":false,"minDuration":0,"workers":2}`
