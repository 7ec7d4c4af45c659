package portal

import (
	"encoding/json"

	"guichet/internal/account"
	"guichet/internal/web"
	"guichet/web/components"
)

// proofPath gives a browser what to work on before it sends a form of a stranger (RP-182, RP-183).
const proofPath = "/proof-of-work"

// Names of what such a form brings: work that was done, and when it was opened.
const (
	solvedName = "altcha"
	openedName = "opened"
)

var proofNames = []string{solvedName, openedName}

func (p *portal) getWork(v *web.Visit) error { return v.JSON(p.Accounts.Challenge()) }

// unproven gives a form that was just opened what shows when.
func (p *portal) unproven(e *entry) *entry {
	e.typed = map[string]string{openedName: p.Accounts.OpenForm()}
	return e
}

// proven takes a form once. What comes back with a problem, then or later, can be sent again without another wait than the first.
func (p *portal) proven(v *web.Visit, in map[string]string) (*account.Problem, error) {
	proof := account.Proof{Solved: in[solvedName], Opened: in[openedName]}
	problem, err := p.Accounts.Prove(v.R.Context(), proof)
	if err != nil {
		return nil, err
	}
	in[openedName] = p.Accounts.ReopenForm(proof, problem == nil)
	return problem, nil
}

// orAgain is the page again, where nothing failed.
func orAgain(err error, again func() error) error {
	if err != nil {
		return err
	}
	return again()
}

// proofWords are what the widget says, by its own keys.
func proofWords(pg components.Page) string {
	check, wait := pg.P.T("portal.proof.label"), pg.P.T("portal.proof.verifying")
	b, _ := json.Marshal(map[string]string{ // strings only
		"label": check, "verificationRequired": check, "verifying": wait, "waitAlert": wait,
		"verified": pg.P.T("portal.proof.verified"), "error": pg.P.T("portal.proof.failed"), "expired": pg.P.T("portal.proof.expired"),
	})
	return string(b)
}

// proofSettings: two threads at most, nothing of the maker’s, and nothing told of how somebody moves a pointer.
const proofSettings = `{"hideFooter":true,"hideLogo":true,"humanInteractionSignature":false,"minDuration":0,"workers":2}`
